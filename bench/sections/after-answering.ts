import { type Bench, nameOf, roundsFor } from "../bench";
import { run, runWell } from "../call";
import { spreadOf } from "../statistics";
import { openTracker, withoutExport } from "../stores";
import { watchFiles } from "./replaced-files";

/** How much longer a `q` takes that folds a log that is due, or brings the face up to date, than one that does neither. */
export async function measureAfterAnswering(bench: Bench): Promise<void> {
  const command = [...bench.form.command, "q", "One more"];
  for (const issues of bench.sizes)
    await bench.attempt(`what a q does behind its answer, ${issues} issues`, async () => {
      const tracker = await openTracker(bench.form.command, issues);
      const rounds = roundsFor(bench, issues, 7);
      for (const variant of ["folds", "exports"] as const) {
        const extraMs: number[] = [];
        const replaced = new Set<string>();
        for (let round = 0; round < rounds; round += 1) {
          const log = variant === "folds" ? "due" : "short";
          tracker.reset(log);
          const ordinary = await tracker.alone(() => runWell(command, withoutExport(tracker)));
          const seen = watchFiles(tracker.directory);
          const taken = run(command, variant === "folds" ? withoutExport(tracker) : tracker);
          const names = seen();
          for (const name of names) replaced.add(name);
          if (names.length > 0) extraMs.push(taken.ms - ordinary.ms);
        }
        bench.record({
          name: "q that does more",
          variant,
          form: nameOf(bench.form),
          issues,
          spreads: extraMs.length === 0 ? {} : { extraMs: spreadOf(extraMs) },
          numbers: {
            rounds,
            calls: extraMs.length,
            ...Object.fromEntries([...replaced].map((name) => [`replaced ${name}`, 1])),
          },
        });
      }
      tracker.reset("short");
    });
}
