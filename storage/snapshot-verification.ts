import { YoungGarbageMeter } from "../native/memory";
import type { Checkpoint } from "./checkpoint";
import { corrupt } from "./failure";
import type { Snapshot } from "./snapshot";
import type { LeafEntry } from "./snapshot-format";

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
  for (const entry of snapshot.entries()) {
    snapshot.lineBytes(entry);
    verifyEnd(snapshot, entry);
    garbage.add(entry.length);
  }
  snapshot.records();
  snapshot.sections.verify();
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
