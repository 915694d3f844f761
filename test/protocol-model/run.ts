import { product, type SettingName, settings } from "./settings.ts";
import { simulate } from "./schedule.ts";
import { type Step, steps } from "./steps.ts";

// bun test/protocol-model/run.ts RUNS [setting | step] [--seed N] [--trip-wire directory]
const { argv } = Bun;
const runs = Number(argv[2] ?? 1000);
const only = argv[3]?.startsWith("--") ? undefined : argv[3];
const seedAt = argv.indexOf("--seed");
const firstSeed = seedAt > 0 ? Number(argv[seedAt + 1]) : 0;
const choices = {
  ...product,
  ...(argv.includes("segment") ? { tripWire: "segment" as const } : {}),
  ...(argv.includes("sync") ? { lostPage: "sync everything" as const } : {}),
};

if (argv.includes("--trace")) {
  const journal: string[] = [];
  const outcome = simulate(firstSeed, settings[only as SettingName], choices, undefined, journal);
  process.stdout.write(`${journal.join("\n")}\n${JSON.stringify(outcome)}\n`);
  process.exit(0);
}

function campaign(name: SettingName, without: Step | undefined): void {
  const kinds = new Map<string, number>();
  const totals = new Map<string, number>();
  let cuts = 0;
  let bad = 0;
  let refused = 0;
  let first: number | undefined;
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const outcome = simulate(seed, settings[name], choices, without);
    cuts += outcome.powerCuts;
    refused += outcome.refused;
    for (const [kind, count] of Object.entries(outcome.counts)) totals.set(kind, (totals.get(kind) ?? 0) + count);
    if (outcome.violations.length === 0) continue;
    bad += 1;
    first ??= seed;
    for (const kind of outcome.violations) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${(without ?? "").padEnd(52)} ${name.padEnd(27)} cuts=${cuts} refused=${refused} BAD=${bad} ${JSON.stringify(Object.fromEntries(kinds))} first=${first} ${seconds}s ${JSON.stringify(Object.fromEntries(totals))}\n`,
  );
}

const step = steps.find((candidate) => candidate === only);
for (const name of Object.keys(settings) as SettingName[]) {
  if (step || !only || only === name) campaign(name, step);
}
