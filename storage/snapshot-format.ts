import { decoder, encoder } from "../native/utf8";
import { hasMagic, longsOf, uint53At, wordsOf } from "./byte-layout";
import { checksum } from "./checksum";
import type { SortedEntries } from "./sorted-entries";

/**
 * The bytes of a snapshot: header, issue lines, index, records, sections (`snapshot-sections.ts`), trailer. All integers are little-endian; the tables of
 * their offsets are in `docs/storage-format.md`, _Snapshot_.
 *
 *   a leaf: an entry for each of 128 lines, the last leaf for the rest, then their ids one after the other
 *   the fence: an entry for each leaf, then their first ids
 *   a delta: the same with another magic, without a prefix, and in its place what it lies over; the identity of a base is the checksum of the two checksums that
 *   end its header and its trailer
 *
 * The checksums form a tree: the trailer vouches for the fence, the fence for each leaf, a leaf for each line. So one issue is read and
 * verified with the fence, one leaf and one line, whatever the size of the store.
 */
export const snapshotHeaderLength = 128;
export const snapshotTrailerLength = 48;
/** What is read of the end at once: the trailer, and a table of up to eight sections before it. */
export const snapshotTailLength = 304;
export const leafCapacity = 128;
export const prefixLengthLimit = 20;
export const snapshotVersion = 1;
export const headerMagic = encoder.encode("BZSNAP\r\n");
export const deltaMagic = encoder.encode("BZDELT\r\n");
export const trailerMagic = encoder.encode("BZSNAPND");

export interface SnapshotHeader {
  readonly storeId: Uint8Array;
  /** The first segment whose frames are not in this snapshot. */
  readonly nextGeneration: number;
  readonly lastSequence: number;
  readonly lastChecksum: bigint;
  readonly count: number;
  readonly linesLength: number;
  readonly leavesLength: number;
  readonly fenceLength: number;
  readonly recordsLength: number;
  readonly prefix: string;
  /** Of a delta: what it lies over. */
  readonly over?: DeltaPlace;
}

export interface DeltaPlace {
  /** The identity of its base. */
  readonly base: bigint;
  /** Of issues in both together. */
  readonly count: number;
}

export interface SnapshotTrailer {
  readonly fileLength: number;
  readonly fenceChecksum: bigint;
  readonly tableLength: number;
  readonly tableChecksum: bigint;
}

export interface LeafEntry {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: bigint;
  readonly version: number;
}

export interface FenceEntry {
  readonly firstId: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: bigint;
}

export function decodeSnapshotHeader(bytes: Uint8Array): SnapshotHeader | "newer" | undefined {
  if (bytes.length < snapshotHeaderLength) return undefined;
  const isDelta = hasMagic(bytes, 0, deltaMagic);
  if (!isDelta && !hasMagic(bytes, 0, headerMagic)) return undefined;
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  if (longs[15] !== checksum(bytes.subarray(0, 120))) return undefined;
  if (words[2] !== snapshotVersion) return "newer";
  const prefixLength = bytes[88] ?? 0;
  if (prefixLength > (isDelta ? 0 : prefixLengthLimit)) return undefined;
  return {
    storeId: bytes.slice(16, 32),
    nextGeneration: uint53At(words, 8),
    lastSequence: uint53At(words, 10),
    lastChecksum: longs[6] ?? 0n,
    count: uint53At(words, 14),
    linesLength: uint53At(words, 16),
    leavesLength: uint53At(words, 18),
    fenceLength: uint53At(words, 20),
    recordsLength: uint53At(words, 28),
    prefix: decoder.decode(bytes.subarray(89, 89 + prefixLength)),
    ...(isDelta ? { over: { base: longs[12] ?? 0n, count: uint53At(words, 26) } } : {}),
  };
}

export function leafEntryAt({ words, longs }: SortedEntries, index: number, id: string): LeafEntry {
  const at = index * (leafEntryLength / 4);
  return {
    id,
    offset: uint53At(words, at),
    length: words[at + 6] ?? 0,
    checksum: longs[at / 2 + 1] ?? 0n,
    version: uint53At(words, at + 4),
  };
}

/** Where a leaf is, and what vouches for it. */
export function fenceEntryAt({ words, longs }: SortedEntries, index: number): Omit<FenceEntry, "firstId"> {
  const at = index * (fenceEntryLength / 4);
  return {
    offset: uint53At(words, at),
    length: words[at + 4] ?? 0,
    checksum: longs[at / 2 + 1] ?? 0n,
  };
}

export function decodeSnapshotTrailer(bytes: Uint8Array): SnapshotTrailer | undefined {
  if (bytes.length < snapshotTrailerLength || !hasMagic(bytes, 0, trailerMagic)) return undefined;
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  if (longs[5] !== checksum(bytes.subarray(0, 40))) return undefined;
  const tableLength = uint53At(words, 6);
  if (!(tableLength <= snapshotTailLength - snapshotTrailerLength)) return undefined;
  return {
    fileLength: uint53At(words, 2),
    fenceChecksum: longs[2] ?? 0n,
    tableLength,
    tableChecksum: longs[4] ?? 0n,
  };
}

/** Different for any two bases. */
export function identityOf(header: Uint8Array, trailer: Uint8Array): bigint {
  const both = new Uint8Array(16);
  both.set(header.subarray(120, 128));
  both.set(trailer.subarray(snapshotTrailerLength - 8, snapshotTrailerLength), 8);
  return checksum(both);
}

export const leafEntryLength = 32;
export const fenceEntryLength = 24;
