import { describe, test } from "bun:test";
import fc from "fast-check";
import { anyStory, checkStory } from "./command-target";
import { pureTargets } from "./targets";

// The same inputs every time: run.ts looks for new ones.
const seed = 1;

describe("whatever a text says, it is refused or read, and what is read keeps its claims:", () => {
  for (const { name, inputs, check } of pureTargets) {
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(inputs, async (text) => check(text)),
        { numRuns: 40, seed },
      );
    });
  }
});

test("whatever a command line says, it is no defect, and under --json it answers with one document", async () => {
  await fc.assert(fc.asyncProperty(await anyStory(6), checkStory), { numRuns: 3, seed });
});
