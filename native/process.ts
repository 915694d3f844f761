import { errnoNumber, interrupted, saysBusy } from "./errno";
import { failure, lastErrno, libc, rareLibc } from "./libc";

export function processId(): number {
  return libc.getpid();
}

/** The effective user id. */
export function userId(): number {
  return rareLibc().geteuid();
}

/** From the kernel, and as good as it has them. Throws SystemCallError. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += mostRandomBytes) {
    const part = bytes.subarray(at, at + mostRandomBytes);
    if (libc.getentropy(part, part.length) < 0) throw failure("getentropy");
  }
  return bytes;
}

/** More at once is an error. */
const mostRandomBytes = 256;

/** Also true for a process of another user, and for a dead one whose parent has not looked yet. */
export function isProcessAlive(pid: number): boolean {
  // Zero and below would ask for groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid > 0x7fffffff) return false;
  return rareLibc().kill(pid, 0) === 0 || lastErrno() === errnoNumber("EPERM");
}

export function isTerminal(fd: number): boolean {
  return libc.isatty(fd) === 1;
}

/** Writes all of `bytes`, waiting for slow readers; "closed" when the reader has gone. Throws SystemCallError. */
export function writeAllTo(fd: number, bytes: Uint8Array): "written" | "closed" {
  const { write } = libc;
  let written = 0;
  while (written < bytes.length) {
    const count = write(fd, written === 0 ? bytes : bytes.subarray(written), bytes.length - written);
    if (count >= 0) {
      written += count;
      continue;
    }
    const errno = lastErrno();
    if (errno === errnoNumber("EPIPE")) return "closed";
    if (saysBusy(errno)) waitUntilWritable(fd);
    else if (errno !== interrupted) throw failure("write");
  }
  return "written";
}

/** Ends the process at once: nothing that JavaScript has buffered or registered still happens. */
export function exitNow(code: number): never {
  libc._exit(code);
  throw new Error("_exit returned");
}

/** poll(2) on one `struct pollfd`: descriptor, the events asked for (POLLOUT), those that came. */
function waitUntilWritable(fd: number): void {
  const descriptor = new Uint8Array(8);
  const view = new DataView(descriptor.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, 0x4, true);
  if (rareLibc().poll(descriptor, 1, -1) < 0 && lastErrno() !== interrupted) throw failure("poll");
}
