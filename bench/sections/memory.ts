import { type Bench, nameOf, roundsFor } from "../bench";
import { peakMemory } from "../call";
import { spreadOf } from "../statistics";
import { type Log, openTracker, withoutExport } from "../stores";
import { callsOf, framesOf } from "./calls";

const calls: readonly { readonly name: string; readonly log: Log }[] = [
  ...["q", "show", "list", "ready", "search, rare", "count"].map((name) => ({ name, log: "short" as const })),
  ...["q", "show", "list", "ready", "compact"].map((name) => ({ name, log: "long" as const })),
];

/** The most memory that a call has at once, next to an empty script. */
export async function measureMemory(bench: Bench): Promise<void> {
  const emptyKib = peakMemory(bench.emptyScript.command, bench.emptyScript);
  if (emptyKib === undefined) return bench.note("Memory was not measured: there is no GNU time here.");
  const again = () => peakMemory(bench.emptyScript.command, bench.emptyScript) ?? Number.NaN;
  const empty = spreadOf([emptyKib, ...Array.from({ length: 5 }, again)]);
  bench.record({ name: "empty script", form: "bun", spreads: { peakKib: empty } });
  for (const issues of bench.sizes)
    await bench.attempt(`memory, ${issues} issues`, async () => {
      const tracker = await openTracker(bench.form.command, issues);
      const rounds = roundsFor(bench, issues, 5);
      for (const { name, log } of calls)
        await bench.attempt(`memory of ${name}, ${issues} issues, ${log} log`, async () => {
          const next = callsOf(name, bench.form.command, tracker, log);
          const kib: number[] = [];
          for (let round = 0; round < rounds; round += 1) {
            tracker.reset(log);
            const measure = () => peakMemory(next(), withoutExport(tracker)) ?? Number.NaN;
            kib.push(name === "compact" ? measure() : await tracker.alone(measure));
          }
          bench.record({
            name,
            form: nameOf(bench.form),
            issues,
            frames: framesOf(log),
            spreads: { peakKib: spreadOf(kib), ratio: spreadOf(kib.map((each) => each / empty.median)) },
          });
        });
    });
}
