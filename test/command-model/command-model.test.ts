import { expect, test } from "bun:test";
import { newTally, runScript, scriptOf } from "./campaign";

const timeoutMs = 60_000;

test(
  "random command lines of several agents answer, refuse and remember what a plain model says, in two clones as well",
  async () => {
    for (let seed = 0; seed < 4; seed++)
      expect(await runScript(scriptOf(seed, 16), newTally())).toBeUndefined();
  },
  timeoutMs,
);
