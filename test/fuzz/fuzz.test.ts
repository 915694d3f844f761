import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { anyStory, checkStory } from "./command-target";
import { seedKinds } from "./corpus/kinds";
import { judgeKind } from "./corpus/verdict";
import { pureTargets } from "./targets";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

// The same inputs every time: run.ts looks for new ones.
const seed = 1;

describe("whatever a text says, it is refused or read, and what is read keeps its claims:", () => {
  for (const { name, inputs, check } of pureTargets) {
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(inputs, async (text) => check(text)),
        { numRuns: 30, seed },
      );
    });
  }
});

test("whatever a command line says, it is no defect, and under --json it answers with one document", async () => {
  await fc.assert(fc.asyncProperty(await anyStory(6), checkStory), { numRuns: 3, seed });
});

// All of them in turn, and all of it in the long form.
const every = 40;

describe("bad inputs of the corpus end as their table says, with nothing written where they are refused:", () => {
  for (const kind of seedKinds) {
    test(kind.name, async () => {
      const { tried, wrong } = await judgeKind(kind, (at) => at % every === 3);
      expect(wrong).toEqual([]);
      expect(tried).toBeGreaterThan(0);
    });
  }
});
