import { corrupt } from "./failure";
import type { Snapshot } from "./snapshot";
import type { LeafEntry } from "./snapshot-format";

/**
 * Reads everything in it.
 * @throws BzError CORRUPT
 */
export function verifySnapshot(snapshot: Snapshot): void {
  snapshot.readAhead();
  for (const entry of snapshot.entries()) {
    snapshot.lineBytes(entry);
    verifyEnd(snapshot, entry);
  }
  snapshot.records();
  snapshot.sections.verify();
}

/**
 * No checksum covers the end of a line, and what is salvaged of a damaged snapshot is told apart by it.
 * @throws BzError CORRUPT
 */
export function verifyEnd(snapshot: Snapshot, { id, offset, length }: LeafEntry): void {
  const [end] = snapshot.bytesOfLines(offset + length, 1);
  if (end === newline) return;
  const { path } = snapshot.file;
  throw corrupt(`${path} is damaged: the line of ${id} at offset ${offset} has no end.`, {
    file: path,
    offset: offset + length,
  });
}

const newline = 10;
