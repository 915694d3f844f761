import { asciiBytes, dataViewOf, hasMagic, readUint53 } from "./byte-layout";
import { checksum } from "./checksum";

/**
 * The bytes of a snapshot: header, issue lines, index, records, sections (`snapshot-sections.ts`), trailer. All integers are little-endian; `docs/storage-format.md` has the same tables.
 *
 *   header, 128 bytes                      index leaf: up to 128 entries, in the order of the lines
 *    0  magic "BZSNAP\r\n"                   0  u64 offset of the line in the file
 *    8  u32 format version                   8  u64 checksum of the line
 *   12  u32 header length                   16  u64 version: sequence of the last change
 *   16  store id, 16 bytes                  24  u32 length of the line, without its newline
 *   32  u64 next generation                 28  u16 length of the id
 *   40  u64 last sequence                   30  the id
 *   48  u64 checksum of that frame
 *   56  u64 count of issues                fence: one entry a leaf, in order
 *   64  u64 length of the lines              0  u64 offset of the leaf in the file
 *   72  u64 length of the leaves             8  u64 checksum of the leaf
 *   80  u64 length of the fence             16  u32 length of the leaf
 *   88  u8 length of the prefix             20  u16 count of entries
 *   89  prefix, up to 20 bytes              22  u16 length of the first id
 *  112  u64 length of the records           24  the first id
 *  120  u64 checksum of bytes 0 to 119
 *
 *   records, between fence and sections, 0 bytes where there are none: u64 checksum of what follows, then a line each
 *
 *   trailer, 48 bytes: magic "BZSNAPND", u64 length of the file, u64 checksum of the fence, u64 length and u64 checksum of the table of sections, which
 *   ends where the trailer begins, u64 checksum of the 40 bytes before
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
export const headerMagic = asciiBytes("BZSNAP\r\n");
export const trailerMagic = asciiBytes("BZSNAPND");

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
  readonly count: number;
  readonly checksum: bigint;
}

export function decodeSnapshotHeader(bytes: Uint8Array): SnapshotHeader | "newer" | undefined {
  if (bytes.length < snapshotHeaderLength || !hasMagic(bytes, 0, headerMagic)) return undefined;
  const view = dataViewOf(bytes);
  if (view.getBigUint64(120, true) !== checksum(bytes.subarray(0, 120))) return undefined;
  if (view.getUint32(8, true) !== snapshotVersion) return "newer";
  const prefixLength = view.getUint8(88);
  if (prefixLength > prefixLengthLimit) return undefined;
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
  };
}

/** The entries of a leaf whose checksum was verified; undefined when their lengths do not add up. */
export function decodeLeaf(bytes: Uint8Array): LeafEntry[] | undefined {
  const view = dataViewOf(bytes);
  const entries: LeafEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + leafEntryLength > bytes.length) return undefined;
    const end = at + leafEntryLength + view.getUint16(at + 28, true);
    if (end > bytes.length) return undefined;
    entries.push({
      id: decoder.decode(bytes.subarray(at + leafEntryLength, end)),
      offset: readUint53(view, at),
      length: view.getUint32(at + 24, true),
      checksum: view.getBigUint64(at + 8, true),
      version: readUint53(view, at + 16),
    });
    at = end;
  }
  return entries;
}

/** The fence whose checksum was verified; undefined when its lengths do not add up. */
export function decodeFence(bytes: Uint8Array): FenceEntry[] | undefined {
  const view = dataViewOf(bytes);
  const leaves: FenceEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + fenceEntryLength > bytes.length) return undefined;
    const end = at + fenceEntryLength + view.getUint16(at + 22, true);
    if (end > bytes.length) return undefined;
    leaves.push({
      firstId: decoder.decode(bytes.subarray(at + fenceEntryLength, end)),
      offset: readUint53(view, at),
      length: view.getUint32(at + 16, true),
      count: view.getUint16(at + 20, true),
      checksum: view.getBigUint64(at + 8, true),
    });
    at = end;
  }
  return leaves;
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

export const leafEntryLength = 30;
export const fenceEntryLength = 24;
const decoder = new TextDecoder();
