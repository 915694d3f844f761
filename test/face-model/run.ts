/**
 * Long campaigns, and the replay of one history:
 *   bun test/face-model/run.ts RUNS [alone] [tools] [broken] [--only NAME] [--seed N] [--trace]
 * Prints for each setting, or rule taken away, how many histories went wrong, and in which way.
 */
import { parseArgs } from "node:util";
import { runHistory } from "./history.ts";
import { brokenRules, productRules, type Rules } from "./rules.ts";
import { settings } from "./settings.ts";

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: {
    only: { type: "string" },
    seed: { type: "string", default: "0" },
    trace: { type: "boolean", default: false },
  },
});
const [runs = "1000", ...groups] = positionals;
const firstSeed = Number(values.seed);
const wanted = groups.length > 0 ? groups : ["alone", "tools", "broken"];

function campaign(name: string, settingName: string, rules: Rules): void {
  const setting = settings[settingName];
  if (setting === undefined) throw new Error(`no setting is called "${settingName}"`);
  if (values.trace) {
    const journal: string[] = [];
    const found = runHistory(firstSeed, setting, rules, journal);
    process.stdout.write(`${journal.join("\n")}\n${[...found].join(", ")}\n`);
    return;
  }
  const kinds: Record<string, number> = {};
  const failed: number[] = [];
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + Number(runs); seed++) {
    const found = runHistory(seed, setting, rules);
    if (found.size > 0) failed.push(seed);
    for (const kind of found) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const perSecond = (Number(runs) / (performance.now() - started)) * 1000;
  const report = { runs: Number(runs), bad: failed.length, ...kinds, first: failed.slice(0, 5) };
  process.stdout.write(`${name}: ${JSON.stringify(report)} ${perSecond.toFixed(0)}/s\n`);
}

for (const name of Object.keys(settings)) {
  if (
    values.only !== undefined
      ? values.only === name
      : wanted.includes(name.startsWith("alone") ? "alone" : "tools")
  )
    campaign(name, name, productRules);
}
for (const [name, broken] of Object.entries(brokenRules)) {
  if (values.only !== undefined ? values.only === name : wanted.includes("broken"))
    campaign(name, broken.in, { ...productRules, ...broken.rules });
}
