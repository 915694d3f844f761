import { absent } from "./errno";
import { closeFile, openAt } from "./file";
import { failure, lastErrno, libc, rareLibc } from "./libc";
import { decoder } from "./utf8";

/**
 * The names in an open directory, in no particular order, without `.` and `..`. A name that is not UTF-8 comes with replacement
 * characters. Throws SystemCallError.
 */
export function listDirectory(fd: number): string[] {
  // A descriptor of its own, as a duplicate would share the reading position and find it at the end the second time.
  const own = openAt(fd, ".", "directory");
  const names = libc.platform.family === "darwin" ? namesOfDarwin(own) : namesInDirectory(own);
  const others: string[] = [];
  for (const name of names) if (name !== "." && name !== "..") others.push(name);
  return others;
}

function namesInDirectory(fd: number): string[] {
  const { getdents64 } = rareLibc();
  const entries = new Uint8Array(entriesLength);
  const names: string[] = [];
  try {
    for (;;) {
      const length = getdents64(fd, entries);
      if (length > 0) addNames(entries, length, libc.platform.direntName, names);
      // As libc has it: a directory that was removed has no names.
      else if (length === 0 || lastErrno() === absent) return names;
      else throw failure("getdents64");
    }
  } finally {
    closeFile(fd);
  }
}

/** `struct linux_dirent64`: inode and position of 8 bytes each, the length of the entry of 2, its kind, its name up to a NUL. */
function addNames(entries: Uint8Array, length: number, nameOffset: number, names: string[]): void {
  let at = 0;
  while (at < length) {
    const start = at + nameOffset;
    names.push(decoder.decode(entries.subarray(start, entries.indexOf(0, start))));
    at += (entries[at + 16] ?? 0) + 256 * (entries[at + 17] ?? 0);
  }
}

/** A page of memory, which holds a hundred names. */
const entriesLength = 4096;

function namesOfDarwin(fd: number): string[] {
  const darwin = require("./darwin-directory") as typeof import("./darwin-directory");
  return darwin.namesInDirectory(fd);
}
