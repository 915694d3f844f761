import type { FileStatus } from "../native/file-status";
import type { StorageEnvironment } from "./environment";
import { type ContentSums, ContentWriter } from "./face-content";
import type { Directory, OpenFile } from "./file-system";
import { sharedFileMode, temporaryName } from "./paths";

/** A file that is not published yet. */
export interface UnpublishedFile {
  /** Open for more; the caller closes it. */
  readonly file: OpenFile;
  readonly name: string;
  readonly bytes: number;
  readonly sums: ContentSums;
}

/** Writes lines, which come without line feeds, to a temporary file beside `name`, with the permissions of what it is to replace. Not synced. */
export function writeUnpublished(
  directory: Directory,
  name: string,
  lines: Iterable<Uint8Array>,
  environment: StorageEnvironment,
  replaced: FileStatus | undefined,
): UnpublishedFile & { readonly lines: number } {
  return inTemporary(directory, name, environment, replaced, (file) => {
    const output = new ContentWriter(file);
    let count = 0;
    for (const line of lines) {
      output.write(line);
      output.write(lineFeed);
      count += 1;
    }
    const sums = output.finish();
    return { lines: count, bytes: output.length, sums };
  });
}

/** The same with whatever `fill` writes. */
export function inTemporary<T>(
  directory: Directory,
  name: string,
  environment: StorageEnvironment,
  replaced: FileStatus | undefined,
  fill: (file: OpenFile) => T,
): T & { readonly file: OpenFile; readonly name: string } {
  const temporary = temporaryName(name, environment);
  const file = directory.create(temporary, sharedFileMode);
  try {
    if (replaced !== undefined) file.changePermissions(replaced.permissions & 0o777);
    return { ...fill(file), file, name: temporary };
  } catch (error) {
    file.close();
    directory.remove(temporary);
    throw error;
  }
}

/** What stands under the name that is to be replaced. */
export interface Replaced {
  readonly status: FileStatus | undefined;
  /** A file with the same content is left as it stands. */
  readonly sums: ContentSums | undefined;
  /** Called at the last moment before the rename; throws to leave the file as it stands. */
  lastLook(): void;
}

export interface Replacement {
  readonly isReplaced: boolean;
  /** Lines written. */
  readonly lines: number;
}

/** Writes a whole file of lines and gives it the name: whoever looks finds the old one or the new one, also after a power cut. */
export function replaceFile(
  directory: Directory,
  name: string,
  lines: Iterable<Uint8Array>,
  environment: StorageEnvironment,
  replaced: Replaced,
): Replacement {
  const written = writeUnpublished(directory, name, lines, environment, replaced.status);
  try {
    const isReplaced = written.sums.checksum !== replaced.sums?.checksum;
    // Before the last look: a sync takes its time, and somebody may write the file meanwhile.
    if (isReplaced) written.file.sync();
    replaced.lastLook();
    if (isReplaced) {
      directory.rename(written.name, name);
      directory.sync();
    }
    return { isReplaced, lines: written.lines };
  } finally {
    written.file.close();
    directory.remove(written.name);
  }
}

const lineFeed = Uint8Array.of(0x0a);
