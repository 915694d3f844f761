import { packaged } from "../../test/helpers/bz-forms";
import { type Bench, nameOf } from "../bench";
import { runWell } from "../call";
import { comparePairs } from "../pairs";
import { type Log, openTracker, type Tracker, withoutExport } from "../stores";
import { callNames, callsOf, framesOf } from "./calls";

/** What the budgets say of the script, too. */
const scriptCalls: readonly string[] = ["q", "show", "claim", "close", "ready", "list"];

/** What one call costs in trackers of all sizes, with a short log and with a long one, next to an empty script. */
export async function measureBySize(bench: Bench): Promise<void> {
  for (const issues of bench.sizes)
    await bench.attempt(`a tracker of ${issues}`, async () => {
      const tracker = await openTracker(bench.form.command, issues);
      for (const log of ["short", "long"] as const) {
        for (const name of callNames) await measureCall(bench, bench.form, tracker, log, name);
        const script = bench.forms.find(({ name }) => name === packaged.name);
        if (script !== undefined && script !== bench.form)
          for (const name of scriptCalls) await measureCall(bench, script, tracker, log, name);
      }
    });
}

async function measureCall(
  bench: Bench,
  form: Bench["form"],
  tracker: Tracker,
  log: Log,
  name: string,
): Promise<void> {
  const { issues } = tracker;
  const frames = framesOf(log);
  await bench.attempt(`${nameOf(form)}: ${name}, ${issues} issues, ${frames} frames`, async () => {
    tracker.reset(log);
    const next = callsOf(name, form.command, tracker, log);
    const place = withoutExport(tracker);
    const spreads = await tracker.alone(() =>
      comparePairs(bench.limits, () => runWell(next(), place), bench.empty),
    );
    bench.record({ name, form: nameOf(form), issues, frames, spreads });
  });
}
