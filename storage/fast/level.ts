import type { Link } from "../../model/dependency";
import { openAtIfThere, readAt } from "../../native/file";
import { type FileStatus, status } from "../../native/file-status";
import { decoder } from "../../native/utf8";
import { longsOf, uint53At, wordsOf } from "../byte-layout";
import { checksum, hash32 } from "../checksum";
import { closedBit, dependentsHeaderLength, linkBits } from "../dependents-section";
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
} from "../snapshot-format";
import { blockLength, kindLength, rulesVersions, sectionEntryLength } from "../snapshot-sections";
import { SortedEntries } from "../sorted-entries";
import { giveUp } from "./unusual";

/** A snapshot or a delta, of which the lines of a few issues are read, and who depends on them. Everything is verified as `Snapshot` does it. */
export class Level {
  readonly file: number;
  readonly status: FileStatus;
  readonly header: SnapshotHeader;
  readonly identity: bigint;
  readonly #fence: SortedEntries;
  readonly #leaves: (SortedEntries | undefined)[] = [];
  readonly #table: Uint32Array;
  readonly #tableLongs: BigUint64Array;
  readonly #sectionsStart: number;
  readonly #blocks: (Uint32Array | undefined)[] = [];
  #dependents: OpenSection | undefined;
  /** Of whom `idsMentioning` has told, a link of each: their places need not be searched for. */
  #links: Map<string, number> | undefined;

  constructor(file: number) {
    this.file = file;
    this.status = status(file);
    const { size, kind } = this.status;
    if (kind !== "file" || size < snapshotHeaderLength + snapshotTailLength) giveUp();
    const headerBytes = readAt(file, 0, snapshotHeaderLength);
    const tail = readAt(file, size - snapshotTailLength, snapshotTailLength);
    const trailerAt = snapshotTailLength - snapshotTrailerLength;
    const trailerBytes = tail.subarray(trailerAt);
    const header = decodeSnapshotHeader(headerBytes);
    const trailer = decodeSnapshotTrailer(trailerBytes);
    if (header === undefined || header === "newer" || trailer?.fileLength !== size) giveUp();
    const { linesLength, leavesLength, fenceLength, recordsLength, count } = header;
    const fenceStart = snapshotHeaderLength + linesLength + leavesLength;
    if (fenceStart + fenceLength + recordsLength > size - snapshotTrailerLength - trailer.tableLength)
      giveUp();
    const fence = readAt(file, fenceStart, fenceLength);
    const table = tail.subarray(trailerAt - trailer.tableLength, trailerAt);
    if (checksum(fence) !== trailer.fenceChecksum || checksum(table) !== trailer.tableChecksum) giveUp();
    this.header = header;
    this.identity = identityOf(headerBytes, trailerBytes);
    this.#fence = SortedEntries.of(fence, Math.ceil(count / leafCapacity), fenceEntryLength) ?? giveUp();
    this.#table = wordsOf(table);
    this.#tableLongs = longsOf(table);
    this.#sectionsStart = fenceStart + fenceLength + recordsLength;
  }

  /** Undefined for an unknown id. */
  entryOf(id: string): LeafEntry | undefined {
    const link = this.#links?.get(id);
    if (link !== undefined) {
      const ordinal = link >>> linkBits;
      return leafEntryAt(this.#leaf(Math.floor(ordinal / leafCapacity)), ordinal % leafCapacity, id);
    }
    const at = this.#fence.lastNotAfter(id);
    if (at < 0) return undefined;
    const leaf = this.#leaf(at);
    const index = leaf.lastNotAfter(id);
    return index >= 0 && leaf.idAt(index) === id ? leafEntryAt(leaf, index, id) : undefined;
  }

  line({ offset, length, checksum: expected }: LeafEntry): string {
    const bytes = readAt(this.file, offset, length);
    if (checksum(bytes) !== expected) giveUp();
    return decoder.decode(bytes);
  }

  /** At least the ids of all lines with an edge to that issue, or with such an edge. */
  idsMentioning(id: string, wanted: Link | 0 = 0): string[] {
    this.#dependents ??= this.section(startOfDependents, rulesVersions.dependents);
    const hashCount = this.#number(0);
    // Of lines that are no issues nobody knows what edges they have.
    if (this.#number(2) > 0) giveUp();
    const ids: string[] = [];
    const found = this.#placeOf(hash32(id), hashCount);
    if (found === undefined) return ids;
    const links = headerWords + 2 * hashCount;
    const start = found === 0 ? 0 : this.#number(headerWords + hashCount + found - 1);
    const end = this.#number(headerWords + hashCount + found);
    this.#links ??= new Map();
    for (let at = start; at < end; at += 1) {
      const link = this.#number(links + at);
      if ((link & wanted) !== wanted) continue;
      const ordinal = link >>> linkBits;
      const mentioning = this.#leaf(Math.floor(ordinal / leafCapacity)).idAt(ordinal % leafCapacity);
      this.#links.set(mentioning, link);
      ids.push(mentioning);
    }
    return ids;
  }

  /** Undefined for one of which `idsMentioning` has not told. */
  isClosed(id: string): boolean | undefined {
    const link = this.#links?.get(id);
    return link === undefined ? undefined : (link & closedBit) !== 0;
  }

  /** Hashes are spread evenly: every other step is a guess. */
  #placeOf(hash: number, hashCount: number): number | undefined {
    let low = 0;
    let high = hashCount - 1;
    let lowest = 0;
    let highest = 2 ** 32 - 1;
    for (let step = 0; low <= high; step += 1) {
      const share = step % 2 === 0 ? (hash - lowest) / Math.max(1, highest - lowest) : 0.5;
      const guess = low + Math.floor((high - low) * share);
      const found = this.#number(headerWords + guess);
      if (found === hash) return guess;
      if (found < hash) {
        low = guess + 1;
        lowest = found;
      } else {
        high = guess - 1;
        highest = found;
      }
    }
    return undefined;
  }

  #leaf(index: number): SortedEntries {
    const known = this.#leaves[index];
    if (known !== undefined) return known;
    const { offset, length, checksum: expected } = fenceEntryAt(this.#fence, index);
    const bytes = readAt(this.file, offset, length);
    if (checksum(bytes) !== expected) giveUp();
    const count = Math.min(leafCapacity, this.header.count - index * leafCapacity);
    const leaf = SortedEntries.of(bytes, count, leafEntryLength) ?? giveUp();
    this.#leaves[index] = leaf;
    return leaf;
  }

  /** A word of the section of dependents. Only the blocks that are asked for are read and verified. */
  #number(index: number): number {
    const block = index >> wordsOfBlock;
    const words = this.#blocks[block] ?? this.#readBlock(block);
    return words[index & ((1 << wordsOfBlock) - 1)] ?? giveUp();
  }

  #readBlock(block: number): Uint32Array {
    const bytes = readBlock(this.file, this.#dependents ?? giveUp(), block);
    const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
    this.#blocks[block] = words;
    return words;
  }

  /** @param start the first four bytes of its kind, with which no other one begins */
  section(start: number, rulesVersion: number): OpenSection {
    const table = this.#table;
    const { length: end } = table;
    let offset = this.#sectionsStart;
    for (let at = 0; at < end; at += sectionEntryLength / 4) {
      const length = uint53At(table, at + 4);
      const sumsLength = 8 * Math.ceil(length / blockLength);
      if (table[at] === start) {
        if (table[at + kindLength / 4] !== rulesVersion) giveUp();
        const sums = readAt(this.file, offset + length, sumsLength);
        if (checksum(sums) !== this.#tableLongs[at / 2 + 3]) giveUp();
        return { offset, length, sums: longsOf(sums) };
      }
      offset += length + sumsLength;
    }
    return giveUp();
  }
}

/** Of a level; its blocks are read with `readBlock`. */
export interface OpenSection {
  readonly offset: number;
  readonly length: number;
  /** Of its blocks. */
  readonly sums: BigUint64Array;
}

/** Verified. */
export function readBlock(file: number, { offset, length, sums }: OpenSection, block: number): Uint8Array {
  const start = block * blockLength;
  const bytes = readAt(file, offset + start, Math.min(blockLength, length - start));
  return checksum(bytes) === sums[block] ? bytes : giveUp();
}

/** "depe". */
export const startOfDependents = 0x65706564;
/** As a power of two. */
const wordsOfBlock = 12;
const headerWords = dependentsHeaderLength / 4;

/** Undefined where there is none. */
export function openLevel(store: number, name: string): Level | undefined {
  const file = openAtIfThere(store, name, "read");
  return file === undefined ? undefined : new Level(file);
}
