import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { makeTracker } from "../helpers/bz";
import { lines } from "../helpers/bz-agents";
import { expectHealthy, listAll, readMetrics } from "../helpers/bz-answers";
import { hardenedBun, sources } from "../helpers/bz-forms";
import { report, reportLock, spreadOf } from "../helpers/bz-report";

const writerCount = 10;
const rounds = 20;

const turnSchema = v.object({ code: v.literal(0), printed: v.string(), elapsedMs: v.number() });

test("writers released by one barrier all get in, one after another, round after round", async () => {
  const tracker = await makeTracker(sources, "barrier");
  await tracker.succeed("metrics", "--reset");
  const writers = Array.from({ length: writerCount }, (_, writer) =>
    Bun.spawn(
      [
        ...hardenedBun,
        join(import.meta.dir, "../helpers/barrier-writer.ts"),
        `writer ${writer}`,
        String(rounds),
      ],
      {
        cwd: tracker.directory,
        env: tracker.env,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "inherit",
        timeout: 100_000,
      },
    ),
  );
  const outputs = writers.map(({ stdout }) => lines(stdout));
  const nextLines = async (): Promise<string[]> => {
    const results = await Promise.all(outputs.map((output) => output.next()));
    return results.map(({ value }) => value ?? "nothing");
  };

  const turns: { round: number; writer: number; id: string; elapsedMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    expect(await nextLines()).toEqual(Array.from({ length: writerCount }, () => "ready"));
    writeFileSync(join(tracker.directory, `barrier.${round}`), "");
    for (const [writer, line] of (await nextLines()).entries()) {
      const { printed, elapsedMs } = v.parse(turnSchema, JSON.parse(line));
      turns.push({ round, writer, id: printed.trim(), elapsedMs });
    }
  }
  expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(writers.map(() => 0));

  const listed = await listAll(tracker);
  expect(listed.size).toBe(writerCount * rounds);
  for (const { round, writer, id } of turns)
    expect(listed.get(id)?.title).toBe(`Round ${round} by writer ${writer}`);
  await expectHealthy(tracker);
  const metrics = await readMetrics(tracker);
  expect(metrics.waiting).toBe(0);
  // A fold takes the lock twice, and there is at most one for each hundred writes.
  expect(metrics.acquisitions).toBeGreaterThanOrEqual(turns.length);
  expect(metrics.acquisitions).toBeLessThanOrEqual(turns.length + 2 * Math.floor(turns.length / 100));

  const version = (id: string): number => listed.get(id)?.version ?? 0;
  const winners = Array.from({ length: rounds }, (_, round) => {
    const [winner] = turns
      .filter((turn) => turn.round === round)
      .toSorted((a, b) => version(a.id) - version(b.id));
    return winner?.writer ?? -1;
  });
  report(`barrier, ${writerCount} writers, ${rounds} rounds; won by writer ${winners.join(" ")}`);
  for (let writer = 0; writer < writerCount; writer += 1) {
    const own = turns.filter((turn) => turn.writer === writer);
    const wins = winners.filter((winner) => winner === writer).length;
    report(
      `writer ${writer}: ${wins} wins, from release to done ${spreadOf(own.map(({ elapsedMs }) => elapsedMs))}`,
    );
  }
  reportLock("barrier", metrics);
}, 120_000);
