import { describe, expect, test } from "bun:test";
import type { Operation } from "../../model/operation";
import { type CompactionReport, compact } from "../../storage/compaction";
import { isCompactionDue, isWorthADelta } from "../../storage/compaction-trigger";
import type { StorageEnvironment } from "../../storage/environment";
import { openForWriting, openPlace } from "../../storage/session";
import { openSnapshot } from "../../storage/snapshot";
import { holdCompactLock, storeWithFailedSync, storeWithTornTail, storeWithWrites } from "../helpers/moments";
import type { DirectoryNode } from "../helpers/simulated-disk";
import {
  attempt,
  attemptAsync,
  beadsPath,
  codeOf,
  type SimulatedProcess,
  type SimulatedWorld,
  workspace,
} from "../helpers/simulated-world";
import { compactIn, line } from "../helpers/story";

const info = { timeMs: 1, actor: "tester", command: "test" };

describe("a compaction", () => {
  test("folds the log into the snapshot and leaves a log without frames", async () => {
    const { world, story } = storeWithWrites(3);
    const before = world.file("store/wal.1")?.size ?? 0;
    const report = await compacted(world);
    expect(report).toMatchObject({
      outcome: "compacted",
      issues: 9,
      foldedFrames: 3,
      foldedBytes: before - 80,
    });
    expect(report.snapshotBytes).toBe(world.file("store/snapshot")?.size ?? 0);
    expect(story.check(world)).toEqual([1, 2, 3]);
    const { store } = await world.start().store().info();
    expect(store).toMatchObject({
      sequence: 3,
      generation: 2,
      pendingFrames: 0,
      pendingBytes: 0,
      historySegments: 1,
    });
  });

  test("moves the folded segments to history as they are", async () => {
    const { world } = storeWithWrites(2);
    const before = world.file("store/wal.1")?.read(0, 1 << 20);
    await compacted(world);
    expect(world.file("store/wal.1")).toBeUndefined();
    expect(world.file("store/history/wal.1")?.read(0, 1 << 20)).toEqual(before ?? new Uint8Array(0));
  });

  test("of a log without frames changes nothing", async () => {
    const { world } = storeWithWrites(1);
    await compacted(world);
    const before = world.file("store/snapshot")?.number;
    expect(await compacted(world)).toMatchObject({ outcome: "nothing-to-fold", issues: 5, foldedFrames: 0 });
    expect(world.file("store/snapshot")?.number).toBe(before ?? 0);
    expect(world.file("store/wal.3")).toBeUndefined();
  });

  test("keeps the bytes of every issue, and the sequence of its last change", async () => {
    const { world } = storeWithWrites(0);
    const odd = '{ "id":"t-odd" , "title":"\\u004fdd", "x":[1,2.0] }';
    const ids = Array.from({ length: 300 }, (_, index) => `t-${String(index * 7).padStart(4, "0")}`);
    write(
      world,
      ids.map((id) => ({ op: "put", id, line: line(id, `of ${id}`) })),
    );
    write(world, [{ op: "put", id: "t-odd", line: odd }]);
    write(world, [{ op: "change", id: "t-0700", at: 1_800_000_000_000, set: { title: "Changed" } }]);
    const before = contentOf(world);
    await compacted(world);
    expect(contentOf(world)).toEqual(before);
    expect(before.find(([id]) => id === "t-odd")).toEqual(["t-odd", odd, 2]);
    // Once more, now from lines that come out of a snapshot, before, between and behind those of the log.
    write(world, [
      { op: "put", id: "a-first", line: line("a-first", "First") },
      { op: "put", id: "t-0001", line: line("t-0001", "Between") },
      { op: "put", id: "z-last", line: line("z-last", "Last") },
      { op: "purge", id: "t-0707", at: 1_800_000_000_000 },
    ]);
    const after = contentOf(world);
    await compacted(world);
    expect(contentOf(world)).toEqual(after);
    expect(after).toHaveLength(before.length + 3);
  });

  test.each([
    [256, "a small store", "Short"],
    [1024, "a larger one", "x".repeat(5_000)],
  ])("keeps %d places of each order in the snapshot of %s", async (places, _, title) => {
    const { world } = storeWithWrites(0);
    const ids = Array.from({ length: 1_100 }, (__, index) => `t-${index}`);
    write(
      world,
      ids.map((id) => ({ op: "put", id, line: line(id, title) })),
    );
    await compacted(world);
    const place = openPlace(workspace, world.start().environment);
    const session = openForWriting(place.owner, world.start().environment);
    const snapshot = openSnapshot(session.store);
    const { live, ready } = snapshot?.heads() ?? {};
    expect([live?.length, ready?.length]).toEqual([places, places]);
    expect(live?.total).toBeGreaterThanOrEqual(ids.length);
    snapshot?.close();
    session.close();
    place.close();
  });

  test("can be repeated as often as there is something to fold", async () => {
    const { world, story } = storeWithWrites(0);
    for (let round = 1; round <= 6; round += 1) {
      story.writeWell(world);
      expect((await compacted(world)).outcome).toBe("compacted");
    }
    expect(story.check(world)).toEqual([1, 2, 3, 4, 5, 6]);
    const { store } = await world.start().store().info();
    expect(store).toMatchObject({ generation: 7, historySegments: 6 });
  });

  test("folds a log of several segments, torn tails and all", async () => {
    for (const moment of [storeWithTornTail(), storeWithFailedSync()]) {
      const { world, story } = moment;
      story.writeWell(world);
      story.writeWell(world);
      expect(await compacted(world)).toMatchObject({ outcome: "compacted", foldedFrames: 4 });
      expect(story.check(world)).toHaveLength(4);
    }
  });

  test("leaves alone what was written after it sealed the log", async () => {
    const { world, story } = storeWithWrites(2);
    const process = world.start(({ name, path }) => {
      if (name === "create" && path.includes("/snapshot.tmp.")) story.writeWell(world);
      return undefined;
    });
    expect(compactIn(process)).toMatchObject({ value: { outcome: "compacted", foldedFrames: 2 } });
    expect(story.check(world)).toEqual([1, 2, 3]);
    expect((await world.start().store().info()).store).toMatchObject({ pendingFrames: 1 });
  });

  test("publishes nothing when another snapshot was published meanwhile", () => {
    const { world, story } = storeWithWrites(2);
    const process = world.start(({ name, path }) => {
      if (name !== "create" || !path.includes("/snapshot.tmp.")) return undefined;
      world.remove("store/compact.lock");
      story.writeWell(world);
      expect(compactIn(world.start())).toMatchObject({ value: { outcome: "compacted" } });
      return undefined;
    });
    expect(compactIn(process)).toMatchObject({ value: { outcome: "superseded" } });
    expect(story.check(world)).toEqual([1, 2, 3]);
  });

  test("refuses a damaged log and changes nothing", () => {
    const { world } = storeWithWrites(3);
    world.file("store/wal.1")?.write(500, Uint8Array.of(1, 2, 3), 0n);
    const names = namesIn(world);
    expect(codeOf(compactIn(world.start()))).toBe("CORRUPT");
    expect(namesIn(world)).toEqual([...names, "compact.lock"].sort());
  });

  test("refuses to copy a damaged line of the old snapshot, which stays as it was", async () => {
    const { world } = storeWithWrites(1);
    await compacted(world);
    write(world, [{ op: "put", id: "t-new", line: line("t-new", "New") }]);
    const snapshot = world.file("store/snapshot");
    const number = snapshot?.number;
    snapshot?.write(128 + 40, Uint8Array.of(1), 0n);
    expect(codeOf(compactIn(world.start()))).toBe("CORRUPT");
    expect(world.file("store/snapshot")?.number).toBe(number ?? 0);
    expect(world.file("store/history/wal.1")).toBeDefined();
    expect(namesIn(world).filter((name) => name.includes(".tmp."))).toEqual([]);
  });

  test("takes the writers' lock twice, for two syncs and for one, whatever the size of the store", () => {
    const { world } = storeWithWrites(3);
    let isHeld = false;
    const syncs: string[] = [];
    const process = world.start(({ name, path }) => {
      if (path.endsWith("/lock") && name === "tryLock") isHeld = true;
      if (path.endsWith("/lock") && name === "unlock") {
        isHeld = false;
        syncs.push("released");
      }
      if (isHeld && name.startsWith("sync")) syncs.push(name);
      return undefined;
    });
    compactIn(process);
    expect(syncs).toEqual(["syncFile", "syncDirectory", "released", "syncDirectory", "released"]);
  });

  test("removes what dead processes left unpublished, and not what living ones work on", () => {
    const { world } = storeWithWrites(1);
    const living = world.start();
    const names = ["wal.tmp.7.abc", `snapshot.tmp.${living.id}.abc`, "notes.txt", "tmp.7.x"];
    for (const directory of ["store", "store/history"]) leave(world, directory, names);
    world.nowMs += 11 * 60_000;
    compactIn(world.start());
    for (const directory of ["store", "store/history"])
      expect(namesIn(world, directory).filter((name) => /tmp|txt/.test(name))).toEqual([
        "notes.txt",
        `snapshot.tmp.${living.id}.abc`,
        "tmp.7.x",
      ]);
  });

  test("leaves young temporaries, whose process may live where it cannot be seen", () => {
    const { world } = storeWithWrites(1);
    leave(world, "store", ["wal.tmp.7.abc"]);
    for (const laterMs of [9 * 60_000, -3_600_000]) {
      const process = world.start();
      const wallMs = (): number => world.nowMs + laterMs;
      const clocks = { ...process.environment.clocks, wallMs };
      compactWith(process, { ...process.environment, clocks });
      process.kill();
      expect(namesIn(world)).toContain("wal.tmp.7.abc");
    }
  });

  test("waits for another one, and then says who holds the lock", async () => {
    const { world } = storeWithWrites(1);
    const holder = holdCompactLock(world);
    const process = world.start();
    const environment = { ...process.environment, findHolder: () => 4711 };
    const startMs = world.nowMs;
    const outcome = attempt(() => compactWith(process, environment));
    expect(world.nowMs - startMs).toBeGreaterThanOrEqual(100);
    expect(outcome).toMatchObject({
      kind: "failed",
      error: { code: "LOCK_TIMEOUT", retryable: true, context: { timeout_ms: 100, holder_pid: 4711 } },
    });
    expect(codeOf(await attemptAsync(() => world.start().store().compact()))).toBe("LOCK_TIMEOUT");
    holder.kill();
    expect(compactIn(world.start())).toMatchObject({ value: { outcome: "compacted" } });
  });
});

describe("what follows a write", () => {
  test("is a compaction once the log has grown beyond its measure", async () => {
    const { world } = storeWithWrites(0);
    const store = world.start().store();
    const text = "x".repeat(100_000);
    const outcomes: (string | undefined)[] = [];
    for (let count = 0; count < 5; count += 1) {
      const operation = { op: "put", id: `t-${count}`, line: line(`t-${count}`, text) } as const;
      store.write(info, () => ({ operations: [operation], result: undefined }));
      outcomes.push((await store.settle()).compaction?.outcome);
    }
    expect(outcomes).toEqual([undefined, "compacted", undefined, "compacted", undefined]);
  });

  test("is nothing after a read, after a write that changed nothing, and after it was done", async () => {
    const { world } = storeWithWrites(1);
    const store = world.start().store();
    expect(await store.settle()).toEqual({});
    store.write(info, () => ({ operations: [], result: undefined }));
    expect(await store.settle()).toEqual({});
  });

  test("is left to whoever compacts already", async () => {
    const { world } = storeWithWrites(0);
    const store = world.start().store();
    for (const id of ["t-big", "t-bigger"]) {
      const operation = { op: "put", id, line: line(id, "x".repeat(400_000)) } as const;
      store.write(info, () => ({ operations: [operation], result: undefined }));
    }
    holdCompactLock(world);
    expect(await store.settle()).toMatchObject({ compaction: { outcome: "busy" }, lag: { reason: "busy" } });
  });

  test("depends on the length of the log, and on who waits", () => {
    const isDue = (pendingFrames: number, pendingBytes: number, waiting = 0) =>
      isCompactionDue({ pendingFrames, pendingBytes, deltaBytes: 0, storeBytes: large }, () => waiting);
    expect(isDue(500, 320_000)).toBe(false);
    expect(isDue(501, 1)).toBe(true);
    expect(isDue(1, 320_001)).toBe(true);
    expect(isDue(1000, 800_000, 3)).toBe(false);
    expect(isDue(1001, 1, 3)).toBe(true);
    expect(isDue(1, 800_001, 3)).toBe(true);
  });

  test("comes later where a delta of many times the log has to be written again", () => {
    const isDue = (pendingFrames: number, pendingBytes: number, deltaBytes: number) =>
      isCompactionDue({ pendingFrames, pendingBytes, deltaBytes, storeBytes: large }, () => 0);
    expect(isDue(501, 200_000, 1_600_000)).toBe(true);
    expect(isDue(501, 200_000, 1_600_001)).toBe(false);
    expect(isDue(900, 640_000, 10_000_000)).toBe(false);
    expect(isDue(901, 200_000, 10_000_000)).toBe(true);
    expect(isDue(20, 640_001, 10_000_000)).toBe(true);
  });

  test("comes sooner in a small store, where it is over sooner then", () => {
    const isDue = (pendingFrames: number, pendingBytes: number, deltaBytes = 0, storeBytes = large - 1) =>
      isCompactionDue({ pendingFrames, pendingBytes, deltaBytes, storeBytes }, () => 0);
    expect(isDue(100, 160_000)).toBe(false);
    expect(isDue(101, 1)).toBe(true);
    expect(isDue(1, 160_001)).toBe(true);
    expect(isDue(101, 50_000, 400_001)).toBe(false);
    expect(isDue(101, 50_000, 0, large)).toBe(false);
  });

  test("goes into a delta until that is as large as what is between the log and the base", () => {
    expect(isWorthADelta(200_000, 1_400_000, 4_000_000)).toBe(true);
    expect(isWorthADelta(200_000, 1_400_001, 4_000_000)).toBe(false);
    // Of a small base a delta would be the larger part.
    expect(isWorthADelta(100_000, 0, 100_000)).toBe(true);
    expect(isWorthADelta(100_001, 0, 100_000)).toBe(false);
  });
});

/** Of which the first store that is not small has so many bytes. */
const large = 4_000_001;

async function compacted(world: SimulatedWorld) {
  const process = world.start();
  const report = await process.store().compact();
  process.kill();
  return report;
}

function write(world: SimulatedWorld, operations: readonly Operation[]): void {
  world
    .start()
    .store()
    .write(info, () => ({ operations, result: undefined }));
}

function contentOf(world: SimulatedWorld): [string, string | undefined, number][] {
  return world
    .start()
    .store()
    .read(({ state }) =>
      [...state.ids()].map((id): [string, string | undefined, number] => [
        id,
        state.line(id),
        state.version(id),
      ]),
    );
}

function namesIn(world: SimulatedWorld, directory = "store"): string[] {
  return [...entriesOf(world, directory).entries.keys()].sort();
}

function leave(world: SimulatedWorld, directory: string, names: readonly string[]): void {
  for (const name of names) world.disk.createFile(entriesOf(world, directory), name, 0o600);
}

function entriesOf(world: SimulatedWorld, directory: string): DirectoryNode {
  const node = world.disk.at(`${beadsPath}/${directory}`);
  if (node?.kind !== "directory") throw new Error(`${directory} is there`);
  return node;
}

function compactWith(process: SimulatedProcess, environment: StorageEnvironment): CompactionReport {
  const place = openPlace(workspace, process.environment);
  const session = openForWriting(place.owner, environment);
  try {
    return compact(session, 100);
  } finally {
    session.close();
    place.close();
  }
}
