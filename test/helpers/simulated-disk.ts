import { type ErrnoCode, SystemCallError } from "../../native/errno";
import { Random } from "../protocol-model/random";
import { type Fate, RandomFate } from "./fate";
import { FileNode } from "./simulated-file";

export type Node = FileNode | DirectoryNode;

/** A directory as memory has it, and the names that are certain to be on the disk. */
export class DirectoryNode {
  readonly kind = "directory";
  readonly entries = new Map<string, Node>();
  readonly durable = new Map<string, Node>();
  /** Per name, the last change that is durable: an older one that arrives later must not undo it. */
  readonly stamps = new Map<string, number>();
  isRemoved = false;
  /** The open directory that holds the flock. */
  holder: object | undefined;

  constructor(
    public number: number,
    readonly permissions: number,
  ) {}
}

interface Place {
  readonly directory: DirectoryNode;
  readonly name: string;
}

/** What a name stands for after a change: nothing, when it was removed. */
interface NewName extends Place {
  readonly node: Node | undefined;
}

/** One atomic change of names. Durable once each directory it touches was synced; until then a power cut keeps or drops it as a whole. */
interface NameChange {
  readonly number: number;
  readonly names: readonly NewName[];
  readonly waiting: Set<DirectoryNode>;
}

/** The kernel's view of one disk within one boot. */
export class SimulatedDisk {
  readonly device = 2049n;
  mount = 1;
  root: DirectoryNode;
  nowNs = 1_767_323_045_000_000_000n;
  #changes: NameChange[] = [];
  #changeCount = 0;
  #nodeCount = 1;
  /** Numbers of nodes that are gone come back at once, as on real file systems: a number alone proves nothing. */
  #freeNumbers: number[] = [];
  #stale: Uint8Array[] = [];

  /** Decides what a failed sync had written. */
  random = new Random(1);

  /** False for a file system that cannot swap two names, as many on networks. */
  canExchange = true;
  /** False for one that gives no file a second name. */
  canLink = true;

  constructor(public boot = 1) {
    this.root = new DirectoryNode(1, 0o755);
  }

  bootId(): string {
    return `00000000-0000-4000-8000-${this.boot.toString(16).padStart(12, "0")}`;
  }

  tick(): bigint {
    this.nowNs += 1000n;
    return this.nowNs;
  }

  /** The node at an absolute path, in which `.` and `..` mean what they mean everywhere. */
  at(path: string): Node | undefined {
    const above: DirectoryNode[] = [];
    let node: Node | undefined = this.root;
    for (const name of path.split("/")) {
      if (node?.kind !== "directory") return name === "" ? node : undefined;
      if (name === "..") node = above.pop() ?? node;
      else if (name !== "" && name !== ".") {
        above.push(node);
        node = node.entries.get(name);
      }
    }
    return node;
  }

  createFile(directory: DirectoryNode, name: string, permissions: number): FileNode {
    this.#refuseRemoved(directory, "openat", name);
    const file = new FileNode(this.#nextNumber(), permissions);
    file.modifiedNs = this.tick();
    file.changedNs = file.modifiedNs;
    this.#change({ directory, name, node: file });
    return file;
  }

  makeDirectory(directory: DirectoryNode, name: string, permissions: number): boolean {
    this.#refuseRemoved(directory, "mkdirat", name);
    if (directory.entries.has(name)) return false;
    const node = new DirectoryNode(this.#nextNumber(), permissions);
    this.#change({ directory, name, node });
    return true;
  }

  rename(from: Place, to: Place): void {
    const node = from.directory.entries.get(from.name);
    if (node === undefined || to.directory.isRemoved) throw failure("renameat", "ENOENT", from.name);
    if (to.directory.entries.get(to.name)?.kind === "directory") throw failure("renameat", "EISDIR", to.name);
    if (node.kind === "file") node.changedNs = this.tick();
    this.#change({ ...from, node: undefined }, { ...to, node });
  }

  exchange(one: Place, other: Place): boolean {
    const first = one.directory.entries.get(one.name);
    const second = other.directory.entries.get(other.name);
    if (first === undefined || second === undefined)
      throw failure("renameat2", "ENOENT", `${one.name} <-> ${other.name}`);
    if (!this.canExchange) return false;
    for (const node of [first, second]) if (node.kind === "file") node.changedNs = this.tick();
    this.#change({ ...one, node: second }, { ...other, node: first });
    return true;
  }

  link(from: Place, to: Place): boolean {
    const node = from.directory.entries.get(from.name);
    if (node?.kind !== "file" || to.directory.isRemoved) throw failure("linkat", "ENOENT", from.name);
    if (to.directory.entries.has(to.name)) throw failure("linkat", "EEXIST", to.name);
    if (!this.canLink) return false;
    node.changedNs = this.tick();
    this.#change({ ...to, node });
    return true;
  }

  remove(directory: DirectoryNode, name: string): boolean {
    const node = directory.entries.get(name);
    if (node === undefined) return false;
    if (node.kind === "directory") throw failure("unlinkat", "EISDIR", name);
    this.#change({ directory, name, node: undefined });
    return true;
  }

  /** `rm -rf`, as git does it. */
  removeTree(directory: DirectoryNode, name: string): void {
    const node = directory.entries.get(name);
    if (node?.kind === "directory") {
      for (const each of [...node.entries.keys()]) this.removeTree(node, each);
      node.isRemoved = true;
    }
    this.#change({ directory, name, node: undefined });
  }

  syncDirectory(directory: DirectoryNode): void {
    const pending: NameChange[] = [];
    for (const change of this.#changes) {
      change.waiting.delete(directory);
      if (change.waiting.size > 0) pending.push(change);
      else applyChange(change, (touched) => touched);
    }
    this.#changes = pending;
  }

  /** Everything written so far is on the disk. */
  settle(): void {
    for (const change of this.#changes.splice(0)) applyChange(change, (touched) => touched);
    for (const node of nodesBelow(this.root)) if (node.kind === "file") node.sync();
  }

  /** Called when a file lost its last name or its last user. */
  forgetIfGone(file: FileNode): void {
    if (file.links > 0 || file.openCount > 0) return;
    this.#freeNumbers.push(file.number);
    if (file.size > 0) this.#stale = [file.read(0, file.size), ...this.#stale.slice(0, 7)];
  }

  /** A disk that a power cut at this moment may leave, after the boot. */
  powerCut(seed: number, fate: Fate = new RandomFate(seed)): SimulatedDisk {
    return this.#withoutCache(seed, fate, this.boot + 1);
  }

  /** The same without a boot: the file system went down, as it does after an error of its own, and was mounted again. */
  remount(seed: number): SimulatedDisk {
    return this.#withoutCache(seed, new RandomFate(seed), this.boot);
  }

  #withoutCache(seed: number, fate: Fate, boot: number): SimulatedDisk {
    const names = new Map<DirectoryNode, Pick<DirectoryNode, "durable" | "stamps">>();
    const namesOf = (directory: DirectoryNode): Pick<DirectoryNode, "durable" | "stamps"> => {
      const known = names.get(directory) ?? {
        durable: new Map(directory.durable),
        stamps: new Map(directory.stamps),
      };
      names.set(directory, known);
      return known;
    };
    this.#changes.forEach((change, index) => {
      if (fate.keepsNames(index, this.#changes.length)) applyChange(change, namesOf);
    });
    const after = new SimulatedDisk(boot);
    after.mount = this.mount + 1;
    after.nowNs = this.nowNs + 1_000_000_000n;
    after.random = new Random(seed + 1);
    after.#stale = this.#stale;
    after.canExchange = this.canExchange;
    after.canLink = this.canLink;
    const survivors = new Map<Node, Node>();
    const survive = (node: Node): Node => {
      const known = survivors.get(node);
      if (known !== undefined) return known;
      if (node.kind === "file") {
        const survivor = node.survivor(fate, this.#stale);
        survivors.set(node, survivor);
        return survivor;
      }
      const survivor = new DirectoryNode(node.number, node.permissions);
      survivors.set(node, survivor);
      for (const [name, child] of namesOf(node).durable) after.#place(survivor, name, survive(child));
      return survivor;
    };
    const root = survive(this.root);
    if (root.kind === "directory") after.root = root;
    after.#recount();
    return after;
  }

  /**
   * A number that two disks share only if the same files are on them.
   * @param ofFile the same for the content of a file; left out: all of it counts
   */
  fingerprint(ofFile: (name: string, file: FileNode) => bigint = (_, file) => file.fingerprint): bigint {
    const visit = (directory: DirectoryNode): bigint => {
      let sum = 0n;
      for (const [name, node] of directory.entries) {
        const content = node.kind === "file" ? ofFile(name, node) : visit(node);
        sum ^= Bun.hash.wyhash(name, content);
      }
      return sum;
    };
    return visit(this.root);
  }

  /** The same disk within the same boot, unsynced changes and all, with no process that has anything open. */
  fork(): SimulatedDisk {
    const twin = new SimulatedDisk(this.boot);
    twin.mount = this.mount;
    twin.nowNs = this.nowNs;
    twin.#changeCount = this.#changeCount;
    twin.#stale = this.#stale;
    twin.canExchange = this.canExchange;
    twin.canLink = this.canLink;
    const copies = new Map<Node, Node>();
    const copyDirectory = (node: DirectoryNode): DirectoryNode => {
      const known = copies.get(node);
      if (known?.kind === "directory") return known;
      const copied = new DirectoryNode(node.number, node.permissions);
      copies.set(node, copied);
      copied.isRemoved = node.isRemoved;
      for (const [name, child] of node.entries) copied.entries.set(name, copy(child));
      for (const [name, child] of node.durable) copied.durable.set(name, copy(child));
      for (const [name, stamp] of node.stamps) copied.stamps.set(name, stamp);
      return copied;
    };
    const copy = (node: Node): Node => {
      if (node.kind === "directory") return copyDirectory(node);
      const copied = copies.get(node) ?? node.copy();
      copies.set(node, copied);
      return copied;
    };
    twin.root = copyDirectory(this.root);
    twin.#changes = this.#changes.map(({ number, names, waiting }) => ({
      number,
      names: names.map(({ directory, name, node }) => ({
        directory: copyDirectory(directory),
        name,
        node: node === undefined ? undefined : copy(node),
      })),
      waiting: new Set([...waiting].map(copyDirectory)),
    }));
    twin.#recount();
    return twin;
  }

  #change(...names: NewName[]): void {
    const before = names.map(({ directory, name }) => directory.entries.get(name));
    for (const { directory, name, node } of names) {
      if (node === undefined) directory.entries.delete(name);
      else directory.entries.set(name, node);
      if (node?.kind === "file") node.links += 1;
    }
    for (const node of before) {
      if (node?.kind !== "file") continue;
      node.links -= 1;
      this.forgetIfGone(node);
    }
    this.#changeCount += 1;
    const waiting = new Set(names.map(({ directory }) => directory));
    this.#changes.push({ number: this.#changeCount, names, waiting });
  }

  #place(directory: DirectoryNode, name: string, node: Node): void {
    directory.entries.set(name, node);
    directory.durable.set(name, node);
    if (node.kind === "file") node.links += 1;
  }

  #recount(): void {
    const nodes = new Set(nodesBelow(this.root));
    this.#nodeCount = Math.max(...[...nodes].map((node) => node.number));
    const used = new Set<number>();
    for (const node of nodes) {
      // A removal that did not arrive brings back a file whose number was given away meanwhile.
      if (used.has(node.number)) node.number = this.#nodeCount += 1;
      used.add(node.number);
    }
    this.#freeNumbers = [];
    for (let number = 2; number < this.#nodeCount; number += 1)
      if (!used.has(number)) this.#freeNumbers.push(number);
  }

  #nextNumber(): number {
    const freed = this.#freeNumbers.pop();
    if (freed !== undefined) return freed;
    this.#nodeCount += 1;
    return this.#nodeCount;
  }

  #refuseRemoved(directory: DirectoryNode, syscall: string, name: string): void {
    if (directory.isRemoved) throw failure(syscall, "ENOENT", name);
  }
}

function applyChange(
  change: NameChange,
  namesOf: (directory: DirectoryNode) => Pick<DirectoryNode, "durable" | "stamps">,
): void {
  const { names, number } = change;
  for (const { directory, name, node } of names) {
    const { durable, stamps } = namesOf(directory);
    if ((stamps.get(name) ?? 0) > number) continue;
    stamps.set(name, number);
    if (node === undefined) durable.delete(name);
    else durable.set(name, node);
  }
}

function* nodesBelow(directory: DirectoryNode): Generator<Node> {
  yield directory;
  for (const node of new Set([...directory.entries.values(), ...directory.durable.values()])) {
    if (node.kind === "directory") yield* nodesBelow(node);
    else yield node;
  }
}

export function failure(syscall: string, code: ErrnoCode, path: string): SystemCallError {
  return new SystemCallError(syscall, code, path);
}
