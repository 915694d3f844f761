/**
 * Every damage, in an order that the seed says, so that a run which was cut short is a sample:
 *   bun test/damage/run.ts [--seconds N] [--seed S] [--kinds flip,cut,shape,fix,user,large] [--page "current"|"earlier boot"|"none"] [--file PART] [--only NAME]
 * `fix` kills the repair of every hundredth damage at a random call and does it again; `user` is what stands in issues.jsonl, config.yaml and metadata.json. Prints for each kind
 * and file how many there were, how many `doctor` reported, and why the others are harmless. To see one again give the name and the seed that are printed with it.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { Random } from "../protocol-model/random";
import { judgeCutRepair } from "./cut-repair";
import { cuts, type Damage, flips, flipsOfAcknowledged } from "./damages";
import { shapes } from "./shapes";
import { makeSpecimen, type Page, pages, type Specimen } from "./specimen";
import { largeUserFileDamages, type UserFileDamage, userFileDamages } from "./user-files";
import { judgeUserFile } from "./user-files-verdict";
import { judge, type Verdict } from "./verdict";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    kinds: { type: "string", default: "flip,cut,shape,fix,user,large" },
    page: { type: "string", default: "" },
    file: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});

interface Case {
  readonly kind: string;
  readonly key: string;
  readonly name: string;
  readonly repeat: string;
  judge(): Promise<Verdict>;
}

interface Count {
  total: number;
  reported: number;
  readonly harmless: Map<string, number>;
}

const seed = Number(values.seed);
const random = new Random(seed);
const kinds = new Set(values.kinds.split(","));
const isTime = timeFor(values.seconds);
const counts = new Map<string, Count>();
const cases: Record<string, number> = {};
let wrong = 0;
for (const each of random.shuffle(await chosenCases())) {
  if (!isTime()) break;
  const verdict = await each.judge();
  cases[each.kind] = (cases[each.kind] ?? 0) + 1;
  count(each.key, verdict);
  if (verdict.violations.length > 0) wrong += 1;
  for (const violation of verdict.violations) process.stdout.write(`WRONG ${violation}\n  ${each.repeat}\n`);
}
for (const [key, { total, reported, harmless }] of [...counts].sort()) {
  const reasons = [...harmless].map(([reason, number]) => `; ${number} harmless: ${reason}`).join("");
  const told = key.startsWith("fix ") ? "" : `, reported ${reported}`;
  process.stdout.write(`${key}: ${total}${told}${reasons}\n`);
}
endCampaign({ campaign: "damage", seed, cases, wrong });

function count(key: string, { isReported, harmless }: Verdict): void {
  const counted = counts.get(key) ?? { total: 0, reported: 0, harmless: new Map<string, number>() };
  counts.set(key, counted);
  counted.total += 1;
  if (isReported) counted.reported += 1;
  else if (harmless !== undefined) counted.harmless.set(harmless, (counted.harmless.get(harmless) ?? 0) + 1);
}

async function chosenCases(): Promise<Case[]> {
  const chosen: Case[] = [];
  for (const page of pages.filter((each) => values.page === "" || each === values.page)) {
    const specimen = await makeSpecimen(page);
    const foreign = await makeSpecimen(page, 2);
    const damages =
      page === "none"
        ? [...flipsOfAcknowledged(specimen)]
        : [flips(specimen), cuts(specimen), shapes(specimen, foreign)].flatMap((each) => [...each]);
    for (const damage of damages)
      chosen.push(ofStore(damage.kind, page, damage, () => judge(specimen, damage)));
    for (const damage of values.only === ""
      ? random.shuffle(damages).slice(0, damages.length / 100)
      : damages)
      chosen.push(ofStore("fix", page, damage, () => judgeFix(specimen, damage)));
  }
  for (const damage of userFileDamages) chosen.push(ofUser("user", damage));
  for (const damage of largeUserFileDamages) chosen.push(ofUser("large", damage));
  return chosen.filter(
    ({ kind, key, name }) =>
      kinds.has(kind) && key.includes(values.file) && (values.only === "" || name === values.only),
  );
}

function ofStore(kind: string, page: Page, { file, name }: Damage, judgeIt: Case["judge"]): Case {
  const repeat = `bun test/damage/run.ts --kinds ${kind} --seed ${seed} --page ${JSON.stringify(page)} --only ${JSON.stringify(name)}`;
  return { kind, key: `${kind} ${file}, page ${page}`, name, repeat, judge: judgeIt };
}

/** Each damage draws from its own name, so that it can be repeated alone. */
async function judgeFix(specimen: Specimen, damage: Damage): Promise<Verdict> {
  const own = new Random(seed ^ Number(Bun.hash.crc32(damage.name)));
  return { isReported: true, harmless: undefined, violations: await judgeCutRepair(specimen, damage, own) };
}

function ofUser(kind: string, damage: UserFileDamage): Case {
  const { file, name } = damage;
  return {
    kind,
    key: `${kind} ${file}`,
    name,
    repeat: `bun test/damage/run.ts --kinds ${kind} --only ${JSON.stringify(name)}`,
    judge: async () => ({
      isReported: damage.isTold,
      harmless: "it can be read",
      violations: await judgeUserFile(damage),
    }),
  };
}
