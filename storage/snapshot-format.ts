import { decoder, encoder } from "../native/utf8";
import { dataViewOf, hasMagic, readUint53 } from "./byte-layout";
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
  const view = dataViewOf(bytes);
  if (view.getBigUint64(120, true) !== checksum(bytes.subarray(0, 120))) return undefined;
  if (view.getUint32(8, true) !== snapshotVersion) return "newer";
  const prefixLength = view.getUint8(88);
  if (prefixLength > (isDelta ? 0 : prefixLengthLimit)) return undefined;
  return {
    storeId: bytes.slice(16, 32),
    nextGeneration: readUint53(view, 32),
    lastSequence: readUint53(view, 40),
    lastChecksum: view.getBigUint64(48, true),
    count: readUint53(view, 56),
    linesLength: readUint53(view, 64),
    leavesLength: readUint53(view, 72),
    fenceLength: readUint53(view, 80),
    recordsLength: readUint53(view, 112),
    prefix: decoder.decode(bytes.subarray(89, 89 + prefixLength)),
    ...(isDelta ? { over: { base: view.getBigUint64(96, true), count: readUint53(view, 104) } } : {}),
  };
}

export function leafEntryAt(leaf: SortedEntries, index: number, id: string): LeafEntry {
  const { view } = leaf;
  const at = index * leafEntryLength;
  return {
    id,
    offset: readUint53(view, at),
    length: view.getUint32(at + 24, true),
    checksum: view.getBigUint64(at + 8, true),
    version: readUint53(view, at + 16),
  };
}

/** Where a leaf is, and what vouches for it. */
export function fenceEntryAt(fence: SortedEntries, index: number): Omit<FenceEntry, "firstId"> {
  const { view } = fence;
  const at = index * fenceEntryLength;
  return {
    offset: readUint53(view, at),
    length: view.getUint32(at + 16, true),
    checksum: view.getBigUint64(at + 8, true),
  };
}

export function decodeSnapshotTrailer(bytes: Uint8Array): SnapshotTrailer | undefined {
  if (bytes.length < snapshotTrailerLength || !hasMagic(bytes, 0, trailerMagic)) return undefined;
  const view = dataViewOf(bytes);
  if (view.getBigUint64(40, true) !== checksum(bytes.subarray(0, 40))) return undefined;
  const tableLength = readUint53(view, 24);
  if (!(tableLength <= snapshotTailLength - snapshotTrailerLength)) return undefined;
  return {
    fileLength: readUint53(view, 8),
    fenceChecksum: view.getBigUint64(16, true),
    tableLength,
    tableChecksum: view.getBigUint64(32, true),
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
