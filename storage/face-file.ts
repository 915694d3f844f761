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
 * @throws BzError FILE_UNREADABLE when it is larger than a gibibyte, or no file
 */
export function readFaceFile(beads: Directory, name = faceName): FaceFile | undefined {
  return inFaceFile(beads, name, (file, status) => {
    const bytes = file.read(0, status.size);
    // Where less came than there is, the signature of this must not pass for that of the whole.
    return { status: withSize(status, bytes.length), bytes, sums: contentSums(bytes) };
  });
}

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

/** The status of a file of which only so much was there. A status cannot be spread: it is read from the kernel's bytes. */
export function withSize(status: FileStatus, size: number): FileStatus {
  const { device, inode, links, modifiedNs, changedNs, kind, permissions, owner, mount } = status;
  return { device, inode, links, size, modifiedNs, changedNs, kind, permissions, owner, mount };
}

function notAFile(path: string, kind: FileStatus["kind"]): BzError {
  const what = kind === "symlink" ? "a symbolic link" : kind === "directory" ? "a directory" : "not a file";
  return new BzError("FILE_UNREADABLE", `${path} is ${what}; bz reads a face that is a file.`, {
    hint: "It was left as it is. Move it aside; `bz sync` then writes one from the store.",
    context: { file: path },
  });
}

function tooLarge(path: string, sizeBytes: number): BzError {
  const size = `${(sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  return new BzError("FILE_UNREADABLE", `${path} has ${size}; bz reads a face of up to 1 GiB.`, {
    hint: "It was left as it is. If it is not meant to hold issues, move it aside; `bz sync` then writes one from the store.",
    context: { file: path, size: sizeBytes },
  });
}
