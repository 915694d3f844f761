/** A number, an address, or memory for the kernel to read or fill; kept referenced by the caller until the call returned. */
type Argument = number | Uint8Array;

/** As libc has it, with all the arguments that a system call can have. -1 means: look at `errno`. */
export type SystemCall = (
  number: number,
  first: Argument,
  second: Argument,
  third: Argument,
  fourth: Argument,
  fifth: Argument,
  sixth: Argument,
) => number;

export type LinuxCalls = ReturnType<typeof linuxCalls>;

/**
 * What every call of bz, and every write, asks of the kernel, each as the function of libc of that name (old ones have no statx, renameat2 and getentropy). Through one function of libc,
 * as each that is opened takes longer than all calls of it. The numbers are those of the kernel's headers: x64, then arm64.
 */
export function linuxCalls(syscall: SystemCall, isArm: boolean) {
  return {
    openat: (dirFd: number, path: Uint8Array, flags: number, mode: number): number =>
      syscall(isArm ? 56 : 257, dirFd, path, flags, mode, 0, 0),
    close: (fd: number): number => syscall(isArm ? 57 : 3, fd, 0, 0, 0, 0, 0),
    read: (fd: number, bytes: Uint8Array, length: number): number =>
      syscall(isArm ? 63 : 0, fd, bytes, length, 0, 0, 0),
    pread: (fd: number, bytes: Uint8Array, length: number, offset: number): number =>
      syscall(isArm ? 67 : 17, fd, bytes, length, offset, 0, 0),
    write: (fd: number, bytes: Uint8Array, length: number): number =>
      syscall(isArm ? 64 : 1, fd, bytes, length, 0, 0, 0),
    pwrite: (fd: number, bytes: Uint8Array, length: number, offset: number): number =>
      syscall(isArm ? 68 : 18, fd, bytes, length, offset, 0, 0),
    fdatasync: (fd: number): number => syscall(isArm ? 83 : 75, fd, 0, 0, 0, 0, 0),
    flock: (fd: number, operation: number): number => syscall(isArm ? 32 : 73, fd, operation, 0, 0, 0, 0),
    mmap: (length: number, protection: number, flags: number, fd: number): number =>
      syscall(isArm ? 222 : 9, 0, length, protection, flags, fd, 0),
    getpid: (): number => syscall(isArm ? 172 : 39, 0, 0, 0, 0, 0, 0),
    /** getrandom, which gives all of so few. */
    getentropy: (bytes: Uint8Array, length: number): number =>
      syscall(isArm ? 278 : 318, bytes, length, 0, 0, 0, 0) === length ? 0 : -1,
    statx: (dirFd: number, path: Uint8Array, flags: number, mask: number, status: Uint8Array): number =>
      syscall(isArm ? 291 : 332, dirFd, path, flags, mask, status, 0),
    fstatfs: (fd: number, status: Uint8Array): number => syscall(isArm ? 44 : 138, fd, status, 0, 0, 0, 0),
    renameat2: (
      fromDirFd: number,
      from: Uint8Array,
      toDirFd: number,
      to: Uint8Array,
      flags: number,
    ): number => syscall(isArm ? 276 : 316, fromDirFd, from, toDirFd, to, flags, 0),
    /** TCGETS, which only a terminal answers, with no more than 64 bytes. */
    isatty: (fd: number): number =>
      syscall(isArm ? 29 : 16, fd, 0x5401, new Uint8Array(64), 0, 0, 0) === 0 ? 1 : 0,
    /** exit_group: all threads of the process. */
    _exit: (code: number): number => syscall(isArm ? 94 : 231, code, 0, 0, 0, 0, 0),
    rare: (): RareLinuxCalls => rareLinuxCalls(syscall, isArm),
  };
}

type RareLinuxCalls = ReturnType<typeof rareLinuxCalls>;

/** What only some calls of bz ask of it. */
function rareLinuxCalls(syscall: SystemCall, isArm: boolean) {
  return {
    fsync: (fd: number): number => syscall(isArm ? 82 : 74, fd, 0, 0, 0, 0, 0),
    fchmod: (fd: number, mode: number): number => syscall(isArm ? 52 : 91, fd, mode, 0, 0, 0, 0),
    /** utimensat, of the descriptor itself. */
    futimens: (fd: number, times: Uint8Array): number => syscall(isArm ? 88 : 280, fd, 0, times, 0, 0, 0),
    renameat: (fromDirFd: number, from: Uint8Array, toDirFd: number, to: Uint8Array): number =>
      syscall(isArm ? 38 : 264, fromDirFd, from, toDirFd, to, 0, 0),
    linkat: (fromDirFd: number, from: Uint8Array, toDirFd: number, to: Uint8Array, flags: number): number =>
      syscall(isArm ? 37 : 265, fromDirFd, from, toDirFd, to, flags, 0),
    unlinkat: (dirFd: number, name: Uint8Array, flags: number): number =>
      syscall(isArm ? 35 : 263, dirFd, name, flags, 0, 0, 0),
    mkdirat: (dirFd: number, name: Uint8Array, mode: number): number =>
      syscall(isArm ? 34 : 258, dirFd, name, mode, 0, 0, 0),
    getdents64: (fd: number, entries: Uint8Array): number =>
      syscall(isArm ? 61 : 217, fd, entries, entries.length, 0, 0, 0),
    /** ppoll, which both have, with neither a timeout nor a mask of signals. */
    poll: (descriptors: Uint8Array, count: number, _timeoutMs: -1): number =>
      syscall(isArm ? 73 : 271, descriptors, count, 0, 0, 0, 0),
    geteuid: (): number => syscall(isArm ? 175 : 107, 0, 0, 0, 0, 0, 0),
    kill: (pid: number, signal: number): number => syscall(isArm ? 129 : 62, pid, signal, 0, 0, 0, 0),
  };
}
