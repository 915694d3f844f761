import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { currentDirectory, mapShared, openAt } from "../../native/file";
import { type Processes, WalState } from "../../storage/wal-state";
import { makeTracker, plainEnvironment, type Tracker, temporaryDirectory } from "../helpers/bz";
import { expectHealthy, listAll, readFailure, readMetrics } from "../helpers/bz-answers";
import { chosenForms, hardenedBun } from "../helpers/bz-forms";
import { holdLock } from "../helpers/bz-lock";
import { startProcess, until } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";

const writerCount = 100;
const pageLength = 16_384;
const mapOffset = 4096;

describe("in one process", () => {
  test("a hundred writers register and leave, and none is pending at the end", () => {
    const { writers, look } = makeWriters(writerCount);
    const leave = writers.map((writer) => writer.wait());
    expect(look().waiting()).toBe(writerCount);
    for (const each of leave.slice(0, 50)) each();
    expect(look().waiting()).toBe(writerCount - 50);
    for (const each of leave.slice(50)) each();
    expect(look().waiting()).toBe(0);
  });

  test("more writers than there are slots are counted all the same", () => {
    const { writers, look } = makeWriters(400);
    const leave = writers.map((writer) => writer.wait());
    expect(look().waiting()).toBe(400);
    for (const each of leave.toReversed()) each();
    expect(look().waiting()).toBe(0);
  });

  test("a writer that died is not counted, nor is a later process that was given its number", () => {
    const { writers, look, starts } = makeWriters(10);
    for (const writer of writers) writer.wait();
    starts.delete(1003);
    starts.delete(1004);
    expect(look().waiting()).toBe(8);
    starts.set(1003, 77);
    expect(look().waiting()).toBe(8);
    starts.set(1005, 78);
    expect(look().waiting()).toBe(7);
  });
});

test("processes that count at the same time lose no count", async () => {
  const directory = temporaryDirectory("wal-state");
  const file = join(directory, "page");
  writeFileSync(file, new Uint8Array(pageLength));
  const [processes, rounds] = [6, 10_000];
  const script = join(import.meta.dir, "../helpers/wal-state-writer.ts");
  const options = { cwd: directory, env: plainEnvironment(directory) };
  const writers = Array.from({ length: processes }, () =>
    startProcess([...hardenedBun, script, file, String(rounds)], options),
  );
  const ended = await Promise.all(writers.map(({ finished }) => finished));
  expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(writers.map(() => "done\n"));

  const { acquisitions, contended, timeouts, waiting, wait, hold } = walStateIn(
    file,
    systemOf(new Map()),
  ).metrics();
  const all = processes * rounds;
  expect({ acquisitions, contended, timeouts, waiting }).toEqual({
    acquisitions: all,
    contended: all,
    timeouts: 0,
    waiting: 0,
  });
  expect([wait.count, hold.count, wait.max, hold.max]).toEqual([all, all, rounds - 1, rounds - 1]);
}, 60_000);

describe.each(await chosenForms())("a hundred writers at a lock that somebody holds ($name)", (form) => {
  test("all are seen waiting, killed ones are recognised, and the counters add up exactly", async () => {
    const tracker = await makeTracker(form, "queue");
    await tracker.succeed("metrics", "--reset");
    const holder = await holdLock(tracker);

    const impatient = await Promise.all(
      Array.from({ length: 5 }, (_, each) =>
        tracker.run("q", `Impatient ${each}`, "--lock-timeout", "20", "--json"),
      ),
    );
    expect(impatient.map(({ code }) => code)).toEqual([3, 3, 3, 3, 3]);
    expect(impatient.map(({ stderr }) => readFailure(stderr).code)).toEqual(Array(5).fill("LOCK_TIMEOUT"));
    expect(await waitingAt(tracker)).toBe(0);

    const writers = Array.from({ length: writerCount }, (_, writer) =>
      tracker.start("q", `Writer ${writer}`, "--lock-timeout", "80000"),
    );
    await until(
      "all writers are in the queue",
      async () => (await waitingAt(tracker)) === writerCount,
      60_000,
    );
    const victims = writers.filter((_, writer) => writer % 10 === 0);
    for (const victim of victims) victim.kill("SIGKILL");
    await Promise.all(victims.map(({ finished }) => finished));
    expect(await waitingAt(tracker)).toBe(writerCount - victims.length);
    await holder.release();

    const ended = await Promise.all(writers.map(({ finished }) => finished));
    const successes = ended.filter(({ code }) => code === 0).length;
    expect(successes).toBe(writerCount - victims.length);
    expect((await listAll(tracker)).size).toBe(successes);
    const metrics = await readMetrics(tracker);
    expect(metrics).toMatchObject({
      acquisitions: successes,
      contended: successes,
      timeouts: impatient.length,
      waiting: 0,
    });
    expect([metrics.wait_us.count, metrics.hold_us.count]).toEqual([successes, successes]);
    await expectHealthy(tracker);

    // A compaction takes the lock twice: to seal the log, and to publish the snapshot.
    await tracker.succeed("compact");
    expect((await readMetrics(tracker)).acquisitions).toBe(successes + 2);
    report(`${form.name}: ${writerCount} waited, ${victims.length} were killed there, ${successes} wrote`);
    reportLock(`${form.name}, queue of ${writerCount}`, metrics);
  }, 150_000);
});

async function waitingAt(tracker: Tracker): Promise<number> {
  return (await readMetrics(tracker)).waiting;
}

/** So many writers, each of them a process as far as walstate can tell; `starts` holds those that live, with when they started. */
function makeWriters(count: number) {
  const file = join(temporaryDirectory("wal-state"), "page");
  writeFileSync(file, new Uint8Array(pageLength));
  const ids = Array.from({ length: count }, (_, index) => 1000 + index);
  const starts = new Map(ids.map((id) => [id, 5]));
  return {
    starts,
    writers: ids.map((id) => walStateIn(file, systemOf(starts, id))),
    /** Through a mapping of its own, as another process would. */
    look: () => walStateIn(file, systemOf(starts)),
  };
}

function walStateIn(file: string, processes: Processes): WalState {
  return new WalState(
    new Int32Array(mapShared(openAt(currentDirectory, file, "update"), pageLength), mapOffset),
    processes,
  );
}

function systemOf(starts: ReadonlyMap<number, number>, id = 1): Processes {
  return { id, isAlive: (each) => starts.has(each), startTime: (each) => starts.get(each) ?? 0 };
}
