/** A log this small is never folded for its size alone. */
const smallestDueBytes = 256 * 1024;
/** The log may grow to this share of the snapshot, so that a snapshot is rewritten once for every 1/16 of its size that was acknowledged. */
const dueShare = 1 / 16;
/** While others wait for the lock, compaction is put off until the log is this many times too long. */
const patience = 2;

/** Whether the log behind the snapshot is long enough to be folded. `waiting` is only asked when that matters. */
export function isCompactionDue(pendingBytes: number, snapshotBytes: number, waiting: () => number): boolean {
  const due = Math.max(smallestDueBytes, snapshotBytes * dueShare);
  return pendingBytes > due && (pendingBytes > patience * due || waiting() === 0);
}
