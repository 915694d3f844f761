/**
 * Long campaigns, and the replay of one:
 *   bun test/fuzz/run.ts [--count N] [--stories N] [--seed S] [--only NAME]
 * N inputs for every reader of text, and N stories of command lines on a store each. Prints the seed, how many inputs each target was given, and the smallest
 * one that a claim does not hold for.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { anyStory, checkStory } from "./command-target";
import { pureTargets } from "./targets";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    count: { type: "string", default: "10000" },
    stories: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string", default: "" },
  },
});
const seed = Number(values.seed);

async function campaign<T>(
  name: string,
  count: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): Promise<void> {
  if (!name.startsWith(values.only) || count === "0") return;
  const started = performance.now();
  const property = fc.asyncProperty(inputs, async (input) => check(input));
  const found = await fc.check(property, { numRuns: Number(count), seed });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name.padEnd(40)} ${String(found.numRuns).padStart(8)} ${seconds.padStart(6)} s\n`);
  if (!found.failed) return;
  process.exitCode = 1;
  process.stdout.write(
    `  BAD ${JSON.stringify(found.counterexample?.[0])}\n  ${Bun.inspect(found.errorInstance)}\n`,
  );
}

process.stdout.write(`seed ${seed}\n`);
for (const { name, inputs, check } of pureTargets) await campaign(name, values.count, inputs, check);
await campaign("command lines", values.stories, await anyStory(6), checkStory);
