import { parseTimeMs } from "../model/time";
import { escapeText } from "./escape";
import type { Screen } from "./style";

/** A stored time: for people how long ago it was, in a pipe as it is stored. */
export function timeText(time: string, nowMs: number, screen: Screen): string {
  const timeMs = screen.isTerminal ? parseTimeMs(time) : undefined;
  return timeMs === undefined ? escapeText(time) : relativeTime(timeMs, nowMs);
}

/** The same where there is room for both. */
export function fullTimeText(time: string, nowMs: number, screen: Screen): string {
  const timeMs = screen.isTerminal ? parseTimeMs(time) : undefined;
  if (timeMs === undefined) return escapeText(time);
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC (${relativeTime(timeMs, nowMs)})`;
}

/** `3 days ago`, `in 2 hours`. */
export function relativeTime(timeMs: number, nowMs: number): string {
  const spanMs = Math.abs(nowMs - timeMs);
  const [unitMs, unit] = units.find(([least]) => spanMs >= least) ?? [];
  if (unitMs === undefined) return "just now";
  const count = Math.floor(spanMs / unitMs);
  const span = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return timeMs <= nowMs ? `${span} ago` : `in ${span}`;
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

const units: readonly (readonly [number, string])[] = [
  [365 * dayMs, "year"],
  [30 * dayMs, "month"],
  [dayMs, "day"],
  [60 * minuteMs, "hour"],
  [minuteMs, "minute"],
];
