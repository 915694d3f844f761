/**
 * The long form, and the replay of one history:
 *   bun test/face-model/run.ts [--seconds N] [--seed S] [--runs 10000] [--setting NAME] [--rule NAME] [--trace]
 * Plays so many histories in each setting, and takes away every rule in turn: one whose loss does not show counts as wrong. With --trace the history of that
 * seed in that setting is told step by step, or in the setting of that rule without it.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign.ts";
import { Random } from "../protocol-model/random.ts";
import { runHistory } from "./history.ts";
import { brokenRules, productRules, type Rules } from "./rules.ts";
import { type Setting, settings } from "./settings.ts";
import { promised } from "./verdict.ts";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    runs: { type: "string", default: "10000" },
    setting: { type: "string" },
    rule: { type: "string" },
    trace: { type: "boolean", default: false },
  },
});

/** How many histories are played before the next task has its turn. */
const runsInTask = 100;
/** Within so many histories the loss of a rule has to show. */
const runsWithoutRule = 2000;
const firstSeed = Number(values.seed);
const cases = { histories: 0, "histories that other tools spoilt": 0, rulesTakenAway: 0 };
let wrong = 0;

function settingCalled(name: string): Setting {
  const setting = settings[name];
  if (setting === undefined) throw new Error(`the settings are ${Object.keys(settings).join(", ")}`);
  return setting;
}

function trace(setting: Setting, rules: Partial<Rules>): void {
  const journal: string[] = [];
  const found = runHistory(firstSeed, setting, { ...productRules, ...rules }, journal);
  process.stdout.write(`${journal.join("\n")}\n${[...found].join(", ")}\n`);
}

function play(name: string, from: number, runs: number): void {
  const setting = settingCalled(name);
  for (let seed = from; seed < from + runs; seed += 1) {
    const found = runHistory(seed, setting, productRules);
    cases.histories += 1;
    if (found.size > 0) cases["histories that other tools spoilt"] += 1;
    const broken = promised(found, setting);
    if (broken.length === 0) continue;
    wrong += 1;
    const replay = `bun test/face-model/run.ts --setting "${name}" --seed ${seed} --trace`;
    process.stdout.write(`WRONG ${name}: ${broken.join(", ")}; replay: ${replay}\n`);
  }
}

/** The histories from the given seed on that go well with the rule; one of them must go wrong without it. */
function takeAway(name: string): void {
  const broken = brokenRules[name];
  if (broken === undefined) throw new Error(`the rules are ${Object.keys(brokenRules).join(", ")}`);
  const setting = settingCalled(broken.in);
  cases.rulesTakenAway += 1;
  for (let seed = broken.seed; seed < broken.seed + runsWithoutRule; seed += 1) {
    if (runHistory(seed, setting, { ...productRules, ...broken.rules }).size === 0) continue;
    if (runHistory(seed, setting, productRules).size === 0) return;
  }
  wrong += 1;
  process.stdout.write(`WRONG "${name}" does not show in "${broken.in}" from seed ${broken.seed} on\n`);
}

const isTime = timeFor(values.seconds);
const broken = values.rule === undefined ? undefined : brokenRules[values.rule];
if (values.trace) trace(settingCalled(broken?.in ?? values.setting ?? "alone"), broken?.rules ?? {});
else {
  const runs = Number(values.runs);
  const isChosen = values.setting !== undefined || values.rule !== undefined;
  const names = values.setting === undefined ? (isChosen ? [] : Object.keys(settings)) : [values.setting];
  const rules = values.rule === undefined ? (isChosen ? [] : Object.keys(brokenRules)) : [values.rule];
  const tasks = names.flatMap((name) =>
    Array.from({ length: Math.ceil(runs / runsInTask) }, (_, index) => () => {
      const done = index * runsInTask;
      play(name, firstSeed + done, Math.min(runsInTask, runs - done));
    }),
  );
  const random = new Random(firstSeed);
  // Few, and what they prove is that the histories can fail at all: first.
  const order = [...random.shuffle(rules.map((name) => () => takeAway(name))), ...random.shuffle(tasks)];
  for (const task of order) {
    if (!isTime()) break;
    task();
  }
  endCampaign({ campaign: "face-model", seed: firstSeed, cases, wrong });
}
