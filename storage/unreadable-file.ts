import { BzError } from "../model/errors";
import type { SystemCallError } from "../native/errno";

/** What stands at the path is for its owner to put right; a disk that fails is not, nor a system without descriptors. */
export function unreadableFile(path: string, error: SystemCallError): BzError {
  const fault = faultsOfFiles.get(error.code);
  const options = { context: { file: path, errno: error.code }, cause: error };
  if (fault === undefined)
    return new BzError("STORAGE_FAILED", `${path} cannot be read (${error.syscall}: ${error.code}).`, {
      ...options,
      hint: "See whether the disk is well and this process may open more files, then run the command again.",
    });
  return new BzError("INVALID", `${path} ${fault}.`, {
    ...options,
    hint: "Put a regular file there that this user may read, or take it away.",
  });
}

const faultsOfFiles: ReadonlyMap<string, string> = new Map([
  ["ELOOP", "is a symbolic link, which bz does not follow"],
  ["EISDIR", "is not a regular file"],
  ["EINVAL", "is not a regular file"],
  ["ENXIO", "is not a regular file"],
  ["EACCES", "cannot be read (EACCES)"],
  ["EPERM", "cannot be read (EPERM)"],
]);
