import { describe, expect, test } from "bun:test";
import { lockFileLength } from "../../storage/status-page";
import { mapWalState, type Processes, WalState } from "../../storage/wal-state";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";

/** One page for several processes, which are alive as long as they have a start time. */
function sharedPage() {
  const words = new Int32Array(3072);
  const starts = new Map<number, number>();
  const processes = (id: number): Processes => ({
    id,
    isAlive: (other) => starts.has(other),
    startTime: (other) => starts.get(other) ?? 0,
  });
  const join = (id: number): WalState => {
    starts.set(id, id * 3);
    return new WalState(words, processes(id));
  };
  return { words, starts, join };
}

const named = (command: string): Uint8Array => new TextEncoder().encode(command);

describe("waiters", () => {
  test("register and leave in any order, a hundred of them, and none is pending at the end", () => {
    const { join } = sharedPage();
    const states = Array.from({ length: 100 }, (_, index) => join(100 + index));
    const leave = states.map((state) => state.wait());
    expect(states[0]?.waiting()).toBe(100);
    for (const [index, each] of leave.entries()) if (index % 2 === 0) each();
    expect(states[0]?.waiting()).toBe(50);
    for (const [index, each] of leave.entries()) if (index % 2 === 1) each();
    for (const state of states) expect(state.metrics().waiting).toBe(0);
  });

  test("of one process have a slot each", () => {
    const { join } = sharedPage();
    const state = join(7);
    const [one, other] = [state.wait(), state.wait()];
    expect(state.waiting()).toBe(2);
    one();
    expect(state.waiting()).toBe(1);
    other();
    expect(state.waiting()).toBe(0);
  });

  test("beyond the slots are counted all the same", () => {
    const { join } = sharedPage();
    const state = join(7);
    const leave = Array.from({ length: 300 }, () => state.wait());
    expect(state.waiting()).toBe(300);
    for (const each of leave) each();
    expect(state.waiting()).toBe(0);
  });

  test("that died are not counted, and their slots are free again", () => {
    const { join, starts, words } = sharedPage();
    const watcher = join(1);
    for (let id = 100; id < 356; id += 1) join(id).wait();
    for (let id = 100; id < 350; id += 1) starts.delete(id);
    expect(watcher.waiting()).toBe(6);
    const leave = join(500).wait();
    expect(words[3]).toBe(0);
    expect(watcher.waiting()).toBe(7);
    leave();
  });

  test("take a free slot without asking who of the others lives", () => {
    const { words } = sharedPage();
    const silent = { isAlive: () => expect.unreachable(), startTime: () => 1 };
    for (const id of [100, 200, 300]) new WalState(words, { ...silent, id }).wait();
    expect([words[128], words[130], words[132]]).toEqual([100, 200, 300]);
  });

  test("are seen by the holder, and get the lock if they have not died by then", () => {
    const { join, starts } = sharedPage();
    const holder = join(1);
    expect(holder.aWaiter()).toBeUndefined();
    const leave = join(100).wait();
    const waiter = holder.aWaiter() ?? expect.unreachable();
    expect(holder.getsTheLock(waiter)).toBeTrue();
    leave();
    expect(holder.getsTheLock(waiter)).toBeTrue();
    expect(holder.aWaiter()).toBeUndefined();
    join(200).wait();
    const dying = holder.aWaiter() ?? expect.unreachable();
    starts.delete(200);
    expect(holder.getsTheLock(dying)).toBeFalse();
    starts.set(200, 12_345);
    expect(holder.getsTheLock(dying)).toBeFalse();
  });

  test("that died are told from a later process with their number", () => {
    const { join, starts } = sharedPage();
    const watcher = join(1);
    join(100).wait();
    starts.set(100, 12_345);
    expect(watcher.waiting()).toBe(0);
  });

  test("may leave after their slot was taken for a dead one's, and take nobody else's with them", () => {
    const { join, starts } = sharedPage();
    const leave = join(100).wait();
    starts.delete(100);
    const other = join(200);
    expect(other.waiting()).toBe(0);
    other.wait();
    leave();
    expect(other.waiting()).toBe(1);
  });
});

describe("counters", () => {
  test("are exact", () => {
    const { join } = sharedPage();
    const [one, other] = [join(1), join(2)];
    for (let count = 0; count < 1000; count += 1) {
      one.acquired(named("q"), false, 1);
      one.released();
      one.record(10, 20);
      other.acquired(named("claim"), true, 2);
      other.released();
      other.record(30, 40);
    }
    other.timedOut();
    expect(one.metrics()).toMatchObject({
      acquisitions: 2000,
      contended: 1000,
      timeouts: 1,
      wait: { count: 2000, max: 30 },
      hold: { count: 2000, max: 40 },
    });
  });

  test("give percentiles that bound the true ones from above, by a factor of two at most", () => {
    const { join } = sharedPage();
    const state = join(1);
    const times = Array.from({ length: 1000 }, (_, index) => Math.round(1.01 ** index));
    for (const time of times) state.record(0, time);
    const { hold } = state.metrics();
    for (const [share, bound] of [
      [0.5, hold.p50],
      [0.9, hold.p90],
      [0.99, hold.p99],
    ] as const) {
      const exact = times[Math.ceil(share * times.length) - 1] ?? 0;
      expect(bound).toBeGreaterThanOrEqual(exact);
      expect(bound).toBeLessThanOrEqual(2 * exact);
    }
    expect(hold.max).toBe(times.at(-1) ?? 0);
  });

  test("take times of zero, below zero and beyond all measure", () => {
    const { join } = sharedPage();
    const state = join(1);
    for (const time of [0, -5, 1e12, Number.POSITIVE_INFINITY]) state.record(0, time);
    expect(state.metrics().hold).toMatchObject({ count: 4, max: 0x7fff_ffff });
  });

  test("without anything to count are zero", () => {
    const nothing = { count: 0, p50: 0, p90: 0, p99: 0, max: 0 };
    expect(sharedPage().join(1).metrics()).toEqual({
      acquisitions: 0,
      contended: 0,
      timeouts: 0,
      waiting: 0,
      wait: nothing,
      hold: nothing,
    });
  });

  test("are cleared by a reset, which leaves the holder and the waiters", () => {
    const { join } = sharedPage();
    const [holder, waiter] = [join(1), join(2)];
    holder.acquired(named("q"), true, 1000);
    holder.record(5, 6);
    waiter.wait();
    waiter.timedOut();
    waiter.reset();
    expect(waiter.metrics()).toMatchObject({ acquisitions: 0, contended: 0, timeouts: 0, waiting: 1 });
    expect(waiter.metrics().wait.count).toBe(0);
    expect(waiter.holder()).toMatchObject({ processId: 1 });
  });
});

describe("the holder", () => {
  test("is known with its command and since when, until it releases", () => {
    const { join } = sharedPage();
    const [holder, other] = [join(1), join(2)];
    const nowMs = Date.UTC(2026, 0, 2);
    holder.acquired(named("add-batch"), false, nowMs);
    expect(other.holder()).toEqual({ processId: 1, sinceMs: nowMs, command: "add-batch" });
    holder.released();
    expect(other.holder()).toBeUndefined();
  });

  test("that died is nobody", () => {
    const { join, starts } = sharedPage();
    const [holder, other] = [join(1), join(2)];
    holder.acquired(named("q"), false, 1);
    starts.delete(1);
    expect(other.holder()).toBeUndefined();
  });

  test("has a command of any length and alphabet", () => {
    const { join } = sharedPage();
    const state = join(1);
    state.acquired(named("x".repeat(500)), false, 1);
    expect(state.holder()?.command).toBe("x".repeat(52));
    state.acquired(named("élan"), false, 1);
    expect(state.holder()?.command).toBe("élan");
  });

  test("is not made up from a page of garbage", () => {
    const { words, join } = sharedPage();
    words.fill(-1);
    const state = join(1);
    expect(state.holder()).toBeUndefined();
    expect(state.waiting()).toBe(0);
    expect(state.metrics().acquisitions).toBe(0xffff_ffff);
  });
});

test("a lock file is mapped only at its full size, and then shared by all who map it", () => {
  const world = SimulatedWorld.withWorkspace();
  const { environment } = world.start();
  const directory = environment.fileSystem.openDirectory(beadsPath);
  const file = directory?.create("lock", 0o600);
  if (file === undefined) throw new Error("the workspace is there");
  expect(mapWalState(file, environment.processes)).toBeUndefined();
  file.append(new Uint8Array(lockFileLength - 1));
  expect(mapWalState(file, environment.processes)).toBeUndefined();
  file.append(new Uint8Array(1));
  const [one, other] = [mapWalState(file, environment.processes), mapWalState(file, environment.processes)];
  one?.timedOut();
  expect(other?.metrics().timeouts).toBe(1);
});
