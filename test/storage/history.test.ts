import { describe, expect, test } from "bun:test";
import type { Operation } from "../../model/operation";
import { freshClone, storeWithTornTail, storeWithWrites } from "../helpers/moments";
import { attemptAsync, codeOf, type SimulatedWorld } from "../helpers/simulated-world";
import { compactIn, line } from "../helpers/story";

describe("history", () => {
  test("tells who did what with which command and when, oldest first", async () => {
    const { world } = freshClone();
    write(world, { timeMs: 5, actor: "ann", session: "s1", command: "q" }, [put("t-a")]);
    write(world, { timeMs: 4, actor: "bob", command: "update" }, [title("t-a", "Two"), title("t-root", "R")]);
    const bob = { sequence: 2, timeMs: 4, actor: "bob", command: "update" };
    expect(await historyIn(world)).toEqual([
      { sequence: 1, number: 1, timeMs: 5, actor: "ann", session: "s1", command: "q", operation: put("t-a") },
      { ...bob, number: 1, operation: title("t-a", "Two") },
      { ...bob, number: 2, operation: title("t-root", "R") },
    ]);
  });

  test("of one issue leaves out what was done to others in the same transaction", async () => {
    const { world } = freshClone();
    write(world, { timeMs: 1, actor: "ann", command: "q" }, [
      put("t-a"),
      put("t-ab"),
      title("t-root", "t-a"),
    ]);
    const events = await historyIn(world, "t-a");
    expect(events.map(({ operation }) => operation)).toEqual([put("t-a")]);
    expect(await historyIn(world, "t-unknown")).toEqual([]);
  });

  test("finds ids with quotes, backslashes and other characters", async () => {
    const { world } = freshClone();
    for (const id of ['t-"q"', "t-\\b", "t-é", "t-\u{1f600}"]) {
      write(world, { timeMs: 1, actor: "ann", command: "q" }, [put(id)]);
      expect(await historyIn(world, id)).toHaveLength(1);
    }
  });

  test("goes on across compactions, and across rotations behind a torn tail", async () => {
    const { world, story } = storeWithTornTail();
    for (let round = 0; round < 3; round += 1) {
      story.writeWell(world);
      compactIn(world.start());
    }
    story.writeWell(world);
    const events = await historyIn(world, "t-root");
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events.map(({ command }) => command)).toEqual(
      [1, 2, 4, 5, 6, 7].map((number) => `write ${number}`),
    );
  });

  test("does not name what was never acknowledged", async () => {
    const { world } = storeWithTornTail();
    expect(await historyIn(world, "t-root")).toHaveLength(2);
  });

  test("is empty in a clone that has only a face, and writes nothing there", async () => {
    const { world } = freshClone();
    expect(await historyIn(world)).toEqual([]);
    expect(world.file("store/lock")).toBeUndefined();
  });

  test("is read while a compaction moves its segments", async () => {
    const moment = storeWithWrites(3);
    const trace = moment.world.fork().start();
    await trace.store().history();
    for (const { number } of trace.calls) {
      const world = moment.world.fork();
      const process = world.start((call) => {
        if (call.number === number) compactIn(world.start());
        return undefined;
      });
      expect(await process.store().history({ id: "t-root" })).toHaveLength(3);
    }
  });

  test("with a segment missing in the middle, or damaged, is refused in words", async () => {
    const { world, story } = storeWithWrites(1);
    for (let round = 0; round < 3; round += 1) {
      story.writeWell(world);
      compactIn(world.start());
    }
    const gap = world.fork();
    gap.remove("store/history/wal.2");
    const missing = await attemptAsync(() => gap.start().store().history());
    expect(codeOf(missing)).toBe("CORRUPT");
    expect(missing.kind === "failed" && String(missing.error)).toContain("wal.2 is neither in");
    world.file("store/history/wal.2")?.write(130, Uint8Array.of(7), 0n);
    const damaged = await attemptAsync(() => world.start().store().history());
    expect(codeOf(damaged)).toBe("CORRUPT");
    expect(damaged).toMatchObject({ error: { context: { offset: 80, sequence: 3 } } });
    story.writeWell(world);
  });
});

function put(id: string): Operation {
  return { op: "put", id, line: line(id, "New") };
}

function title(id: string, text: string): Operation {
  return { op: "change", id, at: 1_800_000_000_000, set: { title: text } };
}

function write(
  world: SimulatedWorld,
  info: { timeMs: number; actor: string; session?: string; command: string },
  operations: readonly Operation[],
): void {
  world
    .start()
    .store()
    .write(info, () => ({ operations, result: undefined }));
}

function historyIn(world: SimulatedWorld, id?: string) {
  return world
    .start()
    .store()
    .history(id === undefined ? {} : { id });
}
