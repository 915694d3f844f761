/**
 * Real processes of the compiled form: killed, stopped, starved, crowded, copied, at odd clocks and odd lock files:
 *   bun test/processes/run.ts [--kills 10000] [--only kills,clock] [--seconds N] [--seed S]
 * Its parts come in a random order, with kills between them. Moments depend on the machine, so a seed repeats what is done and not when.
 */
import { parseArgs } from "node:util";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { Random } from "../protocol-model/random";
import { Campaign, type Part } from "./campaign";
import { copiesUnderLoad, laterFormats } from "./copies";
import { agents, mixture, queue, storm } from "./crowds";
import { killMany, newTally } from "./kills";
import { inheritedLock, lockTakenAway, lockTakenUnderLoad, strangeLockFiles, twoPaths } from "./lock-files";
import { fairness, readersAgainstCompaction } from "./loops";
import { killedWaiters, stoppedHolder, stoppedReaders } from "./signals";
import { littleMemory, noOutput, slowSyncs, wildClocks } from "./surroundings";

const parts: Readonly<Record<string, Part>> = {
  readers: readersAgainstCompaction,
  fairness,
  "10-agents": (campaign) => agents(campaign, 10, campaign.isLong ? 1000 : 50),
  "50-agents": (campaign) => agents(campaign, 50, campaign.isLong ? 100 : 10),
  mixture,
  queue,
  storm,
  "lock-taken-away": lockTakenAway,
  "lock-taken-under-load": lockTakenUnderLoad,
  "strange-lock-files": strangeLockFiles,
  "inherited-lock": inheritedLock,
  "little-memory": littleMemory,
  "slow-syncs": slowSyncs,
  clock: wildClocks,
  "no-output": noOutput,
  copies: copiesUnderLoad,
  "later-formats": laterFormats,
  "two-paths": twoPaths,
  "stopped-holder": stoppedHolder,
  "killed-waiters": killedWaiters,
  "stopped-readers": stoppedReaders,
};

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    kills: { type: "string", default: "10000" },
    only: { type: "string", default: ["kills", ...Object.keys(parts)].join() },
  },
});

// The time that it takes is none of the campaign's.
await ensureBuilt();
const [seed, kills] = [Number(values.seed), Number(values.kills)];
const random = new Random(seed);
const campaign = new Campaign(seed, random, timeFor(values.seconds), Number(values.seconds) > 1200);
const tally = newTally();
const names = values.only.split(",");
const unknown = names.filter((name) => name !== "kills" && parts[name] === undefined);
if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(" or ")}`);

// As much time for kills as for everything else, so that a run that is cut short has tried both.
for (const name of random.shuffle(names.filter((each) => each !== "kills"))) {
  if (!campaign.hasTime()) break;
  const startMs = performance.now();
  await parts[name]?.(campaign);
  const endMs = performance.now();
  report(`${name}: ${((endMs - startMs) / 1000).toFixed(1)} s`);
  await killWhile(() => performance.now() < endMs + (endMs - startMs));
}
await killWhile(() => true);
for (const [key, count] of [...tally.byKind].sort()) report(`${key}: ${count}`);
const { killed, answered, saved, unharmed } = tally;
if (names.includes("kills"))
  Object.assign(campaign.cases, {
    kills: killed,
    "killed after the answer": answered,
    "killed when saved, before the answer": saved,
    "beside the killed": unharmed,
  });
const { cases, wrong, skipped } = campaign;
for (const each of wrong) process.stdout.write(`WRONG ${each}\n`);
endCampaign({ campaign: "processes", seed, cases, wrong: wrong.length, skipped });

async function killWhile(goesOn: () => boolean): Promise<void> {
  const isEnough = (): boolean => tally.killed >= kills || !goesOn() || !campaign.hasTime();
  while (names.includes("kills") && !isEnough())
    await campaign.in("kills", async (scene) => {
      await killMany(scene, random, tally, isEnough);
      report(`${tally.killed} of ${kills} killed`);
    });
}
