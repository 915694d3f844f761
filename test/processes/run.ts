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
import { killMany, newTally } from "./kills";

const parts: Readonly<Record<string, Part>> = {};

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    kills: { type: "string", default: "10000" },
    only: { type: "string", default: ["kills", ...Object.keys(parts)].join() },
  },
});

const [seed, kills] = [Number(values.seed), Number(values.kills)];
const random = new Random(seed);
const campaign = new Campaign(seed, random, timeFor(values.seconds), Number(values.seconds) > 1200);
const tally = newTally();
const names = values.only.split(",");
const unknown = names.filter((name) => name !== "kills" && parts[name] === undefined);
if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(" or ")}`);

await ensureBuilt();
const chosen = random.shuffle(names.filter((name) => name !== "kills"));
for (const [place, name] of chosen.entries()) {
  await killUntil((kills * place) / (2 * chosen.length));
  if (!campaign.hasTime()) break;
  const startMs = performance.now();
  await parts[name]?.(campaign);
  report(`${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}
await killUntil(kills);
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
endCampaign({ campaign: "processes", seed, cases, wrong, skipped });

async function killUntil(count: number): Promise<void> {
  const isEnough = (): boolean => tally.killed >= count || !campaign.hasTime();
  while (names.includes("kills") && !isEnough())
    await campaign.in("kills", (scene) => killMany(scene, random, tally, isEnough));
}
