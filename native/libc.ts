import { SystemCallError } from "./errno";
import { type LinuxCalls, linuxCalls, type SystemCall } from "./linux-calls";
import { currentPlatform, type Platform, UnsupportedPlatformError } from "./platform";
import { encoder } from "./utf8";

/** A NUL-terminated string, or memory for libc to read or fill; kept referenced by the caller until the call returned. */
type Memory = Uint8Array;
export type Address = number;

/**
 * The functions of libc that nearly every call needs, or every write, as C declares them; sizes and offsets are numbers (exact to 2^53). A result of -1 or 0 (for
 * addresses) means: look at `errno` before any other call.
 */
export interface Libc {
  readonly platform: Platform;
  /** errno of this thread, as memory: element 0. */
  readonly errno: Int32Array;
  /** Where a function stands that takes nothing and changes nothing, to be called by the kernel: the one that says where errno is. */
  readonly idle: Address;
  openat(dirFd: number, path: Memory, flags: number, mode: number): number;
  close(fd: number): number;
  read(fd: number, bytes: Memory, length: number): number;
  pread(fd: number, bytes: Memory, length: number, offset: number): number;
  write(fd: number, bytes: Memory, length: number): number;
  pwrite(fd: number, bytes: Memory, length: number, offset: number): number;
  flock(fd: number, operation: number): number;
  /** Of the beginning of a file, at whatever address. */
  mmap(length: number, protection: number, flags: number, fd: number): Address;
  /** Where `needle` first stands; 0 when it does not. */
  memmem(bytes: Address | Memory, length: number, needle: Memory, needleLength: number): Address;
  getpid(): number;
  /** No more than 256 bytes. */
  getentropy(bytes: Memory, length: number): number;
  isatty(fd: number): number;
  _exit(code: number): void;
  /** Linux only. */
  fdatasync(fd: number): number;
  /** Linux only. */
  statx(dirFd: number, path: Memory, flags: number, mask: number, status: Memory): number;
  /** Linux only: `struct statfs` has another layout elsewhere. */
  fstatfs(fd: number, status: Memory): number;
  /** Linux only. */
  renameat2(fromDirFd: number, from: Memory, toDirFd: number, to: Memory, flags: number): number;
  /** macOS only. */
  fstat(fd: number, status: Memory): number;
  /** macOS only. */
  fstatat(dirFd: number, path: Memory, status: Memory, flags: number): number;
  rare(): RareLibc;
}

/** The others, in a table of their own: each takes its time when the table is made, and whoever does not call them does not need them to exist. */
export interface RareLibc {
  fsync(fd: number): number;
  fchmod(fd: number, mode: number): number;
  renameat(fromDirFd: number, from: Memory, toDirFd: number, to: Memory): number;
  linkat(fromDirFd: number, from: Memory, toDirFd: number, to: Memory, flags: number): number;
  unlinkat(dirFd: number, name: Memory, flags: number): number;
  mkdirat(dirFd: number, name: Memory, mode: number): number;
  /** No other timeout is asked for: without end. */
  poll(descriptors: Memory, count: number, timeoutMs: -1): number;
  geteuid(): number;
  kill(pid: number, signal: number): number;
  /** Linux only. How many bytes of `entries` were filled; 0 at the end of the directory. */
  getdents64(fd: number, entries: Memory): number;
  /** macOS only. */
  fdopendir(fd: number): Address;
  /** macOS only. */
  readdir(directory: Address): Address;
  /** macOS only. */
  closedir(directory: Address): number;
  /** macOS only, and only with commands that take no third argument: it is variadic. */
  fcntl(fd: number, command: number): number;
  /** Access time and modification time, each as `struct timespec`. */
  futimens(fd: number, times: Memory): number;
  /** macOS only. */
  renameatx_np(fromDirFd: number, from: Memory, toDirFd: number, to: Memory, flags: number): number;
}

/** What is called by whoever waits for the lock, in a table of its own as well: others want the processors at that moment. */
export interface WaitingLibc {
  sigaction(signal: number, action: Memory, previous: Memory | null): number;
  setitimer(which: number, value: Memory, previous: Memory | null): number;
}

/** The rest of it, made at the first call. Throws UnsupportedPlatformError. */
export function rareLibc(): RareLibc {
  rareMade ??= libc.rare();
  return rareMade;
}

let rareMade: RareLibc | undefined;

/** Opened at each call: a process waits once, most often. Throws UnsupportedPlatformError. */
export function waitingLibc(): WaitingLibc {
  const changing = signature("i32", "i32", "ptr", "ptr");
  const symbols = openLibrary(libc.platform.libraries, { sigaction: changing, setitimer: changing });
  // As below: the signatures are the interface, spelled for bun:ffi.
  return symbols as unknown as WaitingLibc;
}

/** The error of the call that has just failed; nothing may be called in between. */
export function failure(syscall: string, path?: string): SystemCallError {
  return new SystemCallError(syscall, lastErrno(), path);
}

/** errno, straight after the call that set it. */
export function lastErrno(): number {
  return libc.errno[0] ?? 0;
}

/** `text` as C reads it. Throws a SystemCallError (EINVAL) when it holds a NUL, at which C would stop. */
export function cString(text: string): Memory {
  if (text.includes("\0")) throw new SystemCallError("path", "EINVAL", JSON.stringify(text));
  return encoder.encode(`${text}\0`);
}

/** `length` mapped bytes at `address`; they are unmapped when the buffer is collected. */
export function mappedMemory(address: Address, length: number): ArrayBuffer {
  unmapping ??= openLibrary(libc.platform.libraries, { munmap: signature("i32") }).munmap?.ptr;
  if (unmapping === undefined)
    throw new UnsupportedPlatformError("bz cannot find munmap in the C library of this system.");
  // The last two say what the collector calls, and with which second argument.
  return foreignFunctions().toArrayBuffer(address, 0, length, length, unmapping);
}

let unmapping: Address | undefined;

/** The same, which stay mapped until the process ends. */
export function lastingMemory(address: Address, length: number): ArrayBuffer {
  return foreignFunctions().toArrayBuffer(address, 0, length);
}

function openLibc(): Libc {
  const platform = currentPlatform();
  const symbols = openLibrary(platform.libraries, signatures(platform));
  const errnoLocation = symbols[platform.errnoLocation];
  const location: unknown = errnoLocation?.();
  if (typeof location !== "number")
    throw new UnsupportedPlatformError("bz cannot find errno in the C library.");
  const named = {
    ...(platform.family === "linux" ? linuxFunctions(symbols) : darwinFunctions(symbols, platform)),
    memmem: symbols.memmem,
    platform,
    errno: new Int32Array(lastingMemory(location, 4)),
    idle: errnoLocation?.ptr,
  };
  // The signatures below are the interface above, spelled for bun:ffi; no checker can compare the two.
  return named as unknown as Libc;
}

function linuxFunctions({ syscall }: Record<string, NativeFunction>): LinuxCalls {
  return linuxCalls(syscall as unknown as SystemCall, process.arch === "arm64");
}

function darwinFunctions(
  symbols: Record<string, NativeFunction>,
  platform: Platform,
): Record<string, NativeFunction | undefined> {
  const { openat, mmap } = symbols;
  const { inode64Suffix: suffix, modePadding } = platform;
  return {
    ...symbols,
    fstat: symbols[`fstat${suffix}`],
    fstatat: symbols[`fstatat${suffix}`],
    openat: padMode(openat, modePadding),
    mmap: (length, protection, flags, fd) => mmap?.(null, length, protection, flags, fd, 0),
    rare: () => rareDarwinLibc(platform),
  };
}

function rareDarwinLibc({ libraries, inode64Suffix: suffix }: Platform): RareLibc {
  const symbols = openLibrary(libraries, {
    fsync: signature("i32", "i32"),
    fchmod: signature("i32", "i32", "u32"),
    futimens: signature("i32", "i32", "ptr"),
    renameat: signature("i32", "i32", "ptr", "i32", "ptr"),
    linkat: signature("i32", "i32", "ptr", "i32", "ptr", "i32"),
    unlinkat: signature("i32", "i32", "ptr", "i32"),
    mkdirat: signature("i32", "i32", "ptr", "u32"),
    [`fdopendir${suffix}`]: signature(i64, "i32"),
    [`readdir${suffix}`]: signature(i64, i64),
    closedir: signature("i32", i64),
    poll: signature("i32", "ptr", i64, "i32"),
    geteuid: signature("u32"),
    kill: signature("i32", "i32", "i32"),
    renameatx_np: signature("i32", "i32", "ptr", "i32", "ptr", "u32"),
    fcntl: signature("i32", "i32", "i32"),
  });
  const named = {
    ...symbols,
    fdopendir: symbols[`fdopendir${suffix}`],
    readdir: symbols[`readdir${suffix}`],
  };
  // As above: the signatures are the interface, spelled for bun:ffi.
  return named as unknown as RareLibc;
}

/** Functions of the first of these libraries that has them all. Throws UnsupportedPlatformError. */
export function openLibrary(
  names: readonly string[],
  signatures: Record<string, NativeSignature>,
): Record<string, NativeFunction> {
  let cause: unknown;
  for (const name of names) {
    try {
      const library = foreignFunctions().dlopen(name, signatures);
      if (!(library instanceof Error)) return library.symbols;
      cause ??= library;
    } catch (error) {
      cause ??= error;
    }
  }
  throw new UnsupportedPlatformError(
    `bz cannot use the C library of this system (${names.join(", ")}): ${cause instanceof Error ? cause.message : cause}.`,
    { cause },
  );
}

function padMode(openat: NativeFunction | undefined, padding: number): NativeFunction | undefined {
  if (padding === 0 || openat === undefined) return openat;
  return (dirFd, path, flags, mode) => openat(dirFd, path, flags, 0, 0, 0, 0, 0, mode);
}

function signatures({ family, errnoLocation, inode64Suffix, modePadding }: Platform) {
  const always: Record<string, NativeSignature> = {
    [errnoLocation]: signature(i64),
    memmem: signature(i64, "ptr", i64, "ptr", i64),
  };
  // Numbers may be given as addresses: both come in a register.
  const syscall = signature(i64, i64, "ptr", "ptr", "ptr", "ptr", "ptr", "ptr");
  if (family === "linux") return { ...always, syscall };
  const padding = new Array<NativeType>(modePadding).fill(i64);
  return {
    ...always,
    openat: signature("i32", "i32", "ptr", "i32", ...padding, "u32"),
    close: signature("i32", "i32"),
    read: signature(i64, "i32", "ptr", i64),
    pread: signature(i64, "i32", "ptr", i64, i64),
    write: signature(i64, "i32", "ptr", i64),
    pwrite: signature(i64, "i32", "ptr", i64, i64),
    flock: signature("i32", "i32", "i32"),
    mmap: signature(i64, "ptr", i64, "i32", "i32", "i32", i64),
    getpid: signature("i32"),
    getentropy: signature("i32", "ptr", i64),
    isatty: signature("i32", "i32"),
    _exit: signature("void", "i32"),
    [`fstat${inode64Suffix}`]: signature("i32", "i32", "ptr"),
    [`fstatat${inode64Suffix}`]: signature("i32", "i32", "ptr", "ptr", "i32"),
  };
}

const i64 = "i64_fast";

export function signature(returns: NativeType, ...args: NativeType[]): NativeSignature {
  return { returns, args };
}

export interface NativeFunction {
  (...values: unknown[]): unknown;
  /** Its address. */
  readonly ptr?: number;
}

/** As `bun:ffi` spells types; `i64_fast` is 64 bits that come as a number as long as they fit one. */
export type NativeType = "i32" | "u32" | "u64" | "ptr" | "void" | "i64_fast";

export interface NativeSignature {
  readonly returns: NativeType;
  readonly args: readonly NativeType[];
}

/** The part of `bun:ffi` that every start needs. */
interface ForeignFunctions {
  dlopen(
    name: string,
    signatures: Readonly<Record<string, NativeSignature>>,
  ): { readonly symbols: Record<string, NativeFunction> } | Error;
  toArrayBuffer(address: number, ...values: number[]): ArrayBuffer;
}

/**
 * What `bun:ffi` itself is made of. Importing that costs 0.4 ms at every start, for conversions that our signatures have no need of. As it
 * is documented nowhere, a Bun without it is served through the front door.
 */
function foreignFunctions(): ForeignFunctions {
  if (foreign !== undefined) return foreign;
  const found = (Bun as { readonly FFI?: unknown }).FFI;
  foreign = hasForeignFunctions(found)
    ? found
    : (require("bun:ffi") as typeof import("bun:ffi") as unknown as ForeignFunctions);
  return foreign;
}

let foreign: ForeignFunctions | undefined;

function hasForeignFunctions(found: unknown): found is ForeignFunctions {
  return typeof found === "object" && found !== null && "dlopen" in found && "toArrayBuffer" in found;
}

/** libc of this process. What is taken from it throws UnsupportedPlatformError where there is none that we know. */
export const libc = openedOrUnusable();

function openedOrUnusable(): Libc {
  try {
    return openLibc();
  } catch (error) {
    return unusable(error);
  }
}

function unusable(error: unknown): Libc {
  const refuse = (): never => {
    throw error;
  };
  return new Proxy({} as Libc, { get: refuse });
}
