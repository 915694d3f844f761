import type { Pointer } from "bun:ffi";
import { SystemCallError } from "./errno";
import { closeFile } from "./file";
import { type Address, failure, lastErrno, libc, rareLibc } from "./libc";

/** The names in a directory, `.` and `..` with them, from a descriptor that is closed then. Throws SystemCallError. */
export function namesInDirectory(fd: number): string[] {
  const { errno, platform } = libc;
  const { fdopendir, readdir, closedir } = rareLibc();
  const stream = fdopendir(fd);
  if (stream === 0) {
    const error = failure("fdopendir");
    closeFile(fd);
    throw error;
  }
  try {
    const names: string[] = [];
    for (;;) {
      // Only errno tells the end from an error.
      errno[0] = 0;
      const entry = readdir(stream);
      if (entry === 0) {
        const reason = lastErrno();
        if (reason !== 0) throw new SystemCallError("readdir", reason);
        return names;
      }
      names.push(textAt(entry + platform.direntName));
    }
  } finally {
    closedir(stream);
  }
}

/** The NUL-terminated UTF-8 text at `address`. */
function textAt(address: Address): string {
  const { CString } = require("bun:ffi") as typeof import("bun:ffi");
  return new CString(address as Pointer).toString();
}
