/** So long a log is folded where that does not write many times its bytes. */
const fewestFrames = 500;
const fewestBytes = 320_000;
/** So long in a small store, where what a fold takes grows with the log: short ones take about as much of each write, and no call waits for long. */
const fewestFramesOfSmall = 100;
const fewestBytesOfSmall = 160_000;
/** In bytes: some two thousand issues. */
const smallStore = 4_000_000;
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
  /** Of snapshot, delta and log. */
  readonly storeBytes: number;
}

/** Whether the log is long enough to be folded. `waiting` is only asked when that matters. */
export function isCompactionDue(log: PendingLog, waiting: () => number): boolean {
  const { pendingFrames, pendingBytes, deltaBytes, storeBytes } = log;
  let [frames, bytes] = [dueFrames, dueBytes];
  if (deltaBytes <= pendingBytes * mostRewritten) {
    const isSmall = isSmallStore(storeBytes);
    frames = isSmall ? fewestFramesOfSmall : fewestFrames;
    bytes = isSmall ? fewestBytesOfSmall : fewestBytes;
  }
  if (pendingFrames <= frames && pendingBytes <= bytes) return false;
  return pendingFrames > mostFrames || pendingBytes > mostBytes || waiting() === 0;
}

/** Of snapshot, delta and log. */
export function isSmallStore(storeBytes: number): boolean {
  return storeBytes <= smallStore;
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
