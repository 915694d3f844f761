import { expect, test } from "bun:test";
import { runSeed } from "./campaign";

const timeoutMs = 60_000;

test(
  "random command lines of several agents answer, refuse and remember what a plain model says",
  async () => {
    for (let seed = 0; seed < 4; seed++) expect(await runSeed(seed, 16)).toBeUndefined();
  },
  timeoutMs,
);
