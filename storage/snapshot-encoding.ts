import { encoder } from "../native/utf8";
import { dataViewOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";
import {
  deltaMagic,
  type FenceEntry,
  fenceEntryLength,
  headerMagic,
  type LeafEntry,
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

export function encodeLeaf(entries: readonly LeafEntry[]): Uint8Array {
  const ids = entries.map((entry) => entry.id);
  return withIds(ids, leafEntryLength, (view) => {
    for (const [index, entry] of entries.entries()) {
      const at = index * leafEntryLength;
      writeUint53(view, at, entry.offset);
      view.setBigUint64(at + 8, entry.checksum, true);
      writeUint53(view, at + 16, entry.version);
      view.setUint32(at + 24, entry.length, true);
    }
  });
}

export function encodeFence(leaves: readonly FenceEntry[]): Uint8Array {
  const ids = leaves.map((leaf) => leaf.firstId);
  return withIds(ids, fenceEntryLength, (view) => {
    for (const [index, leaf] of leaves.entries()) {
      const at = index * fenceEntryLength;
      writeUint53(view, at, leaf.offset);
      view.setBigUint64(at + 8, leaf.checksum, true);
      view.setUint32(at + 16, leaf.length, true);
    }
  });
}

/** The entries, each with the end of its id at its own end, and the ids behind them. */
function withIds(ids: readonly string[], entryLength: number, write: (view: DataView) => void): Uint8Array {
  const idBytes = ids.map((id) => encoder.encode(id));
  const entriesLength = ids.length * entryLength;
  const bytes = new Uint8Array(idBytes.reduce((length, id) => length + id.length, entriesLength));
  const view = dataViewOf(bytes);
  write(view);
  let end = 0;
  for (const [index, id] of idBytes.entries()) {
    bytes.set(id, entriesLength + end);
    end += id.length;
    view.setUint32((index + 1) * entryLength - 4, end, true);
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
