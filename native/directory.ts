import { SystemCallError } from "./errno";
import { closeFile, openAt } from "./file";
import { failure, lastErrno, libc, rareLibc, textAt } from "./libc";

/**
 * The names in an open directory, in no particular order, without `.` and `..`. A name that is not UTF-8 comes with replacement
 * characters. Throws SystemCallError.
 */
export function listDirectory(fd: number): string[] {
  const { errno, platform } = libc;
  const { fdopendir, readdir, closedir } = rareLibc();
  // A descriptor of its own, as a duplicate would share the reading position and find it at the end the second time.
  const own = openAt(fd, ".", "directory");
  const stream = fdopendir(own);
  if (stream === 0) {
    const error = failure("fdopendir");
    closeFile(own);
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
      const name = textAt(entry + platform.direntName);
      if (name !== "." && name !== "..") names.push(name);
    }
  } finally {
    closedir(stream);
  }
}
