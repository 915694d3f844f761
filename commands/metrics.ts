import type { JsonObject } from "../model/json";
import { formatFacts } from "../output/facts";
import type { Store } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "metrics",
    description:
      "Shows how often writers took the lock, how long they waited for it and held it, across all processes.",
  },
  args: () => ({ reset: { type: "boolean", description: "Start counting anew" } }),
  answer: "lock-metrics",
  examples: ["bz metrics", "bz metrics --reset"],
  run(context, args) {
    const metrics = context.store.metrics();
    if (args.reset === true) context.store.resetMetrics();
    const none = { count: 0, p50: 0, p90: 0, p99: 0, max: 0 };
    const {
      acquisitions = 0,
      contended = 0,
      timeouts = 0,
      waiting = 0,
      wait = none,
      hold = none,
    } = metrics ?? {};
    return {
      data: () => ({
        acquisitions,
        contended,
        timeouts,
        waiting,
        wait_us: distributionDocument(wait),
        hold_us: distributionDocument(hold),
        ...(args.reset === true ? { reset: true } : {}),
      }),
      text: (screen) =>
        formatFacts(
          [
            ["Acquisitions", acquisitions],
            ["Contended", contended],
            ["Timeouts", timeouts],
            ["Waiting now", waiting],
            ["Wait", distributionText(wait)],
            ["Hold", distributionText(hold)],
          ],
          screen,
        ),
      notes: args.reset === true ? ["counting anew from here"] : [],
    };
  },
});

type Distribution = NonNullable<ReturnType<Store["metrics"]>>["wait"];

function distributionDocument({ count, p50, p90, p99, max }: Distribution): JsonObject {
  return { count, p50, p90, p99, max };
}

function distributionText({ p50, p90, p99, max }: Distribution): string {
  return `p50 ${duration(p50)}, p90 ${duration(p90)}, p99 ${duration(p99)}, max ${duration(max)}`;
}

function duration(microseconds: number): string {
  return microseconds < 1000 ? `${Math.round(microseconds)} us` : `${(microseconds / 1000).toFixed(1)} ms`;
}
