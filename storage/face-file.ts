import { BzError } from "../model/errors";
import type { FileStatus } from "../native/file-status";
import { type ContentSums, contentSums } from "./face-content";
import type { Directory, OpenFile } from "./file-system";
import { faceName } from "./paths";

/** What a face holds, and which file that came from. */
export interface FaceFile {
  /** Of the descriptor that was read, taken before. */
  readonly status: FileStatus;
  readonly sums: ContentSums;
  readonly bytes: Uint8Array;
}

/** Larger faces are refused before memory is asked for: Bun holds texts of less than two gibibytes. */
const faceLimitBytes = 1 << 30;

/**
 * Undefined when there is no face.
 * @throws BzError FILE_UNREADABLE when it is larger than a gibibyte, no file, or gives less than it says it has
 */
export function readFaceFile(beads: Directory, name = faceName): FaceFile | undefined {
  return inFaceFile(beads, name, (file, first) => {
    let status = first;
    // Somebody may cut it off after it was asked for its size.
    for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
      const bytes = file.read(0, status.size);
      if (bytes.length === status.size) return { status, bytes, sums: contentSums(bytes) };
      status = file.status();
    }
    throw cutShort(file.path, status.size);
  });
}

const attemptLimit = 3;

/** What `read` makes of a face; undefined, and throws, as `readFaceFile` does. */
export function inFaceFile<T>(
  beads: Directory,
  name: string,
  read: (file: OpenFile, status: FileStatus) => T,
): T | undefined {
  // Asked before it is opened, since the errors of that explain nothing, and whoever opens a pipe waits.
  const kind = beads.status(name)?.kind;
  if (kind !== undefined && kind !== "file") throw notAFile(`${beads.path}/${name}`, kind);
  const file = beads.open(name, "read");
  if (file === undefined) return undefined;
  try {
    const status = file.status();
    if (status.size > faceLimitBytes) throw tooLarge(file.path, status.size);
    return read(file, status);
  } finally {
    file.close();
  }
}

function notAFile(path: string, kind: FileStatus["kind"]): BzError {
  const what = kind === "symlink" ? "a symbolic link" : kind === "directory" ? "a directory" : "not a file";
  return new BzError("FILE_UNREADABLE", `${path} is ${what}; bz reads a face that is a file.`, {
    hint: "It was left as it is. Move it aside; `bz sync` then writes one from the store.",
    context: { file: path },
  });
}

function cutShort(path: string, sizeBytes: number): BzError {
  return new BzError("FILE_UNREADABLE", `${path} says that it has ${sizeBytes} bytes, and gives fewer.`, {
    hint: "It was left as it is. Run the command again; if nobody is writing it, look after the disk.",
    context: { file: path, size: sizeBytes },
  });
}

function tooLarge(path: string, sizeBytes: number): BzError {
  const size = `${(sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  return new BzError("FILE_UNREADABLE", `${path} has ${size}; bz reads a face of up to 1 GiB.`, {
    hint: "It was left as it is. If it is not meant to hold issues, move it aside; `bz sync` then writes one from the store.",
    context: { file: path, size: sizeBytes },
  });
}
