import type { ExportCost } from "./face-signature";

/** Automatic exports may take this share of the time that passes. */
const share = 0.02;
const minuteMs = 60_000;

/** Whether the automatic exports of the last minute have cost their share of it already. */
export function isSpent(cost: ExportCost, nowMs: number): boolean {
  return spentLately(cost, nowMs) > share * minuteMs;
}

/** The cost with one more export in it. */
export function addCost(cost: ExportCost, nowMs: number, costMs: number): ExportCost {
  const { minute, spentMs, previousMs } = upToNow(cost, nowMs);
  return { minute, spentMs: spentMs + costMs, previousMs };
}

/** Of the minute before, the part counts that is less than sixty seconds ago, as if it had been spent evenly. */
function spentLately(cost: ExportCost, nowMs: number): number {
  const { minute, spentMs, previousMs } = upToNow(cost, nowMs);
  return spentMs + previousMs * (1 - (nowMs - minute * minuteMs) / minuteMs);
}

/** A clock that was set back starts anew: better an export too many than none for a year. */
function upToNow(cost: ExportCost, nowMs: number): ExportCost {
  const minute = Math.floor(nowMs / minuteMs);
  if (minute === cost.minute) return cost;
  return { minute, spentMs: 0, previousMs: minute === cost.minute + 1 ? cost.spentMs : 0 };
}
