import { type Bench, nameOf } from "../bench";
import { runWell } from "../call";
import { comparePairs } from "../pairs";
import { hardenedCopy } from "../programs";
import { openTracker, withoutExport } from "../stores";
import { callsOf } from "./calls";

/** What one call costs in each form, in a tracker of 100 issues with a short log, next to an empty script. */
export async function measureStartUp(bench: Bench): Promise<void> {
  const { limits, emptyScript } = bench;
  await bench.attempt("the hardened first line", async () => {
    const command = [...hardenedCopy, ...emptyScript.command.slice(1)];
    const spreads = await comparePairs(limits, () => runWell(command, emptyScript), bench.empty);
    bench.record({ name: "an empty script behind the hardened first line", form: "script", spreads });
  });
  const tracker = await openTracker(bench.form.command, 100);
  const place = withoutExport(tracker);
  const names = ["version", "q", "show", "update", "claim", "close", "ready", "list"];
  for (const form of bench.forms)
    for (const name of names)
      await bench.attempt(`${nameOf(form)}: ${name}`, async () => {
        tracker.reset("short");
        const next = callsOf(name, form.command, tracker, "short");
        const spreads = await tracker.alone(() =>
          comparePairs(limits, () => runWell(next(), place), bench.empty),
        );
        bench.record({ name, form: nameOf(form), issues: 100, frames: 0, spreads });
      });
}
