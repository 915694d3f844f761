/**
 * The long form, and the replay of one history:
 *   bun test/protocol-model/run.ts [--seconds N] [--seed S] [--runs 10000] [--setting NAME]
 *     [--trace [--without "a step"] [--segment] [--sync] [--parent-last] [--as-described]]
 * Plays so many histories in each setting, and takes away every rule in turn: one whose loss does not show counts as wrong. With --trace the history of
 * that seed is told step by step, without these steps, or with a way in place that we did not take.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign.ts";
import { breaks, report } from "./failure.ts";
import { type Mutation, needed, redundant, ways } from "./mutations.ts";
import { Random } from "./random.ts";
import { simulate } from "./schedule.ts";
import { asDescribed, type Choices, product, type SettingName, settings } from "./settings.ts";
import { type Step, steps } from "./steps.ts";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    runs: { type: "string", default: "10000" },
    setting: { type: "string" },
    trace: { type: "boolean", default: false },
    without: { type: "string", multiple: true, default: [] },
    segment: { type: "boolean", default: false },
    sync: { type: "boolean", default: false },
    "parent-last": { type: "boolean", default: false },
    "as-described": { type: "boolean", default: false },
  },
});

/** How many histories are played before the next task has its turn. */
const runsInTask = 100;
const firstSeed = Number(values.seed);
const cases = { histories: 0, powerCuts: 0, acknowledged: 0, reads: 0, refusals: 0, rulesTakenAway: 0 };
let wrong = 0;

function stepCalled(name: string): Step {
  const step = steps.find((candidate) => candidate === name);
  if (!step) throw new Error(`no step is called "${name}"; they stand in steps.ts`);
  return step;
}

function trace(name: SettingName): void {
  const choices: Choices = {
    ...(values["as-described"] ? asDescribed : product),
    ...(values.segment ? { tripWire: "segment" } : {}),
    ...(values.sync ? { lostPage: "sync everything" } : {}),
    ...(values["parent-last"] ? { parentSync: "last" } : {}),
  };
  const journal: string[] = [];
  const outcome = simulate(firstSeed, settings[name], choices, values.without.map(stepCalled), journal);
  process.stdout.write(`${journal.join("\n")}\n${JSON.stringify(outcome)}\n`);
}

function play(name: SettingName, from: number, runs: number): void {
  for (let seed = from; seed < from + runs; seed += 1) {
    const outcome = simulate(seed, settings[name], product);
    cases.histories += 1;
    cases.powerCuts += outcome.powerCuts;
    cases.refusals += outcome.refused;
    cases.acknowledged += outcome.counts.acknowledged;
    cases.reads += outcome.counts.reads;
    if (outcome.violations.length === 0) continue;
    wrong += 1;
    process.stdout.write(`WRONG ${name}: ${report(name, { seed, outcome })}\n`);
  }
}

function takeAway(mutation: Mutation): void {
  cases.rulesTakenAway += 1;
  if (breaks(mutation, 6000)) return;
  wrong += 1;
  const { without, setting, from = 0, shows = "any violation" } = mutation;
  process.stdout.write(
    `WRONG without ${JSON.stringify(without)} "${setting}" does not show ${shows} from seed ${from} on\n`,
  );
}

/** Every rule that is needed, and of those that something stands behind, both together. */
function mutations(): Mutation[] {
  const pairs = redundant.flatMap(({ step, with: others, ...rest }) =>
    others === undefined ? [] : [{ ...rest, without: [step, ...others] }],
  );
  return [...needed, ...pairs, ...ways];
}

const chosen = (Object.keys(settings) as SettingName[]).filter((name) => name === (values.setting ?? name));
if (chosen.length === 0) throw new Error(`the settings are ${Object.keys(settings).join(", ")}`);
if (values.trace) for (const name of chosen) trace(name);
else {
  const isTime = timeFor(values.seconds);
  const runs = Number(values.runs);
  const tasks = chosen.flatMap((name) =>
    Array.from({ length: Math.ceil(runs / runsInTask) }, (_, index) => () => {
      const done = index * runsInTask;
      play(name, firstSeed + done, Math.min(runsInTask, runs - done));
    }),
  );
  const random = new Random(firstSeed);
  // What is taken away proves that the histories can fail at all: first.
  const removals =
    values.setting === undefined ? mutations().map((mutation) => () => takeAway(mutation)) : [];
  for (const task of [...random.shuffle(removals), ...random.shuffle(tasks)]) {
    if (!isTime()) break;
    task();
  }
  endCampaign({ campaign: "protocol-model", seed: firstSeed, cases, wrong });
}
