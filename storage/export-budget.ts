/** What automatic exports may take, as it was left by the last of them. */
export interface ExportAllowance {
  /** Less than nothing where that one took more than there was. */
  readonly leftMs: number;
  /** Of the clock, ms. */
  readonly atMs: number;
  /** Of the transaction that it was made for. */
  readonly sequence: number;
}

/** There is never more than this. */
export const fullAllowance: ExportAllowance = { leftMs: 400, atMs: 0, sequence: 0 };

/** Automatic exports may take this share of the time that passes. */
const share = 0.02;
/** Writes that follow each other faster than this, taken together, are a stream: its time is not one in which exports could be saved up. */
const streamGapMs = 50;
/** Within a stream whose allowance is used up the face is written once in such a time, so that it never stays behind for long. */
const streamPauseMs = 5000;
/** The share of a minute: no export takes longer to be forgotten, however slow the disk was. */
const mostOwedMs = 1200;

/**
 * Whether the face may be written after the transaction of that sequence. Who writes now and then always may: the allowance is enough for every write of a script. A stream
 * uses it up, and then hardly ever pays.
 */
export function mayExport(allowance: ExportAllowance, nowMs: number, sequence: number): boolean {
  const { savedMs, repaidMs } = growthOf(allowance, nowMs, sequence);
  return savedMs > 0 || (nowMs - allowance.atMs >= streamPauseMs && repaidMs > 0);
}

/** What is left of it behind one more export. */
export function spend(
  allowance: ExportAllowance,
  nowMs: number,
  sequence: number,
  costMs: number,
): ExportAllowance {
  const { savedMs, repaidMs } = growthOf(allowance, nowMs, sequence);
  const left = Math.max(savedMs, Math.min(0, repaidMs));
  return { leftMs: Math.max(left - costMs, -mostOwedMs), atMs: nowMs, sequence };
}

/**
 * What there is with the share of the time that has passed: of that in which nobody was in a hurry, and of all of it, which is enough to pay for what was spent too much, not to save.
 */
function growthOf(
  { leftMs, atMs, sequence: before }: ExportAllowance,
  nowMs: number,
  sequence: number,
): { savedMs: number; repaidMs: number } {
  const elapsedMs = nowMs - atMs;
  const repaidMs = leftMs + share * elapsedMs;
  // A clock that was set back starts anew: better an export too many than none for a year.
  if (elapsedMs < 0) return { savedMs: fullAllowance.leftMs, repaidMs };
  const hurriedMs = Math.max(0, sequence - before) * streamGapMs;
  const savedMs = Math.min(fullAllowance.leftMs, leftMs + share * Math.max(0, elapsedMs - hurriedMs));
  return { savedMs, repaidMs };
}
