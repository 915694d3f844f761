import { BzError } from "../model/errors";
import type { FileStatus } from "../native/file-status";
import { encoder } from "../native/utf8";
import { appendAll } from "./buffered-file";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { join, sharedFileMode, temporaryName } from "./paths";

/** What became of a file. */
export type TextFileChange = "created" | "updated" | "removed" | "unchanged";

/** Gives the new text. Undefined stands for a file that is not there, or shall not be. It may be asked again. */
export type TextEdit = (text: string | undefined) => string | undefined;

export interface TextFileOptions {
  /** How long to wait for another bz that edits a file of the same directory. */
  readonly timeoutMs: number;
  readonly limitBytes: number;
}

/**
 * Edits a file that others write, too: one bz at a time; who else writes it is noticed at the last moment, and their text is edited then. The file is
 * replaced atomically and keeps its permissions.
 * @throws BzError INVALID when it is no regular text file, LOCK_TIMEOUT when others write it all the while
 */
export function editTextFile(
  directory: Directory,
  name: string,
  edit: TextEdit,
  environment: StorageEnvironment,
  { timeoutMs, limitBytes }: TextFileOptions,
): TextFileChange {
  const path = join(directory.path, name);
  if (!directory.tryLock() && !directory.lock(timeoutMs)) throw busy(path);
  try {
    for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
      try {
        return replaceText(directory, name, edit, environment, limitBytes);
      } catch (error) {
        if (!(error instanceof FileMoved)) throw error;
      }
    }
    throw busy(path);
  } finally {
    directory.unlock();
  }
}

/** The text of a file; undefined when there is none. Throws BzError INVALID when it is no regular text file. */
export function readTextFile(directory: Directory, name: string, limitBytes: number): string | undefined {
  const path = join(directory.path, name);
  const bytes = readRegular(directory, name, path, limitBytes);
  return bytes === undefined ? undefined : decode(bytes, path);
}

const attemptLimit = 5;

/** Somebody else wrote the file since it was read. */
class FileMoved extends Error {}

function replaceText(
  directory: Directory,
  name: string,
  edit: TextEdit,
  environment: StorageEnvironment,
  limitBytes: number,
): TextFileChange {
  const status = directory.status(name);
  const text = readTextFile(directory, name, limitBytes);
  const edited = edit(text);
  if (edited === text) return "unchanged";
  const lastLook = (): void => {
    const now = directory.status(name);
    if (now?.inode !== status?.inode || now?.size !== status?.size || now?.modifiedNs !== status?.modifiedNs)
      throw new FileMoved();
  };
  if (edited === undefined) {
    lastLook();
    directory.remove(name);
    directory.sync();
    return "removed";
  }
  publish(directory, name, encoder.encode(edited), environment, { status, lastLook });
  return text === undefined ? "created" : "updated";
}

function publish(
  directory: Directory,
  name: string,
  content: Uint8Array,
  environment: StorageEnvironment,
  { status, lastLook }: { status: FileStatus | undefined; lastLook: () => void },
): void {
  const temporary = temporaryName(name, environment);
  const file = directory.create(temporary, sharedFileMode);
  try {
    if (status !== undefined) file.changePermissions(status.permissions & 0o777);
    appendAll(file, content);
    // Before the last look: a sync takes its time, and somebody may write the file meanwhile.
    file.sync();
    lastLook();
    directory.rename(temporary, name);
    directory.sync();
  } finally {
    file.close();
    directory.remove(temporary);
  }
}

/** Undefined when there is none. What stands under the name and is no file of its own is not replaced. */
function readRegular(
  directory: Directory,
  name: string,
  path: string,
  limitBytes: number,
): Uint8Array | undefined {
  const status = directory.status(name);
  if (status === undefined) return undefined;
  if (status.kind !== "file")
    throw new BzError(
      "INVALID",
      `${path} is ${status.kind === "symlink" ? "a symbolic link, which bz does not replace" : "not a regular file"}. It was left as it is.`,
      {
        hint:
          status.kind === "symlink"
            ? "Change the file that it leads to by hand."
            : "Move it aside, then run the command again.",
        context: { file: path },
      },
    );
  if (status.size > limitBytes)
    throw new BzError("INVALID", `${path} is too long for what it is meant to hold. It was left as it is.`, {
      context: { file: path, size: status.size },
    });
  const file = directory.open(name, "read");
  if (file === undefined) throw new FileMoved();
  try {
    const bytes = file.read(0, status.size);
    // Somebody writes it right now; or else what is cut off would be lost with the next write.
    if (bytes.length !== status.size) throw new FileMoved();
    return bytes;
  } finally {
    file.close();
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BzError("INVALID", `${path} is not UTF-8. It was left as it is.`, {
      cause,
      context: { file: path },
    });
  }
}

function busy(path: string): BzError {
  return new BzError("LOCK_TIMEOUT", `Other processes write ${path} all the while. Nothing was changed.`, {
    hint: "Run the command again.",
    context: { file: path },
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
