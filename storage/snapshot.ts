import type { Link } from "../model/dependency";
import type { BzError } from "../model/errors";
import type { Heads } from "../model/heads";
import type { Issue } from "../model/issue";
import type { IssueFacts } from "../model/issue-facts";
import type { IssueSource } from "../model/issue-source";
import type { StoredRecord } from "../model/record";
import type { FileStatus } from "../native/file-status";
import { decoder } from "../native/utf8";
import { checksum } from "./checksum";
import type { Dependents } from "./dependents-section";
import { corrupt, withStorageErrors, writtenByNewer } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import { deltaName, snapshotName } from "./paths";
import {
  decodeSnapshotHeader,
  decodeSnapshotTrailer,
  fenceEntryAt,
  fenceEntryLength,
  identityOf,
  type LeafEntry,
  leafCapacity,
  leafEntryAt,
  leafEntryLength,
  type SnapshotHeader,
  snapshotHeaderLength,
  snapshotTailLength,
  snapshotTrailerLength,
} from "./snapshot-format";
import type { Sections, SectionTable } from "./snapshot-sections";
import { SortedEntries } from "./sorted-entries";

/** A line, the file that has it, and its place among the lines there. */
export interface LinePlace {
  readonly snapshot: Snapshot;
  readonly ordinal: number;
  readonly entry: LeafEntry;
}

/** An open snapshot. Nothing but its header, fence and trailer is read before it is asked for; what is read is verified first. */
export class Snapshot implements IssueSource {
  readonly #leaves = new Map<number, SortedEntries>();
  #lookedUp: { readonly id: string; readonly entry: LeafEntry | undefined } | undefined;
  /** What was read ahead; undefined where nobody said that it is worth it. */
  #window: ReadBytes | undefined;
  #linesRead = 0;
  #sections: Sections | undefined;
  #dependents: Dependents | undefined;
  #saved: string | undefined;

  constructor(
    readonly file: OpenFile,
    readonly status: FileStatus,
    readonly header: SnapshotHeader,
    readonly fence: SortedEntries,
    /** Not verified yet. */
    readonly table: SectionTable,
    /** What a delta calls it by. */
    readonly identity: bigint,
  ) {}

  /** As the only level of a store. */
  get base(): Snapshot {
    return this;
  }

  get delta(): undefined {
    return undefined;
  }

  get size(): number {
    return this.status.size;
  }

  get count(): number {
    return this.header.count;
  }

  has(id: string): boolean {
    return this.entryOf(id) !== undefined;
  }

  line(id: string): string | undefined {
    const entry = this.entryOf(id);
    return entry === undefined ? undefined : decoder.decode(this.lineBytes(entry));
  }

  version(id: string): number {
    return this.entryOf(id)?.version ?? 0;
  }

  /** Where the line of that id is, and its checksum; undefined for an unknown one. */
  entryOf(id: string): LeafEntry | undefined {
    // Whether there is one, its line and its version are asked for one after another.
    if (this.#lookedUp?.id !== id) this.#lookedUp = { id, entry: this.#findEntry(id) };
    return this.#lookedUp.entry;
  }

  #findEntry(id: string): LeafEntry | undefined {
    const leaf = this.#leaf(this.fence.lastNotAfter(id));
    const index = leaf?.lastNotAfter(id) ?? -1;
    return leaf !== undefined && index >= 0 && leaf.idAt(index) === id
      ? leafEntryAt(leaf, index, id)
      : undefined;
  }

  /** The id of the line at that place. */
  idAt(ordinal: number): string {
    const id = this.#leaf(Math.floor(ordinal / leafCapacity))?.idAt(ordinal % leafCapacity);
    if (id === undefined) throw this.#corrupt(`a section names line ${ordinal} of ${this.count}.`);
    return id;
  }

  *ids(): Generator<string> {
    for (const ids of this.idsByLeaf()) yield* ids;
  }

  /** The same, some at a time. */
  *idsByLeaf(): Generator<readonly string[]> {
    for (const leaf of this.leaves()) yield leaf.ids();
  }

  idsMentioning(id: string, link?: Link): readonly string[] {
    return this.#edges().idsOf(id, link);
  }

  unknownAmong(ids: readonly string[]): readonly string[] {
    return this.#edges().unknownAmong(ids);
  }

  /** Once: many searches follow each other, and each of them takes less time than to look a module up. */
  #edges(): Dependents {
    if (this.#dependents !== undefined) return this.#dependents;
    const module = require("./dependents-section") as typeof import("./dependents-section");
    this.#dependents = new module.Dependents(this);
    return this.#dependents;
  }

  /** Undefined also where there is no index: of too few issues, or made by other rules. */
  idsWithWords(pieces: readonly Uint8Array[]): string[] | undefined {
    const { wordsOf } = require("./words-section") as typeof import("./words-section");
    const ordinals = wordsOf(this)?.ordinals(pieces);
    if (ordinals === undefined) return undefined;
    if (ordinals.length > this.count / manyLines) this.readAhead();
    return Array.from(ordinals, (ordinal) => this.idAt(ordinal));
  }

  allFacts(issueOf: (id: string) => Issue | undefined): readonly IssueFacts[] {
    const { factsOfSnapshot } = require("./column-facts") as typeof import("./column-facts");
    return factsOfSnapshot(this, issueOf);
  }

  *entries(): Generator<LeafEntry> {
    for (const leaf of this.leaves()) {
      let index = 0;
      for (const id of leaf.ids()) {
        yield leafEntryAt(leaf, index, id);
        index += 1;
      }
    }
  }

  *places(): Generator<LinePlace> {
    let ordinal = 0;
    for (const entry of this.entries()) {
      yield { snapshot: this, ordinal, entry };
      ordinal += 1;
    }
  }

  /**
   * The bytes of one line, verified.
   * @throws BzError CORRUPT
   */
  lineBytes(entry: LeafEntry): Uint8Array {
    const bytes = this.bytesOfLines(entry.offset, entry.length);
    if (bytes.length !== entry.length || checksum(bytes) !== entry.checksum)
      throw this.#damage(`the line of ${entry.id} at offset ${entry.offset}`);
    return bytes;
  }

  /** Not verified; `offset` is one in the file. */
  bytesOfLines(offset: number, length: number): Uint8Array {
    this.#linesRead += 1;
    if (this.#window === undefined) {
      const { linesLength } = this.header;
      if (this.#linesRead < fewLines || linesLength > windowOfAllLines) return this.#read(offset, length);
      this.#window = windowAt(snapshotHeaderLength, this.#read(snapshotHeaderLength, linesLength));
    }
    const held = heldBytes(this.#window, offset, length);
    if (held !== undefined) return held;
    // Who leaps about is not served by what stands behind.
    const { start, end } = this.#window;
    if (offset < start || offset > end + windowLength) return this.#read(offset, length);
    const left = snapshotHeaderLength + this.header.linesLength - offset;
    const bytes = this.#read(offset, Math.max(length, Math.min(windowLength, left)));
    this.#window = windowAt(offset, bytes);
    return bytes.subarray(0, length);
  }

  /** @throws BzError CORRUPT */
  records(): readonly StoredRecord[] {
    const { recordsLength } = this.header;
    if (recordsLength === 0) return [];
    const offset = fenceStartOf(this.header) + this.header.fenceLength;
    const { decodeRecords } = require("./snapshot-records") as typeof import("./snapshot-records");
    const records = decodeRecords(this.#read(offset, recordsLength));
    if (records === undefined) throw this.#damage(`the section of records at offset ${offset}`);
    return records;
  }

  get sections(): Sections {
    if (this.#sections !== undefined) return this.#sections;
    const module = require("./snapshot-sections") as typeof import("./snapshot-sections");
    const start = fenceStartOf(this.header) + this.header.fenceLength + this.header.recordsLength;
    this.#sections = new module.Sections(this.table, start, {
      read: (offset, length) => this.#read(offset, length),
      corrupt: (what) => this.#corrupt(what),
    });
    return this.#sections;
  }

  /** @throws BzError CORRUPT */
  heads(): Heads | undefined {
    const { readHeads } = require("./heads-section") as typeof import("./heads-section");
    return readHeads(this.sections.of("heads"));
  }

  /** From now on many lines are read at once; worth it before most of them are asked for in their order. */
  readAhead(): void {
    this.#window = windowAt(snapshotHeaderLength, new Uint8Array(0));
  }

  /** From now on it is read for the answer alone. */
  serveAnswer(saved: string): void {
    this.#saved = saved;
  }

  close(): void {
    this.file.close();
  }

  #read(offset: number, length: number): Uint8Array {
    if (this.#saved === undefined) return this.file.read(offset, length);
    return withStorageErrors(this.#saved, () => this.file.read(offset, length));
  }

  /** In the order of their ids; each is verified. */
  *leaves(): Generator<SortedEntries> {
    for (let index = 0; index < this.fence.count; index += 1) {
      if (!this.#leaves.has(index)) this.#readLeaves(index, leavesAtOnce);
      const leaf = this.#leaf(index);
      if (leaf !== undefined) yield leaf;
    }
  }

  /** Undefined where there is none. */
  #leaf(index: number): SortedEntries | undefined {
    if (!this.#leaves.has(index) && index >= 0 && index < this.fence.count) this.#readLeaves(index, 1);
    return this.#leaves.get(index);
  }

  /** Up to so many, in one read. */
  #readLeaves(first: number, wanted: number): void {
    const end = Math.min(first + wanted, this.fence.count);
    const start = fenceEntryAt(this.fence, first).offset;
    const last = fenceEntryAt(this.fence, end - 1);
    const bytes = this.#read(start, last.offset + last.length - start);
    for (let index = first; index < end; index += 1) {
      const { offset, length, checksum: expected } = fenceEntryAt(this.fence, index);
      const leaf = bytes.subarray(offset - start).subarray(0, length);
      const count = Math.min(leafCapacity, this.count - index * leafCapacity);
      const isWhole = leaf.length === length && checksum(leaf) === expected;
      const entries = isWhole ? SortedEntries.of(leaf, count, leafEntryLength) : undefined;
      if (entries === undefined) throw this.#damage(`the index leaf at offset ${offset}`);
      this.#leaves.set(index, entries);
    }
  }

  #damage(what: string): BzError {
    return this.#corrupt(`${what} does not match its checksum.`);
  }

  #corrupt(what: string): BzError {
    const told = `${this.file.path} is damaged: ${what}`;
    return corrupt(this.#saved === undefined ? told : `${told} ${this.#saved}`, { file: this.file.path });
  }
}

/**
 * The published snapshot, undefined when there is none.
 * @throws BzError CORRUPT when its header, fence or trailer does not verify
 */
export function openSnapshot(store: Directory, name = snapshotName): Snapshot | undefined {
  return open(store, name, false);
}

/** The same of a delta, whichever base it is of. */
export function openDelta(store: Directory, name = deltaName): Snapshot | undefined {
  return open(store, name, true);
}

function open(store: Directory, name: string, isDelta: boolean): Snapshot | undefined {
  const file = store.open(name, "read");
  if (file === undefined) return undefined;
  try {
    return parseSnapshot(file, isDelta);
  } catch (error) {
    file.close();
    throw error;
  }
}

function parseSnapshot(file: OpenFile, isDelta: boolean): Snapshot {
  const status = file.status();
  const headerBytes = file.read(0, snapshotHeaderLength);
  const header = decodeSnapshotHeader(headerBytes);
  if (header === "newer") throw writtenByNewer(file.path);
  const tail = file.read(Math.max(0, status.size - snapshotTailLength), snapshotTailLength);
  const trailerAt = tail.length - snapshotTrailerLength;
  const trailer = trailerAt < 0 ? undefined : decodeSnapshotTrailer(tail.subarray(trailerAt));
  const isOfKind = (header?.over !== undefined) === isDelta;
  if (header === undefined || !isOfKind || trailer === undefined || trailer.fileLength !== status.size)
    throw corrupt(
      `${file.path} is damaged: its ${header === undefined || !isOfKind ? "header" : "trailer"} does not verify.`,
      { file: file.path },
    );
  const fenceStart = fenceStartOf(header);
  const table: SectionTable = {
    offset: status.size - snapshotTrailerLength - trailer.tableLength,
    bytes: tail.subarray(trailerAt - trailer.tableLength, trailerAt),
    checksum: trailer.tableChecksum,
  };
  if (fenceStart + header.fenceLength + header.recordsLength > table.offset)
    throw corrupt(`${file.path} is damaged: its parts do not add up to its length.`, { file: file.path });
  const fenceBytes = file.read(fenceStart, header.fenceLength);
  const leafCount = Math.ceil(header.count / leafCapacity);
  const isWhole = checksum(fenceBytes) === trailer.fenceChecksum;
  const fence = isWhole ? SortedEntries.of(fenceBytes, leafCount, fenceEntryLength) : undefined;
  if (fence === undefined)
    throw corrupt(`${file.path} is damaged: its fence at offset ${fenceStart} does not verify.`, {
      file: file.path,
    });
  return new Snapshot(file, status, header, fence, table, identityOf(headerBytes, tail.subarray(trailerAt)));
}

function fenceStartOf({ linesLength, leavesLength }: SnapshotHeader): number {
  return snapshotHeaderLength + linesLength + leavesLength;
}

interface ReadBytes {
  /** Where they start in the file. */
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

function windowAt(start: number, bytes: Uint8Array): ReadBytes {
  return { start, end: start + bytes.length, bytes };
}

function heldBytes({ start, end, bytes }: ReadBytes, offset: number, length: number): Uint8Array | undefined {
  const at = offset - start;
  return at >= 0 && offset + length <= end ? bytes.subarray(at, at + length) : undefined;
}

/** In bytes. */
const windowLength = 1 << 20;
/** Whoever has read this many lines one by one wants more, and where all of them are no more than that, gets them in one piece. */
const fewLines = 4;
const windowOfAllLines = 1 << 16;
/** About half a megabyte in one read. */
const leavesAtOnce = 64;
/** One part in so many of all lines: beyond it one large read costs less than many small ones. */
const manyLines = 16;
