import { type ErrnoCode, SystemCallError } from "../../native/errno";
import type { FileStatus } from "../../native/file-status";
import type { Directory, FileSystem, OpenFile, OpenMode } from "../../storage/file-system";
import { type DirectoryNode, failure, type Node, type SimulatedDisk } from "./simulated-disk";
import type { FileNode } from "./simulated-file";

/** The process was killed. No product code knows this error, and none can do anything once it was thrown. */
export class Stopped extends Error {}

/** The calls that are counted: all of the seam but `close` and `bootId`, which leave no trace. */
export type CallName =
  | Exclude<keyof FileSystem, "bootId">
  | Exclude<keyof Directory, "path" | "close" | "status" | "sync">
  | Exclude<keyof OpenFile, "path" | "close" | "status" | "sync">
  | "statusOf"
  | "fileStatus"
  | "syncDirectory"
  | "syncFile";

export interface Call {
  /** Counted from 1, for each process. */
  readonly number: number;
  readonly name: CallName;
  readonly path: string;
  /** How many are to be written. */
  readonly bytes: number;
}

/**
 * What happens to a call: the process dies before it; or the call fails, which for a sync of a file also loses what it should have
 * made durable; or a write takes only some bytes, and then returns, fails or is the last thing the process did.
 */
export type Fault =
  | { readonly kind: "stop" }
  | { readonly kind: "fail"; readonly code: ErrnoCode }
  | { readonly kind: "short"; readonly bytes: number; readonly ending: "return" | "stop" | ErrnoCode };

export type Plan = (call: Call) => Fault | undefined;

/** The process that makes the calls. */
export interface Caller {
  readonly id: number;
  readonly isAlive: boolean;
  /** Counts the call and asks the plan about it. Throws Stopped when the process is dead. */
  enter(name: CallName, path: string, bytes?: number): Fault | undefined;
  die(): never;
  passTime(milliseconds: number): void;
  readonly handles: Set<{ close(): void }>;
  readonly maps: Set<{ endMap(): void }>;
}

/** The seam over a simulated disk, for one process. */
export class CrashingFileSystem implements FileSystem {
  constructor(
    readonly disk: SimulatedDisk,
    readonly caller: Caller,
  ) {}

  bootId(): string {
    return this.disk.bootId();
  }

  openDirectory(path: string): Directory | undefined {
    refuse(this.caller.enter("openDirectory", path), "openat", path);
    return directoryHandle(this.disk, this.caller, this.disk.at(path), path);
  }
}

class DirectoryHandle implements Directory {
  constructor(
    readonly disk: SimulatedDisk,
    readonly caller: Caller,
    readonly node: DirectoryNode,
    readonly path: string,
  ) {
    caller.handles.add(this);
  }

  open(name: string, mode: OpenMode): OpenFile | undefined {
    this.#enter("open", "openat", name);
    const node = this.node.entries.get(name);
    if (node === undefined) return undefined;
    return this.#handle(name, node, mode);
  }

  create(name: string, permissions: number): OpenFile {
    this.#enter("create", "openat", name);
    if (this.node.entries.has(name)) throw failure("openat", "EEXIST", this.#pathOf(name));
    return this.#handle(name, this.disk.createFile(this.node, name, permissions), "update");
  }

  openOrCreate(name: string, permissions: number): OpenFile {
    this.#enter("openOrCreate", "openat", name);
    const node = this.node.entries.get(name) ?? this.disk.createFile(this.node, name, permissions);
    return this.#handle(name, node, "update");
  }

  status(name: string): FileStatus | undefined {
    this.#enter("statusOf", "fstatat", name);
    const node = name.startsWith("./") ? this.disk.at(this.#pathOf(name)) : this.#nodeOf(name);
    return node === undefined ? undefined : statusOf(this.disk, node);
  }

  rename(from: string, to: string, target?: Directory): void {
    this.#enter("rename", "renameat", from);
    const directory = target instanceof DirectoryHandle ? target.node : this.node;
    this.disk.rename({ directory: this.node, name: from }, { directory, name: to });
  }

  exchange(one: string, other: string, target?: Directory): boolean {
    this.#enter("exchange", "renameat2", one);
    const directory = target instanceof DirectoryHandle ? target.node : this.node;
    return this.disk.exchange({ directory: this.node, name: one }, { directory, name: other });
  }

  link(from: string, to: string, target: Directory): boolean {
    this.#enter("link", "linkat", from);
    if (!(target instanceof DirectoryHandle)) throw new Error(`${target.path} is on another disk`);
    return this.disk.link({ directory: this.node, name: from }, { directory: target.node, name: to });
  }

  remove(name: string): boolean {
    this.#enter("remove", "unlinkat", name);
    return this.disk.remove(this.node, name);
  }

  list(): string[] {
    this.#enter("list", "readdir", "");
    return [...this.node.entries.keys()];
  }

  makeDirectory(name: string, permissions: number): boolean {
    this.#enter("makeDirectory", "mkdirat", name);
    return this.disk.makeDirectory(this.node, name, permissions);
  }

  openDirectory(name: string): Directory | undefined {
    this.#enter("openDirectory", "openat", name);
    return directoryHandle(this.disk, this.caller, this.node.entries.get(name), this.#pathOf(name));
  }

  isLinked(): boolean {
    this.#enter("isLinked", "fstat", "");
    return !this.node.isRemoved;
  }

  sync(): void {
    this.#enter("syncDirectory", "fsync", "");
    this.disk.syncDirectory(this.node);
  }

  tryLock(): boolean {
    this.#enter("tryLock", "flock", "");
    return takeLock(this.node, this);
  }

  lock(timeoutMs: number): boolean {
    this.#enter("lock", "flock", "");
    return takeLock(this.node, this) || waitInVain(this.caller, timeoutMs);
  }

  unlock(): void {
    this.#enter("unlock", "flock", "");
    freeLock(this.node, this);
  }

  close(): void {
    this.caller.handles.delete(this);
    freeLock(this.node, this);
  }

  #nodeOf(name: string): Node | undefined {
    return name === "." ? this.node : this.node.entries.get(name);
  }

  #handle(name: string, node: Node, mode: OpenMode): OpenFile {
    if (node.kind === "directory") throw failure("open", "EISDIR", this.#pathOf(name));
    return new FileHandle(this.disk, this.caller, node, this.#pathOf(name), mode);
  }

  #enter(name: CallName, syscall: string, child: string): void {
    const path = this.#pathOf(child);
    refuse(this.caller.enter(name, path), syscall, path);
  }

  #pathOf(name: string): string {
    return name === "" ? this.path : `${this.path}/${name}`;
  }
}

class FileHandle implements OpenFile {
  #isOpen = true;
  #isMapped = false;
  /** Where the next append of an `update` descriptor goes. */
  #position = 0;

  constructor(
    readonly disk: SimulatedDisk,
    readonly caller: Caller,
    readonly node: FileNode,
    readonly path: string,
    readonly mode: OpenMode,
  ) {
    node.openCount += 1;
    caller.handles.add(this);
  }

  status(): FileStatus {
    this.#enter("fileStatus", "fstat");
    return statusOf(this.disk, this.node);
  }

  readInto(offset: number, bytes: Uint8Array): number {
    const found = this.read(offset, bytes.length);
    bytes.set(found);
    return found.length;
  }

  read(offset: number, length: number): Uint8Array {
    this.#enter("read", "pread");
    return this.node.read(offset, length);
  }

  append(bytes: Uint8Array): number {
    const fault = this.#enterWrite("append", bytes);
    const taken = fault?.kind === "short" ? Math.min(fault.bytes, bytes.length) : bytes.length;
    const offset = this.mode === "append" ? this.node.size : this.#position;
    if (taken > 0) this.node.write(offset, bytes.subarray(0, taken), this.disk.tick());
    this.#position = offset + taken;
    this.#finishWrite(fault, "write");
    return taken;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const fault = this.#enterWrite("writeAt", bytes);
    if (this.mode === "append") throw new Error("Linux ignores the offset of a descriptor that appends");
    const taken = fault?.kind === "short" ? Math.min(fault.bytes, bytes.length) : bytes.length;
    if (taken > 0) this.node.write(offset, bytes.subarray(0, taken), this.disk.tick());
    this.#finishWrite(fault, "pwrite");
  }

  sync(): void {
    const fault = this.#enterCall("syncFile");
    if (fault?.kind === "fail") this.node.failSync(this.disk.random);
    refuse(fault, "fdatasync", this.path);
    this.node.sync();
  }

  tryLock(): boolean {
    this.#enter("tryLock", "flock");
    return takeLock(this.node, this);
  }

  lock(timeoutMs: number): boolean {
    this.#enter("lock", "flock");
    return takeLock(this.node, this) || waitInVain(this.caller, timeoutMs);
  }

  unlock(): void {
    this.#enter("unlock", "flock");
    freeLock(this.node, this);
  }

  changePermissions(permissions: number): void {
    this.#enter("changePermissions", "fchmod");
    this.node.permissions = permissions;
  }

  setModified(timeMs: number): void {
    this.#enter("setModified", "futimens");
    this.node.modifiedNs = BigInt(timeMs) * 1_000_000n;
    this.node.changedNs = this.disk.tick();
  }

  map(length: number): ArrayBuffer {
    this.#enter("map", "mmap");
    const memory = this.node.map(length);
    if (!this.#isMapped) this.caller.maps.add(this);
    this.#isMapped = true;
    return memory;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.caller.handles.delete(this);
    if (!this.#isMapped) this.endMap();
  }

  /** A map keeps the file open, and its lock held, until the process ends. */
  endMap(): void {
    freeLock(this.node, this);
    this.node.openCount -= 1;
    this.disk.forgetIfGone(this.node);
  }

  #enterCall(name: CallName, bytes = 0): Fault | undefined {
    const fault = this.caller.enter(name, this.path, bytes);
    if (!this.#isOpen) throw new Error(`${name} on ${this.path}, which was closed`);
    return fault;
  }

  #enter(name: CallName, syscall: string): void {
    refuse(this.#enterCall(name), syscall, this.path);
  }

  #enterWrite(name: CallName, { length }: Uint8Array): Fault | undefined {
    const fault = this.#enterCall(name, length);
    if (this.mode === "read") throw failure("write", "EBADF", this.path);
    if (fault?.kind === "fail") refuse(fault, "write", this.path);
    return fault;
  }

  #finishWrite(fault: Fault | undefined, syscall: string): void {
    if (fault?.kind !== "short" || fault.ending === "return") return;
    if (fault.ending === "stop") this.caller.die();
    throw new SystemCallError(syscall, fault.ending, this.path);
  }
}

function takeLock(node: Node, handle: object): boolean {
  if (node.holder !== undefined && node.holder !== handle) return false;
  node.holder = handle;
  return true;
}

function freeLock(node: Node, handle: object): void {
  if (node.holder === handle) node.holder = undefined;
}

/** Nobody else runs while we wait, so the lock cannot come free. */
function waitInVain(caller: Caller, timeoutMs: number): boolean {
  caller.passTime(Math.max(0, timeoutMs));
  return false;
}

function directoryHandle(
  disk: SimulatedDisk,
  caller: Caller,
  node: Node | undefined,
  path: string,
): Directory | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "directory") throw failure("openat", "ENOTDIR", path);
  return new DirectoryHandle(disk, caller, node, path);
}

function refuse(fault: Fault | undefined, syscall: string, path: string): void {
  if (fault?.kind === "fail") throw new SystemCallError(syscall, fault.code, path);
}

function statusOf(disk: SimulatedDisk, node: Node): FileStatus {
  const isFile = node.kind === "file";
  return {
    device: disk.device,
    inode: BigInt(node.number),
    links: isFile ? node.links : 2,
    size: isFile ? node.size : 4096,
    modifiedNs: isFile ? node.modifiedNs : 0n,
    changedNs: isFile ? node.changedNs : 0n,
    kind: node.kind,
    permissions: node.permissions,
    owner: 1000,
    mount: disk.mount,
  };
}
