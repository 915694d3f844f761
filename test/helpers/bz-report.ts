import { writeSync } from "node:fs";
import type { LockMetrics } from "./bz-answers";

/** Figures for whoever reads the run. They decide nothing: a test that asserted on time would fail on a busy machine. */
export function report(sentence: string): void {
  writeSync(2, `  | ${sentence}\n`);
}

export function reportLock(
  what: string,
  { acquisitions, contended, timeouts, wait_us, hold_us }: LockMetrics,
): void {
  const spread = ({ p50, p90, p99, max }: LockMetrics["wait_us"]): string =>
    [p50, p90, p99, max].map((each) => (each / 1000).toFixed(1)).join(" / ");
  report(
    `${what}: ${acquisitions} acquisitions, ${contended} contended, ${timeouts} timeouts; ` +
      `p50 / p90 / p99 / max in ms: waited ${spread(wait_us)}, held ${spread(hold_us)}`,
  );
}

/** p50, p90, p99 and the maximum, in words. */
export function spreadOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(0);
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)} ms`;
}
