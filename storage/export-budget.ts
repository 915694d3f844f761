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
  if (savedMs(allowance, nowMs, sequence) > 0) return true;
  return nowMs - allowance.atMs >= streamPauseMs && repaidMs(allowance, nowMs) > 0;
}

/** What is left of it behind one more export. */
export function spend(
  allowance: ExportAllowance,
  nowMs: number,
  sequence: number,
  costMs: number,
): ExportAllowance {
  const left = Math.max(savedMs(allowance, nowMs, sequence), Math.min(0, repaidMs(allowance, nowMs)));
  return { leftMs: Math.max(left - costMs, -mostOwedMs), atMs: nowMs, sequence };
}

/** With the share of the time in which nobody was in a hurry. */
function savedMs(allowance: ExportAllowance, nowMs: number, sequence: number): number {
  const elapsedMs = nowMs - allowance.atMs;
  // A clock that was set back starts anew: better an export too many than none for a year.
  if (elapsedMs < 0) return fullAllowance.leftMs;
  const hurriedMs = Math.max(0, sequence - allowance.sequence) * streamGapMs;
  return Math.min(fullAllowance.leftMs, allowance.leftMs + share * Math.max(0, elapsedMs - hurriedMs));
}

/** With the share of all the time that has passed: enough to pay for what was spent too much, not to save. */
function repaidMs({ leftMs, atMs }: ExportAllowance, nowMs: number): number {
  return leftMs + share * (nowMs - atMs);
}
