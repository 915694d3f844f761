import type { Issue } from "../model/issue";
import type { StoredRecord } from "../model/record";
import { GarbageMeter, YoungGarbageMeter } from "../native/memory";
import { BufferedFile } from "./buffered-file";
import { checksum } from "./checksum";
import type { OpenFile } from "./file-system";
import { writeLines } from "./line-output";
import { sectionBuilders } from "./section-builders";
import {
  encodeSectionTable,
  type SectionBuilder,
  type SectionLine,
  sectionLine,
  writeSection,
} from "./section-writer";
import type { Snapshot } from "./snapshot";
import { encodeFence, encodeLeaf, encodeSnapshotHeader, encodeSnapshotTrailer } from "./snapshot-encoding";
import {
  type FenceEntry,
  leafCapacity,
  type SnapshotHeader,
  snapshotHeaderLength,
  snapshotTrailerLength,
} from "./snapshot-format";
import { encodeRecords } from "./snapshot-records";

export interface SnapshotLine {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** The same, where it is at hand as a text; then the bytes are made when somebody asks. */
  readonly text?: string;
  /** Sequence of the issue's last change. */
  readonly version: number;
  /** The checksum of `bytes` where it is known already. */
  readonly checksum?: bigint;
  /** The line parsed, where somebody keeps it so; throws as `parseIssue` does. */
  issue?(): Issue | undefined;
  /** The snapshot that has this very line, and its place among the lines there: what its sections say of it need not be worked out again. */
  readonly kept?: { readonly snapshot: Snapshot; readonly ordinal: number };
}

export type SnapshotOrigin = Pick<
  SnapshotHeader,
  "storeId" | "nextGeneration" | "lastSequence" | "lastChecksum" | "prefix" | "over"
>;

/**
 * Writes a whole snapshot into an empty file and syncs it. `lines` come in the order of their ids, and no line is kept; what grows with them is the index
 * and what the builders of the sections keep.
 */
export function writeSnapshot(
  file: OpenFile,
  origin: SnapshotOrigin,
  lines: Iterable<SnapshotLine>,
  records: Iterable<StoredRecord>,
  builders: readonly SectionBuilder[] = sectionBuilders(() => undefined),
): void {
  const output = new BufferedFile(file);
  output.write(new Uint8Array(snapshotHeaderLength));
  const leaves: Uint8Array[] = [];
  const fence: FenceEntry[] = [];
  const garbage = new YoungGarbageMeter();
  let count = 0;
  let parsedBytes = 0;
  let meteredBytes = 0;
  const writeLeaf = (ofLeaf: readonly SnapshotLine[]): void => {
    const sectionLines: SectionLine[] = [];
    for (const line of ofLeaf) sectionLines.push(sectionLine(line, count++));
    for (const builder of builders) builder.add(sectionLines);
    const leaf = writeLines(output, ofLeaf);
    for (let index = 0; index < ofLeaf.length; index += 1)
      if (sectionLines[index]?.kept === undefined) parsedBytes += leaf.lengths[index] ?? 0;
    if (parsedBytes - meteredBytes > meteredAtOnce) {
      garbage.add(parsedBytes - meteredBytes);
      meteredBytes = parsedBytes;
    }
    const bytes = encodeLeaf(leaf);
    leaves.push(bytes);
    const [firstId = ""] = leaf.ids;
    fence.push({ firstId, offset: 0, length: bytes.length, checksum: checksum(bytes) });
  };
  let next: SnapshotLine[] = [];
  for (const line of lines) {
    next.push(line);
    if (next.length < leafCapacity) continue;
    writeLeaf(next);
    next = [];
  }
  if (next.length > 0) writeLeaf(next);

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
  const left = new GarbageMeter();
  const sections = builders.map((builder) => {
    left.add(parsedBytes / 4);
    return writeSection(output, builder);
  });
  const table = encodeSectionTable(sections);
  output.write(table);
  output.write(
    encodeSnapshotTrailer({
      fileLength: output.length + snapshotTrailerLength,
      fenceChecksum: checksum(fenceBytes),
      tableLength: table.length,
      tableChecksum: checksum(table),
    }),
  );
  output.flush();
  // The header comes last: it holds the lengths, and a file that stops before it never verifies.
  const lengths = { linesLength, leavesLength, fenceLength: fenceBytes.length };
  file.writeAt(0, encodeSnapshotHeader({ ...origin, count, ...lengths, recordsLength: recordBytes.length }));
  file.sync();
  left.add(parsedBytes / 2);
}

/** In bytes. To say so of each line takes as long as to write it. */
const meteredAtOnce = 1 << 16;
