/**
 * Long campaigns, and the replay of one script:
 *   bun test/command-model/run.ts --count 1000 [--seed N] [--length 40]
 * Plays random command lines of several actors and sessions and holds every answer against the model; of each script that goes wrong it prints the
 * seed and the fewest command lines that show it.
 */
import { parseArgs } from "node:util";
import { runSeed } from "./campaign";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    count: { type: "string", default: "100" },
    seed: { type: "string", default: "0" },
    length: { type: "string", default: "40" },
  },
});
const first = Number(values.seed);
const started = performance.now();
let failures = 0;
for (let seed = first; seed < first + Number(values.count); seed++) {
  const finding = await runSeed(seed, Number(values.length));
  if (finding === undefined) continue;
  failures++;
  process.stdout.write(`seed ${seed}:\n${finding.lines.join("\n")}\n${finding.message}\n\n`);
}
const perSecond = (Number(values.count) / (performance.now() - started)) * 1000;
process.stdout.write(`${values.count} scripts, ${failures} wrong, ${perSecond.toFixed(1)}/s\n`);
process.exitCode = failures > 0 ? 1 : 0;
