/**
 * Real file systems: power cuts, full disks, failing syncs, quotas, and what else a disk can do, with real processes of bz on loop devices:
 *   bun test/disks/run.ts [--only "power cuts;xfs"] [--exactly NAMES] [--rounds N] [--seed S] [--seconds N]
 * Needs root. The order is random; a round tries every case once, each time with other random numbers. A wrong case prints what tries it again.
 */
import { parseArgs } from "node:util";
import { ensureBuilt } from "../helpers/bz-forms";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { Random } from "../protocol-model/random";
import { cases } from "./cases";
import { hindrance, isInNamespace, openRig, runInNamespace } from "./rig";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    /** Parts of the names of cases, between semicolons. */
    only: { type: "string", default: "" },
    /** Whole names, between semicolons. */
    exactly: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
  },
});
const seed = Number(values.seed);

if (isInNamespace()) await campaign();
else {
  const reason = hindrance();
  if (reason === undefined) {
    await ensureBuilt();
    process.exitCode = await runInNamespace(values.seed);
  } else {
    process.stderr.write(`SKIPPED test/disks: ${reason}\n`);
    endCampaign({ campaign: "disks", seed, cases: {}, wrong: 0, skipped: [reason] });
  }
}

async function campaign(): Promise<void> {
  const isTime = timeFor(values.seconds);
  const chosen = cases.filter(({ name }) => isChosen(name));
  const rig = openRig();
  const counts = new Map<string, number>();
  const skipped = new Set<string>();
  let wrong = 0;
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const seedOfRound = seed + round;
    for (const { name, attempt, needs } of new Random(seedOfRound).shuffle(chosen)) {
      if (!isTime()) break;
      const missing = needs?.find((tool) => Bun.which(tool) === null);
      if (missing !== undefined) {
        skipped.add(`${name}: no ${missing} here`);
        continue;
      }
      const outcome = await attempt(rig, new Random(seedOfRound + Bun.hash.crc32(name))).catch((error) => ({
        wrong: [String(error?.stack ?? error)],
        counts: {},
      }));
      rig.tidy();
      counts.set(kindOf(name), (counts.get(kindOf(name)) ?? 0) + 1);
      for (const [what, count] of Object.entries(outcome.counts))
        counts.set(what, (counts.get(what) ?? 0) + count);
      if (outcome.wrong.length > 0) wrong += 1;
      const again = `bun test/disks/run.ts --exactly "${name}" --rounds 1 --seed ${seedOfRound}`;
      for (const each of outcome.wrong.slice(0, 5))
        process.stdout.write(`WRONG ${name}: ${each}\n  ${again}\n`);
    }
  }
  for (const each of skipped) process.stderr.write(`SKIPPED test/disks: ${each}\n`);
  endCampaign({ campaign: "disks", seed, cases: Object.fromEntries(counts), wrong, skipped: [...skipped] });
  process.exit();
}

function isChosen(name: string): boolean {
  if (values.exactly !== "") return values.exactly.split(";").includes(name);
  return values.only.split(";").some((part) => name.includes(part));
}

/** Of "power cuts, ext4" the part before the comma. */
function kindOf(name: string): string {
  return name.split(",")[0] ?? name;
}
