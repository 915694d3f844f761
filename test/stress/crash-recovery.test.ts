import { describe, expect, test } from "bun:test";
import { appendFileSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { makeTracker, Tracker, temporaryDirectory } from "../helpers/bz";
import { expectHealthy, listAll, readInfo } from "../helpers/bz-answers";
import { compiled, ensureBuilt } from "../helpers/bz-forms";
import type { Finished } from "../helpers/bz-process";
import { report } from "../helpers/bz-report";
import { hasStrace, readThreads, straceTo } from "../helpers/strace";

/**
 * The calls that change what others see. A kill before one of them is a kill after the one before it, so every state between two of them comes up.
 * `write` is left out, as threads of the runtime call it, too; each write of ours is followed by a sync.
 */
const watched = ["flock", "pwrite64", "fdatasync", "fsync", "renameat", "unlinkat", "mkdirat", "exit_group"];

interface KillPoint {
  readonly name: string;
  /** Which call of that name, from 1. */
  readonly ordinal: number;
}

await ensureBuilt();

describe.skipIf(!hasStrace())("killed before each of its system calls", () => {
  test("a write leaves the state before it or the state after it", async () => {
    const tracker = await makeTracker(compiled, "kill-write");
    await sweep(tracker, "q", async () => {});
  }, 120_000);

  test("a write that has to start a new segment does, too", async () => {
    const tracker = await makeTracker(compiled, "kill-rotation");
    await sweep(tracker, "q", async () => {
      // What a writer leaves that was killed in the middle of its write.
      const { store } = await readInfo(tracker);
      appendFileSync(join(tracker.storePath, `wal.${store.generation}`), "bzfr");
    });
  }, 120_000);

  test("a compaction changes nothing that can be read", async () => {
    const tracker = await makeTracker(compiled, "kill-compaction");
    // The first compaction alone keeps a copy of what the log began with.
    await tracker.succeed("q", "Before all");
    await tracker.succeed("compact");
    const points = await killPoints(tracker, "compact");
    for (const point of points) {
      await tracker.succeed("q", `Before a kill at ${point.name} ${point.ordinal}`);
      const before = await tracker.succeed("export");
      await killAt(tracker, point, "compact");
      expect(await tracker.succeed("export")).toBe(before);
      await tracker.succeed("q", `After a kill at ${point.name} ${point.ordinal}`);
      await tracker.succeed("compact");
    }
    await expectHealthy(tracker);
    expect((await listAll(tracker)).size).toBe(2 * points.length + 2);
    expect(await temporariesAfterSweep(tracker)).toEqual([]);
    report(`compact: killed before each of ${points.length} calls`);
  }, 120_000);

  test("an init can be repeated", async () => {
    const rehearsal = new Tracker(compiled, temporaryDirectory("kill-init"));
    const points = await traceCalls(rehearsal, "init", "--here");
    for (const point of points) {
      const tracker = new Tracker(compiled, temporaryDirectory("kill-init"));
      await killAt(tracker, point, "init", "--here");
      const again = await tracker.run("init", "--here", "--json");
      if (again.code !== 0) expect(again.stderr).toContain("ALREADY_INITIALIZED");
      const id = (await tracker.succeed("q", "The first")).trim();
      expect([...(await listAll(tracker)).keys()]).toEqual([id]);
      await expectHealthy(tracker);
    }
    report(`init: killed before each of ${points.length} calls`);
  }, 120_000);
});

/** Kills `bz <command> TITLE` before each call that it makes; `prepare` sets the scene every time. */
async function sweep(tracker: Tracker, command: string, prepare: () => Promise<void>): Promise<void> {
  await prepare();
  const points = await killPoints(tracker, command, "The rehearsal");
  const expected = new Set((await titlesIn(tracker)).values());
  let saved = 0;
  let missed = 0;
  for (const point of points) {
    await prepare();
    const title = `Killed at ${point.name} ${point.ordinal}`;
    const { signal, code, stdout: printed } = await runTo(tracker, point, command, title);
    if (signal !== null) expect({ point, signal }).toEqual({ point, signal: "SIGKILL" });
    else {
      // Where the exports of a busy machine have used up their allowance, the calls of one are not made.
      expect({ point, code }).toEqual({ point, code: 0 });
      missed += 1;
    }
    const titles = await titlesIn(tracker);
    if (printed.endsWith("\n")) expect(titles).toContain(title);
    if (titles.has(title)) {
      expected.add(title);
      saved += 1;
    }
    expect(titles).toEqual(expected);
    await tracker.succeed("q", `After ${title}`);
    expected.add(`After ${title}`);
  }
  expect(await titlesIn(tracker)).toEqual(expected);
  expect((await listAll(tracker)).size).toBe(expected.size);
  await expectHealthy(tracker);
  expect(missed).toBeLessThan(points.length / 2);
  const killed = points.length - missed;
  report(
    `${command}: killed before each of ${killed} calls of ${points.length}; ${saved} times it was saved`,
  );
}

/** Where `bz <words>` can be killed in a tracker that has a frame in its log. */
async function killPoints(tracker: Tracker, ...words: string[]): Promise<KillPoint[]> {
  if (words[0] === "compact") await tracker.succeed("q", "Something to fold");
  return traceCalls(tracker, ...words);
}

async function traceCalls(tracker: Tracker, ...words: string[]): Promise<KillPoint[]> {
  const prefix = join(temporaryDirectory("trace"), "calls");
  const { code, stderr } = await tracker.startUnder(straceTo(prefix, watched), ...words).finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  const main = readThreads(prefix).find((calls) => calls.some(({ name }) => name === "exit_group")) ?? [];
  const seen = new Map<string, number>();
  return main.map(({ name }) => {
    const ordinal = (seen.get(name) ?? 0) + 1;
    seen.set(name, ordinal);
    return { name, ordinal };
  });
}

/** Runs `bz <words>` up to that call, which is not made any more. What it had printed. */
async function killAt(tracker: Tracker, point: KillPoint, ...words: string[]): Promise<string> {
  const { signal, stdout } = await runTo(tracker, point, ...words);
  expect({ point, signal }).toEqual({ point, signal: "SIGKILL" });
  return stdout;
}

function runTo(tracker: Tracker, { name, ordinal }: KillPoint, ...words: string[]): Promise<Finished> {
  const kill = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${name}`];
  const inject = ["-e", `inject=${name}:signal=SIGKILL:when=${ordinal}`];
  return tracker.startUnder([...kill, ...inject], ...words).finished;
}

async function titlesIn(tracker: Tracker): Promise<Set<string>> {
  return new Set([...(await listAll(tracker)).values()].map(({ title }) => title));
}

/** Files of dead processes are swept once they are too old for the process to live in another container. */
async function temporariesAfterSweep(tracker: Tracker): Promise<string[]> {
  const temporaries = (): string[] => readdirSync(tracker.storePath).filter((name) => name.includes(".tmp."));
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const name of temporaries()) utimesSync(join(tracker.storePath, name), anHourAgo, anHourAgo);
  await tracker.succeed("compact");
  return temporaries();
}
