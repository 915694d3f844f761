import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import type { Operation } from "../../model/operation";
import { Store, type View } from "../../storage/store";
import { freshClone, storeWithWrites } from "../helpers/moments";
import {
  attempt,
  beadsPath,
  codeOf,
  repositoryPath,
  type SimulatedProcess,
  SimulatedWorld,
  workspace,
} from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";

const info = { timeMs: 1, actor: "tester", command: "test" };

describe("a write", () => {
  test("answers with the state that has the change in it, and its sequence", () => {
    const { world } = storeWithWrites(2);
    const written = world
      .start()
      .store()
      .write(info, ({ sequence, prefix }) => ({ operations: [put("t-new")], result: [sequence, prefix] }));
    expect(written.result).toEqual([2, "t"]);
    expect(written.sequence).toBe(3);
    expect(written.view.sequence).toBe(3);
    expect(written.view.state.issue("t-new")?.title).toBe("New");
    expect(written.view.state.version("t-new")).toBe(3);
  });

  test("that decides to do nothing takes no lock and writes nothing", () => {
    const { world } = storeWithWrites(1);
    const process = world.start();
    const before = world.file("store/wal.1")?.size;
    const written = process.store().write(info, ({ state }) => ({ operations: [], result: state.count }));
    expect(written).toMatchObject({ result: 5, view: { sequence: 1 } });
    expect(written.sequence).toBeUndefined();
    expect(world.file("store/wal.1")?.size).toBe(before ?? 0);
    expect(process.calls.map(({ name }) => name)).not.toContain("tryLock");
  });

  test("that throws changes nothing, and what it threw comes out as it is", () => {
    const { world, story } = storeWithWrites(1);
    const error = new BzError("NOT_FOUND", "no such issue");
    const refuse = (): never => {
      throw error;
    };
    expect(attempt(() => world.start().store().write(info, refuse))).toEqual({ kind: "failed", error });
    expect(story.check(world)).toEqual([1]);
  });

  test("closes what it opened, but for the snapshot that its answer shows", () => {
    const { world } = storeWithWrites(1);
    const refused = world.start();
    const refuse = (): never => {
      throw new BzError("NOT_FOUND", "no such issue");
    };
    attempt(() => refused.store().write(info, refuse));
    expect(refused.handles.size).toBe(0);
    const answered = world.start();
    answered.store().write(info, () => ({ operations: [put("t-new")], result: undefined }));
    expect(answered.handles.size).toBe(1);
  });

  test("decides once while nobody else writes", () => {
    const { world } = storeWithWrites(1);
    expect(decisionsOf(world.start())).toEqual([1]);
  });

  test("decides again under the lock when another process wrote in between", () => {
    const { world } = storeWithWrites(1);
    expect(decisionsOf(interrupted(world, () => write(world, [put("t-else")])))).toEqual([1, 2]);
  });

  test("decides again when a compaction and a write came in between", async () => {
    const { world } = storeWithWrites(2);
    await world.start().store().compact();
    const process = interrupted(world, () => {
      write(world, [put("t-else")]);
      write(world, [put("t-more")]);
    });
    expect(decisionsOf(process)).toEqual([2, 4]);
  });

  test("may find under the lock that nothing is left to do", () => {
    const { world } = storeWithWrites(0);
    write(world, [put("t-first")]);
    const process = interrupted(world, () => write(world, [put("t-new")]));
    const written = process.store().write(info, ({ state }) => ({
      operations: state.has("t-new") ? [] : [put("t-new")],
      result: undefined,
    }));
    expect(written.sequence).toBeUndefined();
    expect(written.view.sequence).toBe(2);
  });

  test("may find under the lock that it must refuse, and then nothing is written", () => {
    const { world } = storeWithWrites(0);
    write(world, [put("t-first")]);
    const process = interrupted(world, () => write(world, [put("t-new")]));
    const outcome = attempt(() =>
      process.store().write(info, ({ state }) => {
        if (state.has("t-new")) throw new BzError("CLAIMED", "somebody was faster");
        return { operations: [put("t-new")], result: undefined };
      }),
    );
    expect(codeOf(outcome)).toBe("CLAIMED");
    expect(viewIn(world).sequence).toBe(2);
  });

  test("never logs an operation that cannot be applied", () => {
    const { world, story } = storeWithWrites(1);
    const change = { op: "change", id: "t-unknown", at: 1, set: { title: "x" } } as const;
    expect(codeOf(attempt(() => write(world, [put("t-new"), change])))).toBe("CORRUPT");
    expect(story.check(world)).toEqual([1]);
  });

  test("leaves the state that it was decided on as it was", () => {
    const { world } = storeWithWrites(1);
    let seen: View | undefined;
    world
      .start()
      .store()
      .write(info, (view) => {
        seen = view;
        return { operations: [put("t-new")], result: undefined };
      });
    expect(seen?.state.has("t-new")).toBe(false);
  });

  test("of many operations is one transaction", () => {
    const { world } = storeWithWrites(0);
    const operations = Array.from({ length: 500 }, (_, index) => put(`t-${String(index).padStart(4, "0")}`));
    write(world, operations);
    const { state, sequence } = viewIn(world);
    expect([state.count, sequence]).toEqual([503, 1]);
    expect(new Set([...state.ids()].map((id) => state.version(id)))).toEqual(new Set([0, 1]));
  });

  test("waits for the lock no longer than it was told", () => {
    const { world } = storeWithWrites(1);
    const holder = world.start();
    const file = holder.environment.fileSystem.openDirectory(`${beadsPath}/store`)?.open("lock", "update");
    expect(file?.tryLock()).toBe(true);
    const before = world.nowMs;
    expect(codeOf(attempt(() => write(world, [put("t-new")], 2500)))).toBe("LOCK_TIMEOUT");
    expect(world.nowMs - before).toBeGreaterThanOrEqual(2500);
    expect(world.nowMs - before).toBeLessThan(2700);
  });
});

describe("a read", () => {
  test("takes no lock and writes no byte", () => {
    const { world, story } = storeWithWrites(2);
    const process = world.start();
    story.checkAs(process);
    const names = new Set(process.calls.map(({ name }) => name));
    expect([...names].sort()).toEqual(["fileStatus", "list", "open", "openDirectory", "read", "statusOf"]);
  });

  test("of one issue does not read the others' lines", () => {
    const { world } = storeWithWrites(1);
    const process = world.start();
    process.store().read(({ state }) => state.issue("t-other"));
    expect(process.calls.length).toBeLessThan(29);
  });

  test("gives back what the callback gives back, and lets its error out", () => {
    const { world } = storeWithWrites(1);
    const store = world.start().store();
    expect(store.read(({ state }) => state.count)).toBe(5);
    const error = new Error("mine");
    expect(
      attempt(() =>
        store.read(() => {
          throw error;
        }),
      ),
    ).toEqual({ kind: "failed", error });
  });
});

describe("a fresh clone", () => {
  test("is read as its face says, and not a byte is written", () => {
    const { world } = freshClone();
    const process = world.start();
    const view = process.store().read(({ state, prefix, sequence }) => [[...state.ids()], prefix, sequence]);
    expect(view).toEqual([["t-other", "t-root", "t-third"], "t", 0]);
    expect(world.disk.at(`${beadsPath}/store`)).toBeUndefined();
  });

  test("gets its store with the first write, which writes nothing outside of it", () => {
    const { world } = freshClone();
    write(world, [put("t-new")]);
    const beads = world.disk.at(beadsPath);
    const store = world.disk.at(`${beadsPath}/store`);
    expect(beads?.kind === "directory" && [...beads.entries.keys()].sort()).toEqual([
      "issues.jsonl",
      "store",
    ]);
    expect(store?.permissions).toBe(0o700);
    expect(world.file("store/.gitignore")?.read(0, 10)).toEqual(Buffer.from("*\n"));
    for (const name of ["lock", "snapshot", "wal.1"])
      expect(world.file(`store/${name}`)?.permissions).toBe(0o600);
    expect([...viewIn(world).state.ids()]).toEqual(["t-new", "t-other", "t-root", "t-third"]);
  });

  test("in which the first write decides to do nothing gets no store", () => {
    const { world } = freshClone();
    write(world, []);
    expect(world.disk.at(`${beadsPath}/store`)).toBeUndefined();
  });

  test("keeps the bytes of every line that no command touches", () => {
    const odd = '{ "id":"t-odd", "title":"Odd", "unknown":[1, 2.0],"created_at":1767323045 }';
    const world = SimulatedWorld.withWorkspace([...faceLines, odd]);
    write(world, [put("t-new")]);
    expect(viewIn(world).state.line("t-odd")).toBe(odd);
  });

  test("takes the prefix that most of its ids have", () => {
    const world = SimulatedWorld.withWorkspace(["ab-1", "xy-1", "xy-2"].map((id) => line(id, id)));
    expect(viewIn(world).prefix).toBe("xy");
    write(world, [put("xy-3")]);
    expect(viewIn(world).prefix).toBe("xy");
  });

  test("says which lines of its face cannot be read, once", () => {
    const world = SimulatedWorld.withWorkspace([...faceLines, "{broken", "[]"]);
    const store = world.start().store();
    store.read(() => undefined);
    store.read(() => undefined);
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain("line 4, 5 cannot be read");
  });

  test("with a conflict in its face has the lines of both sides", () => {
    const world = SimulatedWorld.withWorkspace(["<<<<<<< HEAD", ...faceLines, "=======", ">>>>>>> theirs"]);
    expect(viewIn(world).state.count).toBe(3);
    write(world, [put("t-new")]);
    expect(viewIn(world).state.count).toBe(4);
  });
});

describe("the identity of a store", () => {
  test("is drawn anew with every birth", async () => {
    const { world } = storeWithWrites(1);
    const before = await world.start().store().info();
    world.remove("store");
    write(world, [put("t-new")]);
    const after = await world.start().store().info();
    expect(before.store?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(after.store?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(after.store?.id).not.toBe(before.store?.id);
  });

  test("keeps a segment of another store out, whatever its name", () => {
    const { world } = storeWithWrites(1);
    const foreign = storeWithWrites(3).world.file("store/wal.1");
    const own = world.file("store/wal.1");
    own?.write(0, foreign?.read(0, foreign.size) ?? new Uint8Array(0), 0n);
    const outcome = attempt(() => viewIn(world));
    expect(codeOf(outcome)).toBe("CORRUPT");
    expect(outcome.kind === "failed" && String(outcome.error)).toContain("it belongs to another store");
  });

  test("makes a copied directory start over without the status page it was copied with", () => {
    const { world, story } = storeWithWrites(2);
    const segment = world.file("store/wal.1");
    if (segment !== undefined) segment.number += 1000;
    const copied = story.withoutStatusPage();
    copied.check(world);
    copied.writeWell(world);
    expect(copied.check(world)).toEqual([1, 2, 3]);
    expect(world.file("store/wal.2")).toBeDefined();
  });

  test("is told from an earlier one in the same place whose lock file and inode numbers live on", () => {
    for (const order of [
      ["store/wal.1", "store/snapshot"],
      ["store/snapshot", "store/wal.1"],
    ]) {
      const { world } = storeWithWrites(3);
      for (const name of order) world.remove(name);
      const dying = world.start(({ name, path }) =>
        name === "writeAt" && path.endsWith("/lock") && world.file("store/snapshot") !== undefined
          ? { kind: "stop" }
          : undefined,
      );
      attempt(() => dying.store().write(info, () => ({ operations: [put("t-mine")], result: undefined })));
      dying.kill();
      expect(viewIn(world).sequence).toBe(0);
      write(world, [put("t-new")]);
      expect(viewIn(world).state.has("t-new")).toBe(true);
    }
  });

  test("is looked for again when the store was removed and born again between a write's look and its lock", () => {
    const { world } = storeWithWrites(2);
    const process = interrupted(world, () => {
      world.remove("store");
      write(world, [put("t-reborn")]);
    });
    expect(decisionsOf(process)).toEqual([2, 1]);
    expect([...viewIn(world).state.ids()]).toEqual(["t-new", "t-other", "t-reborn", "t-root", "t-third"]);
  });
});

describe("a store that does not hold together", () => {
  test("with a log and no snapshot is refused in words", () => {
    const { world } = storeWithWrites(2);
    world.remove("store/snapshot");
    for (const act of [() => viewIn(world), () => write(world, [put("t-new")])]) {
      const outcome = attempt(act);
      expect(codeOf(outcome)).toBe("CORRUPT");
      expect(outcome.kind === "failed" && String(outcome.error)).toContain("holds a log but no snapshot");
    }
  });

  test("without its log is refused in words", () => {
    const { world } = storeWithWrites(2);
    world.remove("store/wal.1");
    const outcome = attempt(() => viewIn(world));
    expect(codeOf(outcome)).toBe("CORRUPT");
    expect(outcome.kind === "failed" && String(outcome.error)).toContain("wal.1 is missing");
  });

  test("names file, offset and sequence of a damaged frame, and is neither read nor written", () => {
    const { world } = storeWithWrites(3);
    world.file("store/wal.1")?.write(500, Uint8Array.of(1, 2, 3), 0n);
    for (const act of [() => viewIn(world), () => write(world, [put("t-new")])]) {
      const outcome = attempt(act);
      expect(codeOf(outcome)).toBe("CORRUPT");
      expect(outcome).toMatchObject({
        error: { context: { file: `${beadsPath}/store/wal.1`, offset: 80, sequence: 1 } },
      });
    }
  });
});

test("without any directory the answer is that there is no workspace", () => {
  const world = new SimulatedWorld();
  const store = new Store(workspace, { cwd: repositoryPath, env: {} }, world.start().environment);
  expect(codeOf(attempt(() => store.read(() => undefined)))).toBe("NOT_INITIALIZED");
});

function put(id: string): Operation {
  return { op: "put", id, line: line(id, "New") };
}

function write(world: SimulatedWorld, operations: readonly Operation[], lockTimeoutMs = 100): void {
  const process = world.start();
  process.store(lockTimeoutMs).write(info, () => ({ operations, result: undefined }));
  process.kill();
}

function viewIn(world: SimulatedWorld): View {
  const process = world.start();
  return process.store().write(info, (view) => ({ operations: [], result: view })).result;
}

/** A process at whose first attempt to lock something else happens first. */
function interrupted(world: SimulatedWorld, interrupt: () => void): SimulatedProcess {
  let isDone = false;
  return world.start(({ name }) => {
    if (name === "tryLock" && !isDone) {
      isDone = true;
      interrupt();
    }
    return undefined;
  });
}

/** The sequences at which a write by this process decided. */
function decisionsOf(process: SimulatedProcess): number[] {
  const sequences: number[] = [];
  process.store().write(info, ({ sequence }) => {
    sequences.push(sequence);
    return { operations: [put("t-new")], result: undefined };
  });
  return sequences;
}
