import type { FileStatus } from "../native/file-status";
import { BufferedFile } from "./buffered-file";
import { checksum } from "./checksum";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { temporaryName } from "./paths";
import { randomName } from "./random";

/** What stands under the name that is to be replaced. */
export interface Replaced {
  readonly status: FileStatus | undefined;
  /** A file with the same content is left as it stands. */
  readonly contentChecksum: bigint | undefined;
  /** Called at the last moment before the rename; throws to leave the file as it stands. */
  lastLook(): void;
}

export interface Replacement {
  readonly isReplaced: boolean;
  /** Lines written. */
  readonly lines: number;
  readonly bytes: number;
  readonly contentChecksum: bigint;
}

/** Writes a whole file of lines, which come without line feeds, and gives it the name: whoever looks finds the old one or the new one. */
export function replaceFile(
  directory: Directory,
  name: string,
  lines: Iterable<Uint8Array>,
  environment: StorageEnvironment,
  replaced: Replaced,
): Replacement {
  const temporary = temporaryName(name, environment.processes.id, randomName(8));
  const file = directory.create(temporary, 0o666);
  try {
    if (replaced.status !== undefined) file.changePermissions(replaced.status.permissions & 0o777);
    const output = new BufferedFile(file);
    let count = 0;
    for (const line of lines) {
      output.write(line);
      output.write(lineFeed);
      count += 1;
    }
    output.flush();
    const contentChecksum = checksum(file.read(0, output.length));
    const isReplaced = contentChecksum !== replaced.contentChecksum;
    // Before the last look: a sync takes its time, and somebody may write the file meanwhile.
    if (isReplaced) file.sync();
    replaced.lastLook();
    if (isReplaced) {
      directory.rename(temporary, name);
      directory.sync();
    }
    return { isReplaced, lines: count, bytes: output.length, contentChecksum };
  } finally {
    file.close();
    directory.remove(temporary);
  }
}

const lineFeed = Uint8Array.of(0x0a);
