/**
 * Hostile texts, files, limits and surroundings against every command:
 *   bun test/security/run.ts [--seconds N] [--seed S] [--only KIND] [--case GROUP,INDEX]
 * Kinds take turns. A line that begins with WRONG ends with what repeats the case.
 */
import { parseArgs } from "node:util";
import { ensureBuilt } from "../helpers/bz-forms";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import type { Kind } from "./kind";
import { everyKind } from "./kinds";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { ...campaignFlags, only: { type: "string", default: "" }, case: { type: "string", default: "" } },
});
const seed = Number(values.seed);

/** A whole number below `limit` that depends on the seed, a name and a count alone. */
function numberBelow(limit: number, name: string, count: number): number {
  return Number(Bun.hash.wyhash(`${seed} ${name} ${count}`) % BigInt(limit));
}

/** A few cases of one group at a time: what they share takes longer to make than each of them to try. */
const usualCases = 20;

async function turn(kind: Kind, count: number): Promise<number> {
  const group = numberBelow(kind.groups, kind.name, count);
  let wrong = 0;
  for (let each = 0; each < (kind.casesInTurn ?? usualCases) && isTime(); each += 1) {
    const index = numberBelow(kind.groupSize, `${kind.name} ${count}`, each);
    wrong += await judged(kind, group, index);
  }
  return wrong;
}

async function judged(kind: Kind, group: number, index: number): Promise<number> {
  cases[kind.name] = (cases[kind.name] ?? 0) + 1;
  const wrong = await kind.judge(group, index).catch((error) => [String(error?.stack ?? error)]);
  for (const each of wrong)
    process.stdout.write(`WRONG ${each}: --only ${JSON.stringify(kind.name)} --case ${group},${index}\n`);
  return wrong.length === 0 ? 0 : 1;
}

await ensureBuilt();
const skipped: string[] = [];
const kinds = everyKind((what) => skipped.push(what)).filter(({ name }) => name.startsWith(values.only));
for (const what of skipped) process.stderr.write(`SKIPPED: ${what}\n`);
const cases: Record<string, number> = {};
const isTime = timeFor(values.seconds);
let wrong = 0;
if (values.case !== "") {
  const [group = 0, index = 0] = values.case.split(",").map(Number);
  for (const kind of kinds) wrong += await judged(kind, group, index);
} else {
  const most = Math.ceil(Math.max(...kinds.map(({ groups, groupSize }) => groups * groupSize)) / usualCases);
  for (let count = 0; count < most; count += 1) {
    for (const kind of kinds) {
      if (!isTime()) break;
      wrong += await turn(kind, count);
    }
    if (!isTime()) break;
  }
}
endCampaign({ campaign: "security", seed, cases, wrong, skipped });
process.exit();
