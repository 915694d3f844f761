import { SystemCallError } from "../native/errno";
import {
  append,
  changeMode,
  changeModified,
  closeFile,
  currentDirectory,
  exchangeAt,
  linkAt,
  makeDirectoryAt,
  mapShared,
  openAt,
  openAtIfThere,
  readAll,
  readAt,
  readInto,
  removeAt,
  renameAt,
  syncData,
  syncFile,
  writeAt,
} from "../native/file";
import { lockBefore, tryLock, unlock } from "../native/file-lock";
import type { FileKind, FileStatus } from "../native/file-status";
import { kindOf, kindAt as nativeKindAt, overwritesElsewhere, status, statusAt } from "../native/file-status";
import { decoder } from "../native/utf8";
import type { Directory, FileSystem, OpenFile, OpenMode } from "./file-system";

/** The disk, through libc. */
export class NativeFileSystem implements FileSystem {
  bootId(): string {
    return process.platform === "darwin" ? macBootId() : readWhole("/proc/sys/kernel/random/boot_id", "read");
  }

  openDirectory(path: string): Directory | undefined {
    const descriptor = openIfThere(currentDirectory, path, "directory", path);
    return descriptor === undefined ? undefined : new NativeDirectory(path, descriptor);
  }
}

class NativeDirectory implements Directory {
  constructor(
    readonly path: string,
    readonly descriptor: number,
  ) {}

  open(name: string, mode: OpenMode): OpenFile | undefined {
    const descriptor = openIfThere(this.descriptor, name, mode, this.#pathOf(name));
    return descriptor === undefined ? undefined : this.#regular(name, descriptor);
  }

  create(name: string, permissions: number): OpenFile {
    const descriptor = this.#named(name, () => openAt(this.descriptor, name, "createNew", permissions));
    return new NativeFile(this.#pathOf(name), descriptor);
  }

  openOrCreate(name: string, permissions: number): OpenFile {
    return this.#regular(
      name,
      this.#named(name, () => openAt(this.descriptor, name, "create", permissions)),
    );
  }

  status(name: string): FileStatus | undefined {
    return this.#named(name, () => statusAt(this.descriptor, name));
  }

  rename(from: string, to: string, target?: Directory): void {
    const into = target instanceof NativeDirectory ? target.descriptor : this.descriptor;
    this.#named(to, () => renameAt(this.descriptor, from, into, to));
  }

  exchange(one: string, other: string, target?: Directory): boolean {
    const into = target instanceof NativeDirectory ? target : this;
    return withPath(`${this.#pathOf(one)} <-> ${into.#pathOf(other)}`, () =>
      exchangeAt(this.descriptor, one, into.descriptor, other),
    );
  }

  link(from: string, to: string, target: Directory): boolean {
    const into = target instanceof NativeDirectory ? target : this;
    return into.#named(to, () => linkAt(this.descriptor, from, into.descriptor, to));
  }

  remove(name: string): boolean {
    return this.#named(name, () => removeAt(this.descriptor, name));
  }

  list(): string[] {
    const { listDirectory } = require("../native/directory") as typeof import("../native/directory");
    return this.#named(undefined, () => listDirectory(this.descriptor));
  }

  makeDirectory(name: string, permissions: number): boolean {
    return this.#named(name, () => makeDirectoryAt(this.descriptor, name, permissions));
  }

  openDirectory(name: string): Directory | undefined {
    const descriptor = openIfThere(this.descriptor, name, "directory", this.#pathOf(name));
    return descriptor === undefined ? undefined : new NativeDirectory(this.#pathOf(name), descriptor);
  }

  isLinked(): boolean {
    return status(this.descriptor).links > 0;
  }

  sync(): void {
    this.#named(undefined, () => syncFile(this.descriptor));
  }

  tryLock(): boolean {
    return tryLock(this.descriptor);
  }

  lock(timeoutMs: number): boolean {
    return lockBefore(this.descriptor, timeoutMs);
  }

  unlock(): void {
    unlock(this.descriptor);
  }

  close(): void {
    closeFile(this.descriptor);
  }

  /** A FIFO or a device in place of one of our files would block or never end. */
  #regular(name: string, descriptor: number): OpenFile {
    const kind = kindOf(descriptor);
    if (kind === "file") return new NativeFile(this.#pathOf(name), descriptor);
    closeFile(descriptor);
    throw new SystemCallError("open", kind === "directory" ? "EISDIR" : "EINVAL", this.#pathOf(name));
  }

  #named<T>(name: string | undefined, call: () => T): T {
    return withPath(name === undefined ? this.path : this.#pathOf(name), call);
  }

  #pathOf(name: string): string {
    return `${this.path}/${name}`;
  }
}

class NativeFile implements OpenFile {
  constructor(
    readonly path: string,
    readonly descriptor: number,
  ) {}

  status(): FileStatus {
    return status(this.descriptor);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#named(() => readAt(this.descriptor, offset, length));
  }

  readInto(offset: number, bytes: Uint8Array): number {
    return this.#named(() => readInto(this.descriptor, offset, bytes));
  }

  append(bytes: Uint8Array): number {
    return this.#named(() => append(this.descriptor, bytes));
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    this.#named(() => writeAt(this.descriptor, offset, bytes));
  }

  sync(): void {
    this.#named(() => syncData(this.descriptor));
  }

  tryLock(): boolean {
    return tryLock(this.descriptor);
  }

  lock(timeoutMs: number): boolean {
    return lockBefore(this.descriptor, timeoutMs);
  }

  unlock(): void {
    unlock(this.descriptor);
  }

  changePermissions(permissions: number): void {
    this.#named(() => changeMode(this.descriptor, permissions));
  }

  setModified(timeMs: number): void {
    this.#named(() => changeModified(this.descriptor, timeMs));
  }

  map(length: number): ArrayBuffer | undefined {
    if (overwritesElsewhere(this.descriptor)) return undefined;
    return this.#named(() => mapShared(this.descriptor, length));
  }

  close(): void {
    closeFile(this.descriptor);
  }

  #named<T>(call: () => T): T {
    return withPath(this.path, call);
  }
}

/** Calls know a descriptor, or a name in a directory; the user wants to know the path. */
export function withPath<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new SystemCallError(error.syscall, error.errno, path);
  }
}

/**
 * The whole of a small file that somebody wrote for us, undefined when there is none. What is there and cannot be read is no reason to
 * go on as if it were not.
 * @throws BzError INVALID naming the file: a symbolic link, no regular file, or one that this process may not read; STORAGE_FAILED when the disk fails
 */
export function readSmallFile(path: string): string | undefined {
  return readOrRefuse(path, "read");
}

/** The same of a file that is the user's own and may be a link, as those of people who keep their settings in a repository are. */
export function readUserFile(path: string): string | undefined {
  return readOrRefuse(path, "readThroughLink");
}

function readOrRefuse(path: string, access: "read" | "readThroughLink"): string | undefined {
  try {
    return readWhole(path, access);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(error.code)) return undefined;
    // Its errors are for the few who meet them.
    const { unreadableFile } = require("./unreadable-file") as typeof import("./unreadable-file");
    throw unreadableFile(path, error);
  }
}

/** What stands at a path, links not followed; undefined when nothing does. Throws SystemCallError. */
export function kindAt(path: string): FileKind | undefined {
  return nativeKindAt(currentDirectory, path);
}

/** Who owns it and who may write it; undefined when nothing stands there. */
export function rightsAt(path: string): Pick<FileStatus, "owner" | "permissions"> | undefined {
  return statusAt(currentDirectory, path);
}

/** The kind, and undefined also for what this user may not look at: what is out of reach is none of ours. */
export function kindWithinReach(path: string): FileKind | undefined {
  try {
    return kindAt(path);
  } catch (error) {
    if (error instanceof SystemCallError && (error.code === "EACCES" || error.code === "ELOOP"))
      return undefined;
    throw error;
  }
}

/** A file of the system, as in `/proc`, that may be missing or closed to us: undefined for whatever reason. */
export function readSystemFile(path: string): string | undefined {
  try {
    return readWhole(path, "read");
  } catch (error) {
    if (error instanceof SystemCallError) return undefined;
    throw error;
  }
}

/** git's list of packed references is the longest of what is read whole. */
const wholeFileLimitBytes = 1 << 26;

/** A regular file, which may not know its size. Throws SystemCallError. */
export function readWhole(
  path: string,
  access: "read" | "readThroughLink",
  limitBytes = wholeFileLimitBytes,
): string {
  const descriptor = openAt(currentDirectory, path, access);
  try {
    const { kind, size } = status(descriptor);
    if (kind !== "file") throw new SystemCallError("open", kind === "directory" ? "EISDIR" : "EINVAL", path);
    if (size > limitBytes) throw new SystemCallError("open", "EFBIG", path);
    const text = decoder.decode(readAll(descriptor, size));
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  } finally {
    closeFile(descriptor);
  }
}

function openIfThere(
  directory: number,
  name: string,
  access: "read" | "append" | "update" | "directory",
  path: string,
): number | undefined {
  return withPath(path, () => openAtIfThere(directory, name, access));
}

/** macOS names the boot in the sysctl `kern.bootsessionuuid`; there the command answers without a library call of its own layout. */
function macBootId(): string {
  return Bun.spawnSync(["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"], { env: {} }).stdout.toString();
}
