/**
 * The long form, and the repetition of one case:
 *   bun test/crash/run.ts [--seconds N] [--seed S] [--cuts 200] [--action NAME] [--moment NAME] [--fault NAME]
 * Every mutation that the store knows, from every kind of store, disturbed at every call of the file system in every way; behind each of these every
 * disk that a power cut can leave, or so many; each is recovered, sometimes with cuts in the recovery, and held against what was answered.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { Random } from "../protocol-model/random";
import { Bench, describeCase } from "./campaign";
import { playHistory } from "./history";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    cuts: { type: "string", default: "200" },
    action: { type: "string" },
    moment: { type: "string" },
    fault: { type: "string" },
    history: { type: "string" },
  },
});
const isTime = timeFor(values.seconds);
const seed = Number(values.seed);
const bench = new Bench(seed);
let wrong = 0;
let tried = 0;

function report(replay: string, error: unknown): void {
  wrong += 1;
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(
    `WRONG ${message}\n  bun test/crash/run.ts ${replay} --seed ${seed} --cuts ${values.cuts}\n`,
  );
}

const happened = { writes: 0, deaths: 0, failures: 0, cuts: 0 };
let histories = 0;

function tryHistory(historySeed: number): void {
  histories += 1;
  try {
    playHistory(historySeed, happened);
  } catch (error) {
    report(`--history ${historySeed}`, error);
  }
}

if (values.history !== undefined) {
  tryHistory(Number(values.history));
  endCampaign({ campaign: "crash", seed, cases: { histories }, wrong });
} else {
  const isChosen = (action: string, moment: string): boolean =>
    action === (values.action ?? action) && moment === (values.moment ?? moment);
  const all = [...bench.cases(isChosen, report)].filter(
    ({ disturbance }) => disturbance.name === (values.fault ?? disturbance.name),
  );
  const isWhole = values.action === undefined && values.moment === undefined && values.fault === undefined;
  for (const each of new Random(seed).shuffle(all)) {
    if (!isTime()) break;
    tried += 1;
    try {
      bench.try(each, Number(values.cuts));
    } catch (error) {
      report(describeCase(each), error);
    }
    if (isWhole && tried % 5 === 0) tryHistory(seed + histories);
  }
  const { states, distinct, recoveriesCut } = bench.tally;
  const cases = { faults: tried, "faults there are": all.length, states, distinct, recoveriesCut, histories };
  endCampaign({
    campaign: "crash",
    seed,
    cases: { ...cases, "power cuts in histories": happened.cuts },
    wrong,
  });
}
