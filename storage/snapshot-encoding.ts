import { dataViewOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";
import {
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
  bytes.set(headerMagic, 0);
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
  writeUint53(view, 112, header.recordsLength);
  view.setBigUint64(120, checksum(bytes.subarray(0, 120)), true);
  return bytes;
}

export function encodeLeaf(entries: readonly LeafEntry[]): Uint8Array {
  const ids = entries.map((entry) => encoder.encode(entry.id));
  const bytes = new Uint8Array(ids.reduce((length, id) => length + leafEntryLength + id.length, 0));
  const view = dataViewOf(bytes);
  let at = 0;
  entries.forEach((entry, index) => {
    const id = ids[index] ?? new Uint8Array(0);
    writeUint53(view, at, entry.offset);
    view.setBigUint64(at + 8, entry.checksum, true);
    writeUint53(view, at + 16, entry.version);
    view.setUint32(at + 24, entry.length, true);
    view.setUint16(at + 28, id.length, true);
    bytes.set(id, at + leafEntryLength);
    at += leafEntryLength + id.length;
  });
  return bytes;
}

export function encodeFence(leaves: readonly FenceEntry[]): Uint8Array {
  const ids = leaves.map((leaf) => encoder.encode(leaf.firstId));
  const bytes = new Uint8Array(ids.reduce((length, id) => length + fenceEntryLength + id.length, 0));
  const view = dataViewOf(bytes);
  let at = 0;
  leaves.forEach((leaf, index) => {
    const id = ids[index] ?? new Uint8Array(0);
    writeUint53(view, at, leaf.offset);
    view.setBigUint64(at + 8, leaf.checksum, true);
    view.setUint32(at + 16, leaf.length, true);
    view.setUint16(at + 20, leaf.count, true);
    view.setUint16(at + 22, id.length, true);
    bytes.set(id, at + fenceEntryLength);
    at += fenceEntryLength + id.length;
  });
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

const encoder = new TextEncoder();
