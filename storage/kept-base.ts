import { BzError } from "../model/errors";
import { sameBytes } from "./byte-layout";
import type { Directory } from "./file-system";
import { baseGenerationsIn, baseName, historyDirectoryName } from "./paths";
import { openSnapshot, type Snapshot } from "./snapshot";
import type { SnapshotOrigin } from "./snapshot-writer";
import { birthChecksum } from "./wal-format";

/**
 * The base of a chain of segments is the snapshot that a birth or a repair made. The changes in the log are relative to its lines, so it is kept in
 * `history/` when a compaction replaces it: without it the segments there would tell what was set, and not what was there before.
 */
export function isBase({ header }: Snapshot): boolean {
  return header.lastChecksum === birthChecksum;
}

/** The kept base of the log that this snapshot has folded, undefined when there is none that verifies. The caller closes it. */
export function findKeptBase(store: Directory, folded: SnapshotOrigin): Snapshot | undefined {
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return undefined;
  try {
    const generations = baseGenerationsIn(history.list());
    // The last one: what lies before a repair was judged by that repair.
    const generation = generations.findLast((each) => each <= folded.nextGeneration);
    if (generation === undefined) return undefined;
    const kept = openQuietly(history, baseName(generation));
    if (kept === undefined || (isBase(kept) && sameBytes(kept.header.storeId, folded.storeId))) return kept;
    kept.close();
    return undefined;
  } finally {
    history.close();
  }
}

/** A base that does not verify is as good as lost here; `bz doctor` names it. */
export function openQuietly(history: Directory, name: string): Snapshot | undefined {
  try {
    return openSnapshot(history, name);
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}
