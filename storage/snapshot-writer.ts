import type { StoredRecord } from "../model/record";
import { BufferedFile } from "./buffered-file";
import { checksum } from "./checksum";
import type { OpenFile } from "./file-system";
import { encodeFence, encodeLeaf, encodeSnapshotHeader, encodeSnapshotTrailer } from "./snapshot-encoding";
import {
  type FenceEntry,
  type LeafEntry,
  leafCapacity,
  type SnapshotHeader,
  snapshotHeaderLength,
  snapshotTrailerLength,
} from "./snapshot-format";
import { encodeRecords } from "./snapshot-records";

export interface SnapshotLine {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Sequence of the last change. */
  readonly version: number;
  /** The checksum of `bytes` where it is known already. */
  readonly checksum?: bigint;
}

export type SnapshotOrigin = Pick<
  SnapshotHeader,
  "storeId" | "nextGeneration" | "lastSequence" | "lastChecksum" | "prefix"
>;

/**
 * Writes a whole snapshot into an empty file and syncs it. `lines` come in the order of their ids; the memory used does not grow with them,
 * but for 54 bytes and an id every 128 issues.
 */
export function writeSnapshot(
  file: OpenFile,
  origin: SnapshotOrigin,
  lines: Iterable<SnapshotLine>,
  records: Iterable<StoredRecord>,
): void {
  const output = new BufferedFile(file);
  output.write(new Uint8Array(snapshotHeaderLength));
  const leaves: Uint8Array[] = [];
  const fence: FenceEntry[] = [];
  let entries: LeafEntry[] = [];
  let count = 0;
  const closeLeaf = (): void => {
    const first = entries[0];
    if (first === undefined) return;
    const bytes = encodeLeaf(entries);
    leaves.push(bytes);
    fence.push({
      firstId: first.id,
      offset: 0,
      length: bytes.length,
      count: entries.length,
      checksum: checksum(bytes),
    });
    entries = [];
  };
  for (const line of lines) {
    const { id, bytes, version } = line;
    entries.push({
      id,
      offset: output.length,
      length: bytes.length,
      checksum: line.checksum ?? checksum(bytes),
      version,
    });
    output.write(bytes);
    output.write(newline);
    count += 1;
    if (entries.length === leafCapacity) closeLeaf();
  }
  closeLeaf();

  const linesLength = output.length - snapshotHeaderLength;
  const placed = fence.map((leaf, index) => {
    const offset = output.length;
    output.write(leaves[index] ?? new Uint8Array(0));
    return { ...leaf, offset };
  });
  const leavesLength = output.length - snapshotHeaderLength - linesLength;
  const fenceBytes = encodeFence(placed);
  output.write(fenceBytes);
  const recordBytes = encodeRecords(records);
  output.write(recordBytes);
  output.write(encodeSnapshotTrailer(output.length + snapshotTrailerLength, checksum(fenceBytes)));
  output.flush();
  // The header comes last: it holds the lengths, and a file that stops before it never verifies.
  const lengths = { linesLength, leavesLength, fenceLength: fenceBytes.length };
  file.writeAt(0, encodeSnapshotHeader({ ...origin, count, ...lengths, recordsLength: recordBytes.length }));
  file.sync();
}

const newline = Uint8Array.of(10);
