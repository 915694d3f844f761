import { appendFileSync, closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Bench, nameOf, roundsFor } from "../bench";
import { runWell } from "../call";
import { quantile, rounded, spreadOf } from "../statistics";
import { openTracker, type Tracker, withoutExport } from "../stores";

/** How long the lock was held: by each `q` of a writer that has the tracker for itself, and by folding a log, next to a sync of the same disk. */
export async function measureLockHolds(bench: Bench): Promise<void> {
  await bench.attempt("syncs of this disk", () => recordSyncs(bench));
  for (const issues of bench.sizes)
    await bench.attempt(`how long the lock is held, ${issues} issues`, async () => {
      const tracker = await openTracker(bench.form.command, issues);
      const call = (...words: string[]) =>
        runWell([...bench.form.command, ...words], withoutExport(tracker)).stdout;
      const holdMs = (...words: string[]) => {
        call("metrics", "--reset");
        call(...words);
        return longestHoldMs(call("metrics", "--json"));
      };
      const record = (name: string, holds: readonly number[]) =>
        bench.record({
          name,
          form: nameOf(bench.form),
          issues,
          spreads: { holdMs: spreadOf(holds) },
          numbers: { p99Ms: rounded(quantile(holds, 0.99)), worstMs: rounded(Math.max(...holds)) },
        });
      const calls = bench.isQuick ? 20 : 200;
      record(
        "hold by q",
        await tracker.alone(() => Array.from({ length: calls }, () => holdMs("q", "One more"))),
      );
      record("hold by folding", foldHolds(bench, tracker, holdMs));
      tracker.reset("short");
    });
}

function foldHolds(bench: Bench, tracker: Tracker, holdMs: (...words: string[]) => number): number[] {
  return Array.from({ length: roundsFor(bench, tracker.issues, 7) }, () => {
    tracker.reset("long");
    return holdMs("compact");
  });
}

function longestHoldMs(metrics: string): number {
  const parsed: unknown = JSON.parse(metrics);
  if (typeof parsed === "object" && parsed !== null && "hold_us" in parsed) {
    const holds = parsed.hold_us;
    if (typeof holds === "object" && holds !== null && "max" in holds) return Number(holds.max) / 1000;
  }
  throw new Error(`bz metrics says nothing of holds: ${metrics.slice(0, 200)}`);
}

/** Of what a `q` appends, into a file that lies where the trackers do. */
function recordSyncs(bench: Bench): void {
  const path = join(bench.emptyScript.directory, "synced");
  appendFileSync(path, "");
  const file = openSync(path, "a");
  const frame = new Uint8Array(400);
  const ms = Array.from({ length: 200 }, () => {
    writeSync(file, frame);
    const startMs = performance.now();
    fdatasyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  bench.record({
    name: "sync of 400 bytes",
    form: "the disk",
    spreads: { ms: spreadOf(ms) },
    numbers: { p99Ms: rounded(quantile(ms, 0.99)), worstMs: rounded(Math.max(...ms)) },
  });
}
