import { YoungGarbageMeter } from "../native/memory";
import { uint53At } from "./byte-layout";
import type { Checkpoint } from "./checkpoint";
import { checksum } from "./checksum";
import { corrupt } from "./failure";
import type { Snapshot } from "./snapshot";
import { type LeafEntry, leafEntryAt } from "./snapshot-format";
import type { SortedEntries } from "./sorted-entries";

/**
 * Reads everything in both levels.
 * @throws BzError CORRUPT
 */
export function verifyCheckpoint(checkpoint: Checkpoint): void {
  const { base, delta } = checkpoint;
  verifySnapshot(base);
  if (delta !== undefined) verifySnapshot(delta);
  verifyCount(checkpoint);
}

/**
 * That both levels together have as many issues as the delta says.
 * @throws BzError CORRUPT
 */
export function verifyCount(checkpoint: Checkpoint): void {
  const { count, delta } = checkpoint;
  if (delta === undefined) return;
  let found = 0;
  for (const _ of checkpoint.entries()) found += 1;
  if (found === count) return;
  const { path } = delta.file;
  throw corrupt(`${path} is damaged: it counts ${count} issues, and there are ${found}.`, { file: path });
}

/**
 * Reads everything in it.
 * @throws BzError CORRUPT
 */
export function verifySnapshot(snapshot: Snapshot): void {
  snapshot.readAhead();
  const garbage = new YoungGarbageMeter();
  for (const leaf of snapshot.leaves()) {
    if (!areLinesWhole(snapshot, leaf)) verifyEach(snapshot, leaf);
    garbage.add(linesLengthOf(leaf));
  }
  snapshot.records();
  snapshot.sections.verify();
}

/** Whether the lines of a leaf stand one behind the other, as they are written, and verify. Nothing is made for one of them but what its checksum needs. */
function areLinesWhole(snapshot: Snapshot, leaf: SortedEntries): boolean {
  const { words, longs, count, entryLength } = leaf;
  const wordsForEach = entryLength / 4;
  const start = uint53At(words, 0);
  const length = linesLengthOf(leaf);
  if (!(length > 0 && length <= longestAtOnce)) return false;
  const bytes = snapshot.bytesOfLines(start, length);
  for (let index = 0, at = 0; index < count; index += 1, at += wordsForEach) {
    const from = uint53At(words, at) - start;
    const to = from + (words[at + lengthAt] ?? 0);
    if (from < 0 || bytes[to] !== newline || checksum(bytes.subarray(from, to)) !== longs[at / 2 + 1])
      return false;
  }
  return true;
}

/** From the first line to the end of the last one, as the index has it. */
function linesLengthOf({ words, count, entryLength }: SortedEntries): number {
  const last = ((count - 1) * entryLength) / 4;
  return uint53At(words, last) + (words[last + lengthAt] ?? 0) + 1 - uint53At(words, 0);
}

/** Names the first of them that does not verify; there may be none, as nothing says where they have to stand. */
function verifyEach(snapshot: Snapshot, leaf: SortedEntries): void {
  let index = 0;
  for (const id of leaf.ids()) {
    const entry = leafEntryAt(leaf, index, id);
    snapshot.lineBytes(entry);
    verifyEnd(snapshot, entry);
    index += 1;
  }
}

/**
 * No checksum covers the end of a line, and what is salvaged of a damaged snapshot is told apart by it.
 * @throws BzError CORRUPT
 */
export function verifyEnd(snapshot: Snapshot, { id, offset, length }: LeafEntry): void {
  if (snapshot.bytesOfLines(offset + length, 1)[0] === newline) return;
  const { path } = snapshot.file;
  throw corrupt(`${path} is damaged: the line of ${id} at offset ${offset} has no end.`, {
    file: path,
    offset: offset + length,
  });
}

const newline = 10;
/** In bytes. */
const longestAtOnce = 1 << 20;
/** In the words of an entry, as `leafEntryAt` has it. */
const lengthAt = 6;
