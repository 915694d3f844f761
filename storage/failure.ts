import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";

/**
 * Runs `action` and turns a failed system call into the error a user sees. `saved` is the sentence about what became of the change
 * the caller was asked for: "Nothing was saved." while nothing can have been, "" where nothing was to be saved.
 */
export function withStorageErrors<T>(saved: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storageError(saved, error);
  }
}

export function storageError(saved: string, error: SystemCallError): BzError;
export function storageError(saved: string, error: unknown): unknown;
export function storageError(saved: string, error: unknown): unknown {
  if (!(error instanceof SystemCallError)) return error;
  const where = error.path === undefined ? "" : ` ${error.path}`;
  const what = `${error.syscall}${where}: ${error.code}`;
  const sentence = saved === "" ? "" : ` ${saved}`;
  const options = {
    cause: error,
    context: { syscall: error.syscall, errno: error.code, path: error.path ?? null },
  };
  if (error.syscall === "getentropy")
    return new BzError("UNSUPPORTED", `The system gives this process no random bytes (${what}).${sentence}`, {
      ...options,
      hint: "Where a sandbox (seccomp) keeps system calls from bz, allow `getrandom` in its profile, then run the command again.",
    });
  if (noSpaceCodes.includes(error.code))
    return new BzError("NO_SPACE", `The disk or the quota is full (${what}).${sentence}`, {
      ...options,
      hint: "Free some space, then run the command again.",
    });
  if (readOnlyCodes.includes(error.code))
    return new BzError(
      "READ_ONLY",
      `The store cannot be written or read with the permissions of this process (${what}).${sentence}`,
      {
        ...options,
        hint: "Check the permissions of the .beads directory and whether its file system is mounted read-only; `bz where` prints its path.",
      },
    );
  return new BzError("STORAGE_FAILED", `The file system refused an operation (${what}).${sentence}`, {
    ...options,
    hint: "Run `bz doctor` to see the state of the store; what was acknowledged before is not touched by this error.",
  });
}

export function corrupt(message: string, context: Record<string, string | number> = {}): BzError {
  return new BzError("CORRUPT", message, {
    context,
    hint: "The files are left as they are. Run `bz doctor` for the whole list; `bz doctor --fix` repairs what it can after copying the damaged files to quarantine.",
  });
}

/** What this version does not know it must not touch. */
export function writtenByNewer(what: string): BzError {
  return new BzError("UNSUPPORTED", `${what} was written by a newer bz.`, {
    hint: "Upgrade bz; this version changes nothing there.",
  });
}

const noSpaceCodes = ["ENOSPC", "EDQUOT", "EFBIG"];
const readOnlyCodes = ["EROFS", "EACCES", "EPERM"];
