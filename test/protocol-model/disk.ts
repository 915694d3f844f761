import type { Random } from "./random.ts";
import { type Block, type Frame, frameSum, type Header, type StatusPage, torn } from "./records.ts";

/** Thrown when a process works in a directory that was removed under it, as ENOENT is. */
export class Gone extends Error {}

type BlockState = "clean" | "dirty" | "sick";

export class FileInode {
  readonly blocks: Block[] = [];
  /** Per block: on disk; not yet; or given up by a failed sync, after which the kernel calls it clean. */
  readonly states: BlockState[] = [];
  links = 0;
  /** The process that holds the flock of this inode. */
  holder: number | undefined;
  /** Only the lock file has one. */
  page: StatusPage | undefined;
  /** What was written to the page in this boot: any of it may be what the disk has. */
  readonly pages: (StatusPage | undefined)[] = [];
  /** Ghost: the step at which the last name went away. */
  unlinkedAt = Number.POSITIVE_INFINITY;
  #verified = 0;

  constructor(readonly number: number) {}

  append(block: Block): void {
    this.blocks.push(block);
    this.states.push("dirty");
  }

  writePage(page: StatusPage | undefined): void {
    this.page = page;
    this.pages.push(page);
  }

  /** Blocks behind these are gone. */
  cutTo(count: number): void {
    this.blocks.length = Math.min(this.blocks.length, count);
    this.states.length = this.blocks.length;
    this.#verified = 0;
  }

  get header(): Header | undefined {
    const first = this.blocks[0];
    return first?.kind === "header" ? first : undefined;
  }

  /** How many of the first `length` blocks verify, header included. Blocks never change, so this is kept. */
  validLength(length: number): number {
    const header = this.header;
    if (!header) return 0;
    let count = Math.max(this.#verified, 1);
    for (; count < this.blocks.length; count += 1) {
      const frame = this.blocks[count];
      const expected = header.baseSequence + count;
      if (frame?.kind !== "frame" || frame.sequence !== expected || frame.link !== this.sumAt(count)) break;
      if (frame.sum !== frameSum(header.salt, frame.link, frame.sequence, frame.transaction)) break;
    }
    this.#verified = count;
    return Math.min(count, length);
  }

  /** The sum of the last of the first `count` blocks. */
  sumAt(count: number): number {
    const last = this.blocks[count - 1];
    if (last?.kind === "frame") return last.sum;
    return last?.kind === "header" ? last.baseSum : 0;
  }

  frameAt(index: number): Frame | undefined {
    const block = this.blocks[index];
    return block?.kind === "frame" ? block : undefined;
  }
}

type Node = FileInode | Directory;

export class Directory {
  readonly entries = new Map<string, Node>();
  /** What a power cut leaves if nothing that is pending reaches the disk. */
  readonly durable = new Map<string, Node>();
  removed = false;
  /** The process that holds the flock of the directory itself. */
  holder: number | undefined;

  file(name: string): FileInode | undefined {
    const node = this.entries.get(name);
    return node instanceof FileInode ? node : undefined;
  }

  directory(name: string): Directory | undefined {
    const node = this.entries.get(name);
    return node instanceof Directory ? node : undefined;
  }
}

/** A change of names that memory has and the disk may not have; a rename is one change, also between directories. */
interface Pending {
  readonly from?: { readonly directory: Directory; readonly name: string };
  readonly to?: { readonly directory: Directory; readonly name: string; readonly node: Node };
}

function applyNames(change: Pending, namesOf: (directory: Directory) => Map<string, Node>): void {
  if (change.from) namesOf(change.from.directory).delete(change.from.name);
  if (change.to) namesOf(change.to.directory).set(change.to.name, change.to.node);
}

export class Disk {
  root = new Directory();
  /** Set by the scheduler: the number of steps done, and the process that does the next one. */
  clock = 0;
  turn = 0;
  /** What happened, for the replay of one seed. */
  journal: string[] | undefined;
  #pending: Pending[] = [];
  #files: FileInode[] = [];
  #nextNumber = 1;
  #freed: number[] = [];
  #stale: Block[] = [];

  constructor(
    readonly random: Random,
    readonly syncFailure: number,
    readonly directorySyncFailure: number,
  ) {}

  makeDirectory(parent: Directory, name: string): Directory {
    if (parent.removed) throw new Gone();
    const made = new Directory();
    this.#change({ to: { directory: parent, name, node: made } });
    return made;
  }

  removeDirectory(parent: Directory, name: string): boolean {
    const directory = parent.directory(name);
    if (!directory || directory.entries.size > 0) return false;
    directory.removed = true;
    this.#change({ from: { directory: parent, name } });
    return true;
  }

  create(directory: Directory, name: string): FileInode {
    if (directory.removed) throw new Gone();
    // Freed inode numbers come back soon on real file systems, so a number alone proves nothing.
    const freed = this.random.chance(0.5) ? this.#freed.pop() : undefined;
    const file = new FileInode(freed ?? this.#nextNumber++);
    this.#files.push(file);
    this.#change({ to: { directory, name, node: file } });
    return file;
  }

  rename(from: Directory, name: string, to: Directory, newName: string): boolean {
    const node = from.entries.get(name);
    if (!node) return false;
    if (to.removed) throw new Gone();
    this.#change({ from: { directory: from, name }, to: { directory: to, name: newName, node } });
    return true;
  }

  unlink(directory: Directory, name: string): void {
    if (directory.file(name)) this.#change({ from: { directory, name } });
  }

  /** The file is gone from memory and disk. */
  forget(directory: Directory, name: string): void {
    directory.entries.delete(name);
    directory.durable.delete(name);
  }

  #change(change: Pending): void {
    const replaced = change.to?.directory.entries.get(change.to.name);
    const left = change.from?.directory.entries.get(change.from.name);
    applyNames(change, (directory) => directory.entries);
    if (change.to?.node instanceof FileInode) change.to.node.links += 1;
    if (replaced instanceof FileInode) this.#dropName(replaced);
    if (left instanceof FileInode) this.#dropName(left);
    this.#pending.push(change);
    this.note(() => `${change.from?.name ?? "+"} -> ${change.to?.name ?? "gone"}`);
  }

  note(text: () => string): void {
    this.journal?.push(`${this.clock} process ${this.turn}: ${text()}`);
  }

  #dropName(file: FileInode): void {
    file.links -= 1;
    if (file.links > 0) return;
    file.unlinkedAt = this.clock;
    this.#freed.push(file.number);
    for (const block of file.blocks) if (block.kind === "frame") this.#stale.push(block);
    if (this.#stale.length > 32) this.#stale.splice(0, this.#stale.length - 32);
  }

  /** Everything reaches the disk: for the time before the story begins. */
  settle(): void {
    for (const change of this.#pending.splice(0)) applyNames(change, (directory) => directory.durable);
    for (const file of this.#files) file.states.fill("clean");
  }

  /** False if the sync failed: the blocks are then marked clean although they may never reach the disk. */
  sync(file: FileInode): boolean {
    const fails = file.states.includes("dirty") && this.random.chance(this.syncFailure);
    for (let index = 0; index < file.states.length; index += 1) {
      if (file.states[index] === "dirty") file.states[index] = fails ? "sick" : "clean";
    }
    this.note(() => `sync of inode ${file.number} ${fails ? "FAILS" : "succeeds"}`);
    return !fails;
  }

  /** A failed directory sync leaves its changes pending; a later one that succeeds covers them. */
  syncDirectory(directory: Directory): boolean {
    const fails = this.random.chance(this.directorySyncFailure);
    this.note(() => `directory sync ${fails ? "FAILS" : "succeeds"}`);
    if (fails) return false;
    const rest: Pending[] = [];
    for (const change of this.#pending) {
      if (change.from?.directory === directory || change.to?.directory === directory) {
        applyNames(change, (touched) => touched.durable);
      } else rest.push(change);
    }
    this.#pending = rest;
    return true;
  }

  /** The kernel writes back what it likes, in any order. */
  writeBack(): void {
    for (const file of this.#files) {
      for (let index = 0; index < file.states.length; index += 1) {
        if (file.states[index] === "dirty" && this.random.chance(0.3)) file.states[index] = "clean";
      }
    }
  }

  /** One of the disks that a power cut at this moment may leave. */
  powerCut(): Disk {
    const after = new Disk(this.random, this.syncFailure, this.directorySyncFailure);
    after.clock = this.clock;
    after.journal = this.journal;
    after.#nextNumber = this.#nextNumber;
    after.#stale = this.#stale;
    const names = new Map<Directory, Map<string, Node>>();
    const namesOf = (directory: Directory): Map<string, Node> => {
      const known = names.get(directory) ?? new Map(directory.durable);
      names.set(directory, known);
      return known;
    };
    // Nothing pending arrives, all of it does, or any part of it does.
    const mode = this.random.next();
    for (const change of this.#pending) {
      if (mode < 0.3 || (mode < 0.9 && this.random.chance(0.5))) applyNames(change, namesOf);
    }
    const rebuild = (directory: Directory): Directory => {
      const rebuilt = new Directory();
      for (const [name, node] of namesOf(directory)) {
        const survivor = node instanceof Directory ? rebuild(node) : this.#survivor(node, after);
        rebuilt.entries.set(name, survivor);
        rebuilt.durable.set(name, survivor);
      }
      return rebuilt;
    };
    after.root = rebuild(this.root);
    return after;
  }

  #survivor(file: FileInode, after: Disk): FileInode {
    const survivor = new FileInode(file.number);
    survivor.links = 1;
    const durableLength = file.states.lastIndexOf("clean") + 1;
    let length = file.blocks.length;
    if (length > durableLength && this.random.chance(0.5))
      length = this.random.between(durableLength, length);
    for (let index = 0; index < length; index += 1) {
      survivor.blocks.push(this.#survivingBlock(file, index));
      survivor.states.push("clean");
    }
    if (file.pages.length > 0) {
      survivor.page = this.random.chance(0.6) ? file.pages.at(-1) : this.random.pick(file.pages);
      if (this.random.chance(0.1)) survivor.page = undefined;
    } else survivor.page = file.page;
    after.#files.push(survivor);
    return survivor;
  }

  #survivingBlock(file: FileInode, index: number): Block {
    const block = file.blocks[index] ?? torn;
    const state = file.states[index];
    if (state === "clean") return block;
    // A failed write-back may still have landed.
    if (this.random.chance(state === "dirty" ? 0.5 : 0.3)) return block;
    // A block whose length arrived and whose data did not may show what stood there in an earlier life.
    const stale = this.random.chance(0.3) ? this.random.pick(this.#stale) : undefined;
    return stale ?? torn;
  }
}
