/** A call into the kernel that failed: which one, why, and on what. */
export class SystemCallError extends Error {
  override readonly name = "SystemCallError";
  readonly syscall: string;
  readonly errno: number;
  /** The symbolic name, `ENOENT`; `ERRNO_123` for a number without a name here. */
  readonly code: ErrnoCode;
  /** As it was given to the call; names are relative to the directory of the call. */
  readonly path?: string;

  /** `reason` is the number that the kernel gave, or its name. */
  constructor(syscall: string, reason: number | ErrnoCode, path?: string) {
    const errno = typeof reason === "number" ? reason : errnoNumber(reason);
    const code = typeof reason === "number" ? errnoCode(reason) : reason;
    super(`${syscall}${path === undefined ? "" : ` ${path}`}: ${meaningOf(code)} (${code})`);
    this.syscall = syscall;
    this.errno = errno;
    this.code = code;
    if (path !== undefined) this.path = path;
  }
}

export type ErrnoName = (typeof errnoRows)[number][0];
export type ErrnoCode = ErrnoName | `ERRNO_${number}`;

/** ENOENT and EINTR, the same on every platform: every call asks for these. */
export const absent = 2;
export const interrupted = 4;

/** Whether it says EAGAIN, told without the table: whoever finds the lock taken asks, and others wait for the processors. */
export function saysBusy(errno: number): boolean {
  return errno === (column === 1 ? 11 : 35);
}

/** The number of `code` on this platform. */
export function errnoNumber(code: ErrnoCode): number {
  for (const row of errnoRows) if (row[0] === code) return row[column];
  return Number(code.slice("ERRNO_".length));
}

/** `ENOENT` for 2, and so on; `ERRNO_n` for a number that is not in the table. */
export function errnoCode(errno: number): ErrnoCode {
  for (const row of errnoRows) if (row[column] === errno) return row[0];
  return `ERRNO_${errno}`;
}

function meaningOf(code: ErrnoCode): string {
  for (const row of errnoRows) if (row[0] === code) return row[3];
  return "unknown error";
}

/** Linux numbers are the same on x64 and arm64, macOS has its own beyond 34. */
const column = process.platform === "darwin" ? 2 : 1;

/** The name, Linux, macOS, what it means. Rows, as an object of so many keys takes the engine a shape for each of them at every start. */
const errnoRows = [
  ["EPERM", 1, 1, "operation not permitted"],
  ["ENOENT", 2, 2, "no such file or directory"],
  ["ESRCH", 3, 3, "no such process"],
  ["EINTR", 4, 4, "interrupted"],
  ["EIO", 5, 5, "input or output error"],
  ["ENXIO", 6, 6, "no such device or address"],
  ["EBADF", 9, 9, "bad file descriptor"],
  ["EAGAIN", 11, 35, "resource temporarily unavailable"],
  ["ENOMEM", 12, 12, "out of memory"],
  ["EACCES", 13, 13, "permission denied"],
  ["EFAULT", 14, 14, "bad address"],
  ["EBUSY", 16, 16, "device or resource busy"],
  ["EEXIST", 17, 17, "file exists"],
  ["EXDEV", 18, 18, "the names are on different file systems"],
  ["ENODEV", 19, 19, "no such device"],
  ["ENOTDIR", 20, 20, "not a directory"],
  ["EISDIR", 21, 21, "is a directory"],
  ["EINVAL", 22, 22, "invalid argument"],
  ["ENFILE", 23, 23, "too many open files in the system"],
  ["EMFILE", 24, 24, "too many open files"],
  ["ENOTTY", 25, 25, "not a terminal"],
  ["ETXTBSY", 26, 26, "text file busy"],
  ["EFBIG", 27, 27, "file too large"],
  ["ENOSPC", 28, 28, "no space left on device"],
  ["ESPIPE", 29, 29, "not seekable"],
  ["EROFS", 30, 30, "read-only file system"],
  ["EMLINK", 31, 31, "too many links"],
  ["EPIPE", 32, 32, "broken pipe"],
  ["EDEADLK", 35, 11, "resource deadlock avoided"],
  ["ENAMETOOLONG", 36, 63, "file name too long"],
  ["ENOLCK", 37, 77, "no locks available"],
  ["ENOSYS", 38, 78, "function not implemented"],
  ["ENOTEMPTY", 39, 66, "directory not empty"],
  ["ELOOP", 40, 62, "too many symbolic links"],
  ["EOVERFLOW", 75, 84, "value too large"],
  ["EOPNOTSUPP", 95, 102, "operation not supported"],
  ["ENOTSUP", 95, 45, "operation not supported"],
  ["ETIMEDOUT", 110, 60, "timed out"],
  ["ESTALE", 116, 70, "stale file handle"],
  ["EDQUOT", 122, 69, "disk quota exceeded"],
] as const;
