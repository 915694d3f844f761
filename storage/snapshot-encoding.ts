import { encoder } from "../native/utf8";
import { dataViewOf, longsOf, setUint53At, wordsOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";
import {
  deltaMagic,
  type FenceEntry,
  fenceEntryLength,
  headerMagic,
  leafEntryLength,
  type SnapshotHeader,
  type SnapshotTrailer,
  snapshotHeaderLength,
  snapshotTrailerLength,
  snapshotVersion,
  trailerMagic,
} from "./snapshot-format";

export function encodeSnapshotHeader(header: SnapshotHeader): Uint8Array {
  const bytes = new Uint8Array(snapshotHeaderLength);
  const view = dataViewOf(bytes);
  const prefix = encoder.encode(header.prefix);
  bytes.set(header.over === undefined ? headerMagic : deltaMagic, 0);
  view.setUint32(8, snapshotVersion, true);
  view.setUint32(12, snapshotHeaderLength, true);
  bytes.set(header.storeId, 16);
  writeUint53(view, 32, header.nextGeneration);
  writeUint53(view, 40, header.lastSequence);
  view.setBigUint64(48, header.lastChecksum, true);
  writeUint53(view, 56, header.count);
  writeUint53(view, 64, header.linesLength);
  writeUint53(view, 72, header.leavesLength);
  writeUint53(view, 80, header.fenceLength);
  view.setUint8(88, prefix.length);
  bytes.set(prefix, 89);
  if (header.over !== undefined) {
    view.setBigUint64(96, header.over.base, true);
    writeUint53(view, 104, header.over.count);
  }
  writeUint53(view, 112, header.recordsLength);
  view.setBigUint64(120, checksum(bytes.subarray(0, 120)), true);
  return bytes;
}

/** Lines of one leaf, one after the other; in lists, as an object for each takes longer than its line. */
export interface LeafLines {
  readonly ids: string[];
  readonly offsets: number[];
  readonly checksums: bigint[];
  readonly versions: number[];
  readonly lengths: number[];
}

export function encodeLeaf({ ids, offsets, checksums, versions, lengths }: LeafLines): Uint8Array {
  const wordsForEach = leafEntryLength / 4;
  return withIds(ids, leafEntryLength, (words, longWords) => {
    for (let index = 0, at = 0; index < ids.length; index += 1, at += wordsForEach) {
      const offset = offsets[index] ?? 0;
      const version = versions[index] ?? 0;
      words[at] = offset;
      words[at + 1] = offset / 0x1_0000_0000;
      longWords[at / 2 + 1] = checksums[index] ?? 0n;
      words[at + 4] = version;
      words[at + 5] = version / 0x1_0000_0000;
      words[at + 6] = lengths[index] ?? 0;
    }
  });
}

export function encodeFence(leaves: readonly FenceEntry[]): Uint8Array {
  const ids = leaves.map((leaf) => leaf.firstId);
  return withIds(ids, fenceEntryLength, (words, longWords) => {
    let at = 0;
    for (const { offset, checksum: sum, length } of leaves) {
      setUint53At(words, at, offset);
      longWords[(at + 2) / 2] = sum;
      words[at + 4] = length;
      at += fenceEntryLength / 4;
    }
  });
}

/** The entries, each with the end of its id at its own end, and the ids behind them. */
function withIds(
  ids: readonly string[],
  entryLength: number,
  write: (words: Uint32Array, longWords: BigUint64Array) => void,
): Uint8Array {
  const text = ids.join("");
  const idBytes = encoder.encode(text);
  const isAscii = idBytes.length === text.length;
  const entriesLength = ids.length * entryLength;
  const bytes = new Uint8Array(entriesLength + idBytes.length);
  const words = wordsOf(bytes);
  write(words, longsOf(bytes));
  bytes.set(idBytes, entriesLength);
  let end = 0;
  let at = -1;
  for (const id of ids) {
    end += isAscii ? id.length : encoder.encode(id).length;
    at += entryLength / 4;
    words[at] = end;
  }
  return bytes;
}

export function encodeSnapshotTrailer(trailer: SnapshotTrailer): Uint8Array {
  const bytes = new Uint8Array(snapshotTrailerLength);
  const view = dataViewOf(bytes);
  bytes.set(trailerMagic, 0);
  writeUint53(view, 8, trailer.fileLength);
  view.setBigUint64(16, trailer.fenceChecksum, true);
  writeUint53(view, 24, trailer.tableLength);
  view.setBigUint64(32, trailer.tableChecksum, true);
  view.setBigUint64(40, checksum(bytes.subarray(0, 40)), true);
  return bytes;
}
