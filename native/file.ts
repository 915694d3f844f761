import { zeros } from "./bytes";
import { absent, errnoNumber, interrupted, SystemCallError } from "./errno";
import { cString, failure, lastErrno, lastingMemory, libc, mappedMemory, rareLibc } from "./libc";
import { currentDirectory, type Platform } from "./platform";

export { currentDirectory };

/**
 * `read`, `readThroughLink` and `directory` are read-only; `update` and `append` can read and write, `append` always writing at the end; `create` is
 * `update` that makes the file when it is absent; `createNew` refuses (EEXIST) when the name is taken.
 */
export type Access = "read" | "readThroughLink" | "append" | "update" | "create" | "createNew" | "directory";

/**
 * Opens `path`, looked up from the directory `dirFd`. The descriptor is closed on exec. A symbolic link as the last component is
 * refused (ELOOP, or ENOTDIR for a directory) unless the access says otherwise, and opening a FIFO or a device does not wait. `mode` is the permissions of a file
 * that gets created, before the umask. Throws SystemCallError.
 */
export function openAt(dirFd: number, path: string, access: Access, mode = 0o600): number {
  const fd = tryOpenAt(dirFd, path, access, mode);
  if (fd < 0) throw failure("openat", path);
  return fd;
}

/** The same of what may be absent: undefined then. */
export function openAtIfThere(dirFd: number, path: string, access: Access): number | undefined {
  const fd = tryOpenAt(dirFd, path, access, 0);
  if (fd >= 0) return fd;
  if (lastErrno() === absent) return undefined;
  throw failure("openat", path);
}

/** Below 0: look at errno. */
function tryOpenAt(dirFd: number, path: string, access: Access, mode: number): number {
  const { openat, platform } = libc;
  const name = cString(path);
  const flags = openFlags(platform, access);
  for (;;) {
    const fd = openat(dirFd, name, flags, mode);
    if (fd >= 0 || lastErrno() !== interrupted) return fd;
  }
}

/** An error means that the number was not an open descriptor, or that data written through a network file system was lost. */
export function closeFile(fd: number): void {
  // Never repeated, not even after EINTR: the kernel has given the number back, and another thread may own it by now.
  if (libc.close(fd) < 0 && lastErrno() !== interrupted) throw failure("close");
}

/** Up to `length` bytes from `offset`; fewer only where the file ends. */
export function readAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = memoryFor(length);
  const filled = readInto(fd, offset, bytes);
  return filled === length ? bytes : bytes.subarray(0, filled);
}

/** Fills `bytes` from `offset`; how many there were, fewer only where the file ends. */
export function readInto(fd: number, offset: number, bytes: Uint8Array): number {
  const { length } = bytes;
  const { pread } = libc;
  let filled = 0;
  while (filled < length) {
    const rest = filled === 0 ? bytes : bytes.subarray(filled);
    const count = pread(fd, rest, length - filled, offset + filled);
    if (count === 0) break;
    if (count > 0) filled += count;
    else retryInterrupted("pread");
  }
  return filled;
}

/** A file may say that it is larger than any memory. */
function memoryFor(length: number): Uint8Array {
  try {
    return zeros(length);
  } catch {
    throw new SystemCallError("pread", "ENOMEM");
  }
}

/** Everything from the current position on, of files, pipes and files that do not know their size (`/proc`); `length` is how much is expected. */
export function readAll(fd: number, length = 0): Uint8Array {
  const { read } = libc;
  let bytes = memoryFor(Math.max(length + 1, 1024));
  let filled = 0;
  for (;;) {
    const rest = filled === 0 ? bytes : bytes.subarray(filled);
    const count = read(fd, rest, rest.length);
    if (count === 0) return bytes.subarray(0, filled);
    if (count < 0) {
      retryInterrupted("read");
      continue;
    }
    filled += count;
    if (filled === bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
  }
}

/** One write(2); the number of bytes it took, which may be fewer than given. Repeated only when a signal came before the first byte. */
export function append(fd: number, bytes: Uint8Array): number {
  const { write } = libc;
  for (;;) {
    const count = write(fd, bytes, bytes.length);
    if (count >= 0) return count;
    retryInterrupted("write");
  }
}

/** Writes all of `bytes` at `offset`, in as many calls as it takes. Not for descriptors opened to append: Linux ignores the offset there. */
export function writeAt(fd: number, offset: number, bytes: Uint8Array): void {
  const { pwrite } = libc;
  let written = 0;
  while (written < bytes.length) {
    const rest = written === 0 ? bytes : bytes.subarray(written);
    const count = pwrite(fd, rest, rest.length, offset + written);
    if (count > 0) written += count;
    else if (count === 0) throw new SystemCallError("pwrite", "EIO");
    else retryInterrupted("pwrite");
  }
}

/** Makes the content and the size durable. After an error, EINTR included, nothing is known about what reached the disk, and trying again proves nothing. */
export function syncData(fd: number): void {
  if (libc.platform.family === "darwin") syncThroughDriveCache(fd);
  else if (libc.fdatasync(fd) < 0) throw failure("fdatasync");
}

/** Makes everything about a file durable; for a directory, the names in it. */
export function syncFile(fd: number): void {
  if (libc.platform.family === "darwin") syncThroughDriveCache(fd);
  else if (rareLibc().fsync(fd) < 0) throw failure("fsync");
}

/** Replaces `to` atomically. */
export function renameAt(fromDirFd: number, from: string, toDirFd: number, to: string): void {
  const { renameat } = rareLibc();
  if (renameat(fromDirFd, cString(from), toDirFd, cString(to)) < 0)
    throw failure("renameat", `${from} -> ${to}`);
}

/**
 * Swaps what stands under two names, atomically: nobody sees either name missing. False where the file system or the kernel cannot, and
 * then nothing has changed. Throws SystemCallError: ENOENT when one of the names is not there.
 */
export function exchangeAt(oneDirFd: number, one: string, otherDirFd: number, other: string): boolean {
  const { platform } = libc;
  const [from, to, flag] = [cString(one), cString(other), platform.exchangeFlag];
  const result =
    platform.family === "linux"
      ? libc.renameat2(oneDirFd, from, otherDirFd, to, flag)
      : rareLibc().renameatx_np(oneDirFd, from, otherDirFd, to, flag);
  if (result === 0) return true;
  if (isUnknownToFileSystem(lastErrno())) return false;
  throw failure(platform.family === "linux" ? "renameat2" : "renameatx_np", `${one} <-> ${other}`);
}

/** Gives a file a second name. False where it gets none. Throws SystemCallError: EEXIST, ENOENT. */
export function linkAt(fromDirFd: number, from: string, toDirFd: number, to: string): boolean {
  if (rareLibc().linkat(fromDirFd, cString(from), toDirFd, cString(to), 0) === 0) return true;
  const errno = lastErrno();
  if (errno !== errnoNumber("EEXIST") && errno !== absent) return false;
  throw failure("linkat", `${from} -> ${to}`);
}

/** Removes a name that is not a directory. False when there was nothing. */
export function removeAt(dirFd: number, name: string): boolean {
  if (rareLibc().unlinkat(dirFd, cString(name), 0) === 0) return true;
  if (lastErrno() === absent) return false;
  throw failure("unlinkat", name);
}

/** False when the name was taken, by whatever. */
export function makeDirectoryAt(dirFd: number, name: string, mode: number): boolean {
  if (rareLibc().mkdirat(dirFd, cString(name), mode) === 0) return true;
  if (lastErrno() === errnoNumber("EEXIST")) return false;
  throw failure("mkdirat", name);
}

/** Sets the permissions, whatever the umask. */
export function changeMode(fd: number, mode: number): void {
  if (rareLibc().fchmod(fd, mode) < 0) throw failure("fchmod");
}

/** Sets the times of the last change of the content and of the last access, in milliseconds since 1970. */
export function changeModified(fd: number, timeMs: number): void {
  const times = new Uint8Array(32);
  const view = new DataView(times.buffer);
  const seconds = Math.floor(timeMs / 1000);
  for (const offset of [0, 16]) {
    view.setBigInt64(offset, BigInt(seconds), true);
    view.setBigInt64(offset + 8, BigInt(Math.floor((timeMs - 1000 * seconds) * 1_000_000)), true);
  }
  if (rareLibc().futimens(fd, times) < 0) throw failure("futimens");
}

/**
 * The first `length` bytes of a file opened for reading and writing, as memory shared with every process that maps them; good for
 * Atomics. The file must be that long and stay so: writes beyond its end are lost, or kill the process (SIGBUS).
 */
export function mapShared(fd: number, length: number): ArrayBuffer {
  return mappedMemory(mapped(fd, length), length);
}

/** The same for a process that ends soon: it stays mapped until then. */
export function mapSharedForGood(fd: number, length: number): ArrayBuffer {
  return lastingMemory(mapped(fd, length), length);
}

function mapped(fd: number, length: number): number {
  const readAndWrite = 0x3;
  const shared = 0x1;
  const address = libc.mmap(length, readAndWrite, shared, fd);
  if (address <= 0) throw failure("mmap");
  return address;
}

function openFlags({ open }: Platform, access: Access): number {
  const always = open.closeOnExec | open.noFollow | open.nonBlocking;
  if (access === "read") return always;
  if (access === "readThroughLink") return always & ~open.noFollow;
  if (access === "directory") return always | open.directory;
  if (access === "update") return always | open.readWrite;
  if (access === "append") return always | open.readWrite | open.append;
  if (access === "create") return always | open.readWrite | open.create;
  return always | open.readWrite | open.create | open.exclusive;
}

/** Returns when a signal interrupted the call that has just failed, so that it can be made again; else throws its error. */
function retryInterrupted(syscall: string, path?: string): void {
  if (lastErrno() !== interrupted) throw failure(syscall, path);
}

/**
 * On macOS fsync leaves the data in the cache of the drive. F_FULLFSYNC empties that, too; only file systems that do not know it (network
 * shares) get the plain fsync, as that could succeed after a real failure. It takes no third argument, so that fcntl's being variadic
 * does no harm.
 */
function syncThroughDriveCache(fd: number): void {
  const fullSync = 51;
  const { fcntl, fsync } = rareLibc();
  while (fcntl(fd, fullSync) < 0) {
    const errno = lastErrno();
    if (isUnknownToFileSystem(errno)) {
      while (fsync(fd) < 0) retryInterrupted("fsync");
      return;
    }
    if (errno !== interrupted) throw new SystemCallError("fcntl(F_FULLFSYNC)", errno);
  }
}

function isUnknownToFileSystem(errno: number): boolean {
  const names = ["ENOTSUP", "EOPNOTSUPP", "EINVAL", "ENOTTY", "ENOSYS"] as const;
  return names.some((name) => errnoNumber(name) === errno);
}
