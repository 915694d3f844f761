import type { FileStatus } from "../native/file-status";

/**
 * The seam: all that storage needs of a disk. `native-file-system.ts` answers it with libc; the tests answer it with a double
 * that can lose, tear and reorder whatever was not synced and stop at any call. Every call is synchronous; every failure is a
 * thrown `SystemCallError` unless the comment names another answer.
 *
 * Files are opened relative to an open directory, never by a path through `.beads/`: a process that outlives a `git clean -fdx`
 * keeps a directory that no longer has a name, so nothing it still does can reach the store that is born after it.
 */
export interface FileSystem {
  /** Names the running boot; unsynced memory, and so the status page, is only meaningful within one. */
  bootId(): string;
  /** The directory at `path`, undefined when nothing is there. A symbolic link as the last component is refused (ELOOP or ENOTDIR). */
  openDirectory(path: string): Directory | undefined;
}

export interface Directory {
  /** For messages only. */
  readonly path: string;
  /** The regular file of that name, or undefined when absent. Symbolic links, FIFOs and devices are refused. */
  open(name: string, mode: OpenMode): OpenFile | undefined;
  /** A new file, opened as `update`; EEXIST when the name is taken. */
  create(name: string, permissions: number): OpenFile;
  /** The file of that name opened as `update`, made empty when absent. */
  openOrCreate(name: string, permissions: number): OpenFile;
  /** What stands under that name, links not followed; undefined when nothing does. */
  status(name: string): FileStatus | undefined;
  /** Replaces `to` atomically. `target` is this directory unless given. */
  rename(from: string, to: string, target?: Directory): void;
  /**
   * Swaps two names atomically; nobody sees either one missing. `other` is looked up in `target`, which is this directory unless given.
   * False where the file system cannot, and then nothing has changed; ENOENT when one of the names is not there.
   */
  exchange(one: string, other: string, target?: Directory): boolean;
  /**
   * Gives a file a second name, in `target`. False where the file system cannot, or may not, and then nothing has changed; EEXIST when the name is taken, ENOENT
   * when there is no such file.
   */
  link(from: string, to: string, target: Directory): boolean;
  /** False when there was nothing to remove. */
  remove(name: string): boolean;
  /** Names in no particular order, without `.` and `..`. */
  list(): string[];
  /** False when it was there already. */
  makeDirectory(name: string, permissions: number): boolean;
  openDirectory(name: string): Directory | undefined;
  /** False once this directory itself was removed. */
  isLinked(): boolean;
  /** Makes the names in this directory durable. */
  sync(): void;
  /** An exclusive flock on the directory itself, without waiting. False when another descriptor holds it. */
  tryLock(): boolean;
  /** The same, waiting in the kernel's queue. False when `timeoutMs` passed. */
  lock(timeoutMs: number): boolean;
  unlock(): void;
  close(): void;
}

/**
 * `append`: the kernel puts every write at the end of the file, whoever else writes. `update`: `writeAt` writes where it is told and `append` behind
 * the last append of this descriptor, which only suits a file that nobody else writes. Both can read.
 */
export type OpenMode = "read" | "append" | "update";

export interface OpenFile {
  /** For messages only. */
  readonly path: string;
  status(): FileStatus;
  /** Up to `length` bytes from `offset`; fewer only where the file ends. */
  read(offset: number, length: number): Uint8Array;
  /** The same into memory that is there already, as much as it holds. How many bytes there were. */
  readInto(offset: number, bytes: Uint8Array): number;
  /** One write(2); the number of bytes it took, at least one, which may be fewer than given. */
  append(bytes: Uint8Array): number;
  /** Writes all of `bytes` at `offset`, in as many calls as it takes. */
  writeAt(offset: number, bytes: Uint8Array): void;
  /** Makes the content and the size durable (fdatasync; F_FULLFSYNC on macOS). */
  sync(): void;
  /** An exclusive flock, without waiting. False when another descriptor holds it. */
  tryLock(): boolean;
  /** The same, waiting in the kernel's queue. False when `timeoutMs` passed. */
  lock(timeoutMs: number): boolean;
  unlock(): void;
  /** Sets the permissions, whatever the umask. */
  changePermissions(permissions: number): void;
  /** Sets the time of the last change of the content, in milliseconds since 1970. */
  setModified(timeMs: number): void;
  /** The first `length` bytes as memory shared with every process that maps the file; undefined where a full disk would kill whoever changes it. */
  map(length: number): ArrayBuffer | undefined;
  close(): void;
}
