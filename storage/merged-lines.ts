import { compareIds } from "../model/issue-id";
import type { LoadedLog } from "./log";
import type { SnapshotLine, SnapshotOrigin } from "./snapshot-writer";

/** All issues in the order of their ids: lines of the snapshot as bytes, except those that the log touched. */
export function* mergedLines({
  snapshot,
  state,
}: Pick<LoadedLog, "snapshot" | "state">): Generator<SnapshotLine> {
  const changed = [...state.changedIds()].sort(compareIds);
  let next = 0;
  const lineOf = (id: string): SnapshotLine => ({
    id,
    bytes: encoder.encode(state.line(id)),
    version: state.version(id),
  });
  snapshot.readAhead();
  let ordinal = -1;
  for (const entry of snapshot.entries()) {
    ordinal += 1;
    for (let id = changed[next]; id !== undefined && compareIds(id, entry.id) < 0; id = changed[++next])
      yield lineOf(id);
    if (changed[next] === entry.id) {
      yield lineOf(entry.id);
      next += 1;
    } else {
      const { id, version, checksum } = entry;
      yield { id, bytes: snapshot.lineBytes(entry), version, checksum, kept: { snapshot, ordinal } };
    }
  }
  for (const id of changed.slice(next)) yield lineOf(id);
}

/** What a snapshot with all of the log in it says of itself: behind it the log goes on. */
export function originOf({ snapshot, position }: Pick<LoadedLog, "snapshot" | "position">): SnapshotOrigin {
  const { storeId, prefix } = snapshot.header;
  return {
    storeId,
    prefix,
    nextGeneration: position.generation,
    lastSequence: position.sequence,
    lastChecksum: position.checksum,
  };
}

const encoder = new TextEncoder();
