/** So long a log is folded. */
const dueFrames = 800;
const dueBytes = 320_000;
/** While others wait for the lock it may grow to this, and no longer: every reader walks it. */
const mostFrames = 1000;
const mostBytes = 400_000;
/** Once a delta would be more than this share of its base, the two become a new base. */
const deltaShare = 1 / 10;

export interface PendingLog {
  readonly pendingFrames: number;
  readonly pendingBytes: number;
}

/** Whether the log is long enough to be folded. `waiting` is only asked when that matters. */
export function isCompactionDue({ pendingFrames, pendingBytes }: PendingLog, waiting: () => number): boolean {
  if (pendingFrames <= dueFrames && pendingBytes <= dueBytes) return false;
  return pendingFrames > mostFrames || pendingBytes > mostBytes || waiting() === 0;
}

/** Whether the log is to become a delta; else it becomes a base, together with the delta that there is. */
export function isWorthADelta(pendingBytes: number, deltaBytes: number, baseBytes: number): boolean {
  return pendingBytes + deltaBytes <= baseBytes * deltaShare;
}
