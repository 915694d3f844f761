import { zeros } from "./bytes";
import { absent, errnoNumber } from "./errno";
import { failure, lastErrno, libc } from "./libc";
import { encoder } from "./utf8";

export interface FileStatus {
  /** Equal for files of one file system; means nothing else. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Zero once the last name is gone. */
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly kind: FileKind;
  /** The lower twelve bits of the mode. */
  readonly permissions: number;
  /** User id. */
  readonly owner: number;
  /** The lower 24 bits of the mount it was reached through, a number that the kernel gives to no second one before the next boot; 0 where it does not tell (before Linux 6.8, macOS). */
  readonly mount: number;
}

export type FileKind = "file" | "directory" | "symlink" | "other";

export function status(fd: number): FileStatus {
  return readStatus(ask(fd));
}

/** The same, for whoever wants to know nothing else. */
export function kindOf(fd: number): FileKind {
  return readKind(ask(fd));
}

/** What stands under `name` in the directory, links not followed; undefined when nothing does (ENOENT, ENOTDIR) or can: a longer name, or one with a NUL. */
export function statusAt(dirFd: number, name: string): FileStatus | undefined {
  const bytes = askAt(dirFd, name);
  return bytes && readStatus(bytes);
}

/** The same, for whoever wants to know nothing else. */
export function kindAt(dirFd: number, name: string): FileKind | undefined {
  const bytes = askAt(dirFd, name);
  return bytes && readKind(bytes);
}

function ask(fd: number): Uint8Array {
  const { platform, statx, fstat } = libc;
  const bytes = zeros(statusSize);
  if (platform.family === "linux") {
    if (statx(fd, emptyPath, atEmptyPath, wantedStatus, bytes) < 0) throw failure("statx");
  } else if (fstat(fd, bytes) < 0) throw failure("fstat");
  return bytes;
}

function askAt(dirFd: number, name: string): Uint8Array | undefined {
  if (name.includes("\0")) return undefined;
  const { platform, statx, fstatat } = libc;
  const bytes = zeros(statusSize);
  const isLinux = platform.family === "linux";
  const path = encoder.encode(`${name}\0`);
  const result = isLinux
    ? statx(dirFd, path, platform.atNoFollow, wantedStatus, bytes)
    : fstatat(dirFd, path, bytes, platform.atNoFollow);
  if (result === 0) return bytes;
  const errno = lastErrno();
  if (isNothingThere(errno)) return undefined;
  throw failure(isLinux ? "statx" : "fstatat", name);
}

function isNothingThere(errno: number): boolean {
  if (errno === absent || errno === errnoNumber("ENOTDIR")) return true;
  return errno === errnoNumber("ENAMETOOLONG");
}

/**
 * Whether the file system writes to another place what is overwritten. Then the first touch of a page of a shared map takes room, and on a full disk it kills the
 * process (SIGBUS, measured on btrfs).
 */
export function overwritesElsewhere(fd: number): boolean {
  const { platform, fstatfs } = libc;
  if (platform.family !== "linux") return false;
  const bytes = zeros(statusSize);
  if (fstatfs(fd, bytes) < 0) return false;
  return copyingTypes.includes(new Uint32Array(bytes.buffer)[0] ?? 0);
}

/** `f_type` of btrfs, ZFS and bcachefs. */
const copyingTypes = [0x9123683e, 0x2fc12fc1, 0xca451a4e];

/** `struct statx` is the larger one; macOS fills 144 bytes. */
const statusSize = 256;
/** AT_EMPTY_PATH: the descriptor itself. */
const atEmptyPath = 0x1000;
/** STATX_BASIC_STATS and STATX_MNT_ID_UNIQUE. */
const wantedStatus = 0x7ff | 0x4000;
const mountFlag = 0x4000;
const emptyPath = new Uint8Array(1);

function readStatus(bytes: Uint8Array): FileStatus {
  if (libc.platform.family === "linux") return new LinuxStatus(new Uint32Array(bytes.buffer));
  const { DarwinStatus } = require("./darwin-status") as typeof import("./darwin-status");
  return new DarwinStatus(new DataView(bytes.buffer));
}

function readKind(bytes: Uint8Array): FileKind {
  const words = new Uint32Array(bytes.buffer);
  return fileKind(words[libc.platform.family === "linux" ? statxMode : darwinMode] ?? 0);
}

/** The words whose lower half the mode is. */
const statxMode = 7;
const darwinMode = 1;

/** `struct statx`, the same on every Linux. Read when it is asked for: most want to know one or two things, and numbers of 64 bits are slow. */
class LinuxStatus implements FileStatus {
  readonly #words: Uint32Array;
  #longs: BigUint64Array | undefined;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  get device(): bigint {
    // Both halves as they stand: it is only compared.
    return this.#long(17);
  }

  get inode(): bigint {
    return this.#long(4);
  }

  get links(): number {
    return this.#words[4] ?? 0;
  }

  get size(): number {
    return (this.#words[11] ?? 0) * 0x1_0000_0000 + (this.#words[10] ?? 0);
  }

  get modifiedNs(): bigint {
    return this.#timeNs(14);
  }

  get changedNs(): bigint {
    return this.#timeNs(12);
  }

  get kind(): FileKind {
    return fileKind(this.#words[statxMode] ?? 0);
  }

  get permissions(): number {
    return (this.#words[statxMode] ?? 0) & 0o7777;
  }

  get owner(): number {
    return this.#words[5] ?? 0;
  }

  get mount(): number {
    return ((this.#words[0] ?? 0) & mountFlag) === 0 ? 0 : (this.#words[36] ?? 0) & 0xff_ffff;
  }

  #long(at: number): bigint {
    this.#longs ??= new BigUint64Array(this.#words.buffer);
    return this.#longs[at] ?? 0n;
  }

  /** Seconds (64 bits), then nanoseconds (32 bits). */
  #timeNs(at: number): bigint {
    return BigInt.asIntN(64, this.#long(at)) * 1_000_000_000n + BigInt(this.#words[2 * at + 2] ?? 0);
  }
}

/** The S_IFMT bits, the same everywhere. */
export function fileKind(mode: number): FileKind {
  const format = mode & 0o170000;
  if (format === 0o100000) return "file";
  if (format === 0o040000) return "directory";
  if (format === 0o120000) return "symlink";
  return "other";
}
