/** So long a log is folded where that does not write many times its bytes. Of so many calls one at most folds, unless they bring more than is usual. */
const fewestFrames = 500;
const fewestBytes = 320_000;
/** Of the delta, which each fold writes anew, to the log that it takes in. */
const mostRewritten = 8;
/** So long a log is folded, whatever that writes. */
const dueFrames = 900;
const dueBytes = 640_000;
/** While others wait for the lock it may grow to this, and no longer: every reader walks it. */
const mostFrames = 1000;
const mostBytes = 800_000;

export interface PendingLog {
  readonly pendingFrames: number;
  readonly pendingBytes: number;
  /** 0 where there is none. */
  readonly deltaBytes: number;
}

/** Whether the log is long enough to be folded. `waiting` is only asked when that matters. */
export function isCompactionDue(log: PendingLog, waiting: () => number): boolean {
  const { pendingFrames, pendingBytes, deltaBytes } = log;
  const isCheap = deltaBytes <= pendingBytes * mostRewritten;
  const [frames, bytes] = isCheap ? [fewestFrames, fewestBytes] : [dueFrames, dueBytes];
  if (pendingFrames <= frames && pendingBytes <= bytes) return false;
  return pendingFrames > mostFrames || pendingBytes > mostBytes || waiting() === 0;
}

/**
 * Whether the log is to become a delta; else it becomes a base, together with the delta that there is.
 *
 * A delta that grows to D is rewritten D / 2 for each log L that goes into it, and the base B once for each D: the least is written where D is about
 * the geometric mean of L and B. Of a small base a delta would soon be the larger part.
 */
export function isWorthADelta(pendingBytes: number, deltaBytes: number, baseBytes: number): boolean {
  return pendingBytes + deltaBytes <= Math.min(baseBytes, Math.sqrt(baseBytes * dueBytes));
}
