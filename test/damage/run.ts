/**
 * Every damage, in an order that the seed says, so that a run which was cut short is a sample:
 *   bun test/damage/run.ts [--seconds N] [--seed S] [--kinds flip,cut,shape] [--page current|earlier\ boot] [--file PART] [--only "NAME"]
 * Prints for each kind and file how many there were, how many `doctor` reported, and why the others are harmless. To see one again give the name that is printed with it.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { Random } from "../protocol-model/random";
import { cuts, type Damage, flips } from "./damages";
import { shapes } from "./shapes";
import { makeSpecimen, pages, type Specimen } from "./specimen";
import { judge } from "./verdict";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    kinds: { type: "string", default: "flip,cut,shape" },
    page: { type: "string", default: "" },
    file: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});

interface Case {
  readonly page: string;
  readonly specimen: Specimen;
  readonly damage: Damage;
}

interface Count {
  total: number;
  reported: number;
  readonly harmless: Map<string, number>;
}

const isTime = timeFor(values.seconds);
const counts = new Map<string, Count>();
const cases: Record<string, number> = {};
let wrong = 0;
for (const { page, specimen, damage } of new Random(Number(values.seed)).shuffle(await chosenCases())) {
  if (!isTime()) break;
  const { isReported, harmless, violations } = await judge(specimen, damage);
  const key = `${damage.kind} ${damage.file}, page ${page}`;
  const count = counts.get(key) ?? { total: 0, reported: 0, harmless: new Map() };
  counts.set(key, count);
  count.total += 1;
  cases[damage.kind] = (cases[damage.kind] ?? 0) + 1;
  if (isReported) count.reported += 1;
  else count.harmless.set(harmless ?? "NONE", (count.harmless.get(harmless ?? "NONE") ?? 0) + 1);
  if (violations.length > 0) wrong += 1;
  for (const violation of violations)
    process.stdout.write(
      `WRONG ${violation}\n  bun test/damage/run.ts --page ${JSON.stringify(page)} --only ${JSON.stringify(damage.name)}\n`,
    );
}
for (const [key, { total, reported, harmless }] of [...counts].sort()) {
  const reasons = [...harmless].map(([reason, count]) => `; ${count} harmless: ${reason}`).join("");
  process.stdout.write(`${key}: ${total}, reported ${reported}${reasons}\n`);
}
endCampaign({ campaign: "damage", seed: Number(values.seed), cases, wrong });

async function chosenCases(): Promise<Case[]> {
  const kinds = values.kinds.split(",");
  const chosen: Case[] = [];
  for (const page of pages.filter((each) => values.page === "" || each === values.page)) {
    const specimen = await makeSpecimen(page);
    const foreign = await makeSpecimen(page, 2);
    for (const damages of [flips(specimen), cuts(specimen), shapes(specimen, foreign)])
      for (const damage of damages)
        if (kinds.includes(damage.kind) && isWanted(damage)) chosen.push({ page, specimen, damage });
  }
  return chosen;
}

function isWanted({ name, file }: Damage): boolean {
  return (values.only === "" || name === values.only) && file.includes(values.file);
}
