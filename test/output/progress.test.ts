import { describe, expect, test } from "bun:test";
import { openProgress } from "../../output/progress";
import { initialisedWorld } from "../commands/test-world";

function stagedWorld() {
  const written: string[] = [];
  const world = {
    timeMs: 0,
    nowMs: () => world.timeMs,
    terminalSize: () => ({ columns: 30 }),
    write: (_descriptor: number, text: string) => written.push(text),
  };
  return { world, written };
}

describe("progress", () => {
  test("is one line that replaces itself ten times a second at most, and is gone in the end", async () => {
    const { world, written } = stagedWorld();
    const progress = await openProgress(world);
    for (const [timeMs, done] of [
      [0, 0],
      [299, 1],
      [300, 20],
      [399, 40],
      [400, 50],
    ] as const) {
      world.timeMs = timeMs;
      progress.report("Reading", done, 100);
    }
    world.timeMs = 900;
    progress.report("Checking what is longer than the line is wide");
    progress.clear();
    progress.clear();
    expect(written).toEqual([
      "\r\u001b[KReading: 20 of 100 (20 %)",
      "\r\u001b[KReading: 50 of 100 (50 %)",
      "\r\u001b[KChecking what is longer than…",
      "\r\u001b[K",
    ]);
  });

  test("of what is done before anybody wonders is nothing at all", async () => {
    const { world, written } = stagedWorld();
    const progress = await openProgress(world);
    progress.report("Reading");
    progress.clear();
    expect(written).toEqual([]);
  });

  test("stands on the terminal of import, export, compact and doctor until there is an answer or an error, never in a pipe", async () => {
    const world = await initialisedWorld();
    world.stdin = '{"id":"bd-a","title":"A"}\n{"id":"bd-b","title":"B"}';
    const lines = [
      ["import", "-"],
      ["export", "-o", "out.jsonl"],
      ["compact"],
      ["doctor"],
      ["import", "none.jsonl"],
    ];
    for (const words of lines) {
      world.terminals = [2];
      const { stderr } = await world.bz(...words, "--no-color");
      const shown = stderr.split("\r\u001b[K");
      if (words[1] !== "none.jsonl") expect([words, shown.length > 2]).toEqual([words, true]);
      expect([words, shown.at(-1)]).toEqual([words, stderr.includes("error:") ? expect.any(String) : ""]);
      world.terminals = [];
      expect((await world.bz(...words)).stderr).not.toContain("\r");
    }
  });
});
