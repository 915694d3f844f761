import { expect, test } from "bun:test";
import { initialisedWorld, sequenceOf } from "./test-world";

const nested = (levels: number): string => `${"[".repeat(levels)}1${"]".repeat(levels)}`;

test("what nests too deep to be read again is refused before it is written, wherever it comes from", async () => {
  const world = await initialisedWorld();
  await world.bz("create", "A", "--id", "bd-aaaa", "--metadata", nested(63));
  const before = await sequenceOf(world);
  for (const levels of [64, 200, 100_000])
    for (const [words, stdin] of [
      [["create", "B", "--metadata", "-"], nested(levels)],
      [["update", "aaaa", "--metadata", "-"], nested(levels)],
      [["audit", "record", "llm_call", "--metadata", "-"], nested(levels)],
      [["audit", "record", "--stdin"], `{"kind":"llm_call","metadata":${nested(levels)}}`],
      [["batch", "-"], `{"cmd":"create","title":"B","metadata":${nested(levels)}}`],
      [["batch", "-"], `{"cmd":"update","id":"aaaa","metadata":${nested(levels)}}`],
      [["add-batch", "-", "--format", "jsonl"], `{"title":"B","metadata":${nested(levels)}}`],
    ] as const) {
      world.stdin = stdin;
      const { exitCode, stderr } = await world.bz(...words);
      expect({ words, exitCode, stderr }).toEqual({
        words,
        exitCode: 1,
        stderr: expect.stringMatching(/nests deeper than 6[34] levels/),
      });
    }
  expect(await sequenceOf(world)).toBe(before);
  expect((await world.bz("list", "-q")).stdout).toBe("bd-aaaa\n");
  expect((await world.bz("doctor")).exitCode).toBe(0);
});
