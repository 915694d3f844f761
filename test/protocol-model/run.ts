/**
 * Long campaigns, and the replay of one history:
 *   bun test/protocol-model/run.ts RUNS [SETTING] [--seed N] [--without "a step"] [--trace]
 *     [--segment] [--sync] [--parent-last] [--as-described]
 * Without a setting all of them run. The last four flags put a way in place that we did not take.
 */
import { parseArgs } from "node:util";
import { simulate } from "./schedule.ts";
import { asDescribed, type Choices, product, type SettingName, settings } from "./settings.ts";
import { type Step, steps } from "./steps.ts";

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "0" },
    without: { type: "string", multiple: true, default: [] },
    trace: { type: "boolean", default: false },
    segment: { type: "boolean", default: false },
    sync: { type: "boolean", default: false },
    "parent-last": { type: "boolean", default: false },
    "as-described": { type: "boolean", default: false },
  },
});

const [runs = "1000", only] = positionals;
const firstSeed = Number(values.seed);
const without = values.without.map(stepCalled);
const choices: Choices = {
  ...(values["as-described"] ? asDescribed : product),
  ...(values.segment ? { tripWire: "segment" } : {}),
  ...(values.sync ? { lostPage: "sync everything" } : {}),
  ...(values["parent-last"] ? { parentSync: "last" } : {}),
};

function stepCalled(name: string): Step {
  const step = steps.find((candidate) => candidate === name);
  if (!step) throw new Error(`no step is called "${name}"; they stand in steps.ts`);
  return step;
}

function trace(name: SettingName): void {
  const journal: string[] = [];
  const outcome = simulate(firstSeed, settings[name], choices, without, journal);
  process.stdout.write(`${journal.join("\n")}\n${JSON.stringify(outcome)}\n`);
}

function add(totals: Map<string, number>, kind: string, count: number): void {
  totals.set(kind, (totals.get(kind) ?? 0) + count);
}

function campaign(name: SettingName): number {
  const kinds = new Map<string, number>();
  const totals = new Map<string, number>();
  const failed: number[] = [];
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + Number(runs); seed += 1) {
    const outcome = simulate(seed, settings[name], choices, without);
    add(totals, "powerCuts", outcome.powerCuts);
    add(totals, "refused", outcome.refused);
    for (const [kind, count] of Object.entries(outcome.counts)) add(totals, kind, count);
    for (const kind of outcome.violations) add(kinds, kind, 1);
    if (outcome.violations.length > 0) failed.push(seed);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = [...totals].map(([kind, count]) => `${kind}=${count}`).join(" ");
  const violations = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ");
  const verdict =
    failed.length === 0 ? "no violation" : `${failed.length} BAD (${violations}), first seed ${failed[0]}`;
  process.stdout.write(`${name.padEnd(30)} ${verdict.padEnd(14)} ${seconds} s ${counts}\n`);
  return failed.length;
}

const chosen = (Object.keys(settings) as SettingName[]).filter((name) => !only || name === only);
if (chosen.length === 0)
  throw new Error(`no setting is called "${only}": ${Object.keys(settings).join(", ")}`);
if (values.trace) for (const name of chosen) trace(name);
else process.exitCode = chosen.reduce((failed, name) => failed + campaign(name), 0) > 0 ? 1 : 0;
