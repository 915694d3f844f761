/**
 * Long campaigns, and the replay of one:
 *   bun test/fuzz/run.ts [--seconds N] [--count N] [--seed S] [--only NAME]
 * The corpus of bad inputs goes first, whole. Then every reader and writer gets its share of the seconds, or `--count` inputs (20,000; of command lines, which
 * take long, 20). What fails is printed at its smallest, with the command that repeats it.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { escapeJson } from "../../output/escape";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { anyStory, checkStory } from "./command-target";
import { seedKinds } from "./corpus/kinds";
import { judgeKind } from "./corpus/verdict";
import { skippedFaceTargets } from "./face-targets";
import { pureTargets } from "./targets";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    count: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const seed = Number(values.seed);
const isTimed = Number(values.seconds) < Number(campaignFlags.seconds.default);
const count = Number(values.count ?? (isTimed ? Number.POSITIVE_INFINITY : 20_000));
const cases: Record<string, number> = {};
let wrong = 0;

interface Found {
  readonly failed: boolean;
  readonly numRuns: number;
  readonly counterexample: readonly unknown[] | null;
  readonly errorInstance: unknown;
}

interface Campaign {
  readonly name: string;
  readonly count: number;
  /** Between two looks at the clock. */
  readonly chunk: number;
  check(options: { numRuns: number; seed: number }): Promise<Found>;
}

function campaignOf<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
  bounds: { count: number; chunk: number },
): Campaign {
  const property = fc.asyncProperty(inputs, async (input) => check(input));
  return { name, ...bounds, check: (options) => fc.check(property, options) };
}

/** All of it, whatever time there is: it is the same every time. */
async function runCorpus(): Promise<void> {
  for (const kind of seedKinds) {
    const name = `corpus: ${kind.name}`;
    if (values.only !== "" && values.only !== name) continue;
    const found = await judgeKind(kind, () => true);
    cases[name] = found.tried;
    wrong += found.wrong.length;
    for (const sentence of found.wrong)
      process.stdout.write(
        `WRONG ${sentence}\n  repeat: bun test/fuzz/run.ts --only ${JSON.stringify(name)} --count 0\n`,
      );
  }
}

/** Each chunk has a seed of its own, so that one repeats what it found without those before it. */
async function run(campaign: Campaign, isTime: () => boolean): Promise<void> {
  const { name, chunk } = campaign;
  let done = 0;
  for (let at = 0; done < campaign.count && isTime(); at += 1) {
    const chunkSeed = (seed + at * 7919) % 2 ** 31;
    const numRuns = Math.min(chunk, campaign.count - done);
    const found = await campaign.check({ numRuns, seed: chunkSeed });
    done += found.numRuns;
    if (!found.failed) continue;
    wrong += 1;
    process.stdout.write(
      `WRONG ${name}: ${escapeJson(JSON.stringify(found.counterexample?.[0]))}\n  ${Bun.inspect(found.errorInstance)}\n` +
        `  repeat: bun test/fuzz/run.ts --only ${JSON.stringify(name)} --seed ${chunkSeed} --count ${numRuns}\n`,
    );
    break;
  }
  cases[name] = done;
}

const campaigns = [
  ...pureTargets.map(({ name, inputs, check }) => campaignOf(name, inputs, check, { count, chunk: 200 })),
  campaignOf("command lines", await anyStory(6), checkStory, {
    count: Math.ceil(count / (values.count === undefined ? 1000 : 1)),
    chunk: 1,
  }),
].filter(({ name }) => values.only === "" || name === values.only);
const [shuffled = []] = fc.sample(fc.shuffledSubarray(campaigns, { minLength: campaigns.length }), {
  numRuns: 1,
  seed,
});
const isTime = timeFor(values.seconds);
const startMs = performance.now();
await runCorpus();
for (const [at, campaign] of shuffled.entries()) {
  const leftSeconds = Number(values.seconds) - (performance.now() - startMs) / 1000;
  const isMyTime = timeFor(String(leftSeconds / (campaigns.length - at)));
  await run(campaign, () => isTime() && isMyTime());
}
for (const reason of skippedFaceTargets) process.stderr.write(`SKIPPED ${reason}\n`);
endCampaign({ campaign: "fuzz", seed, cases, wrong, skipped: skippedFaceTargets });
