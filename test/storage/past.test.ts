import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseIssue, purgedLine } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import type { Operation } from "../../model/operation";
import { corrupt } from "../../storage/failure";
import { loadLog } from "../../storage/log";
import {
  type PastOptions,
  type PastSource,
  PastState,
  rememberedLines,
  replayPast,
} from "../../storage/past";
import { openForReading, openPlace } from "../../storage/session";
import { freshClone, storeWithWrites } from "../helpers/moments";
import { attempt, codeOf, type SimulatedWorld, workspace } from "../helpers/simulated-world";
import { compactIn, line } from "../helpers/story";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe("the past", () => {
  test("is visited oldest first, each transaction with the state right before it", () => {
    const { world } = freshClone();
    write(world, [put("t-a", "A"), title("t-root", "one")]);
    write(world, [title("t-a", "B"), title("t-a", "C")]);
    compactIn(world.start());
    write(world, [title("t-root", "two"), { op: "purge", id: "t-a", at: 1_900_000_000_000 }]);
    expect(visits(world)).toEqual([
      { sequence: 1, operations: 2, titles: { "t-a": "none", "t-root": "0", "t-other": "Other" } },
      { sequence: 2, operations: 2, titles: { "t-a": "A", "t-root": "one", "t-other": "Other" } },
      { sequence: 3, operations: 2, titles: { "t-a": "C", "t-root": "one", "t-other": "Other" } },
    ]);
  });

  test("of a few issues leaves out other operations, other transactions and what those did", () => {
    const { world } = freshClone();
    write(world, [put("t-a", "A"), title("t-root", "one")]);
    write(world, [put("t-ab", "t-a")]);
    write(world, [title("t-a", "B")]);
    expect(visits(world, { ids: new Set(["t-a"]) })).toEqual([
      { sequence: 1, operations: 1, titles: { "t-a": "none", "t-root": "unknown", "t-other": "unknown" } },
      { sequence: 3, operations: 1, titles: { "t-a": "A", "t-root": "unknown", "t-other": "unknown" } },
    ]);
  });

  test("of many issues is the same as of each", () => {
    const { world } = freshClone();
    const ids = Array.from({ length: 100 }, (_, index) => `t-n${index}`);
    write(world, [...ids.map((id) => put(id, "A")), title("t-root", "one")]);
    for (const id of ids) write(world, [title(id, `of ${id}`)]);
    const remembered = inWorld(world, (source) => rememberedLines(source, new Set(ids)));
    for (const id of ids) {
      expect(titlesOf(remembered.get(id))).toEqual(["A", `of ${id}`]);
      expect(remembered.get(id)).toEqual(
        inWorld(world, (source) => rememberedLines(source, new Set([id]))).get(id) ?? [],
      );
    }
  });

  test("ends where the store was loaded, whatever is written and compacted meanwhile", () => {
    const { world } = storeWithWrites(2);
    const titles = inWorld(world, (source) => {
      write(world, [title("t-root", "later")]);
      compactIn(world.start());
      write(world, [title("t-root", "later still")]);
      return titlesOf(rememberedLines(source, new Set(["t-root"])).get("t-root"));
    });
    expect(titles).toEqual(["0", "1", "2"]);
  });

  test("is complete whenever a compaction goes by", () => {
    const moment = storeWithWrites(3);
    const read = (world: SimulatedWorld, process = world.start()) =>
      titlesOf(
        inWorld(world, (source) => rememberedLines(source, new Set(["t-root"])), process).get("t-root"),
      );
    const trace = moment.world.fork();
    const process = trace.start();
    read(trace, process);
    expect(process.calls.length).toBeGreaterThan(10);
    for (const { number } of process.calls) {
      const world = moment.world.fork();
      const reader = world.start((call) => {
        if (call.number === number) compactIn(world.start());
        return undefined;
      });
      expect(read(world, reader)).toEqual(["0", "1", "2", "3"]);
      expect(reader.handles.size).toBe(0);
    }
  });
});

describe("remembered are", () => {
  test("the line of the base, also of an issue that was never changed, and the line behind each operation", () => {
    const { world } = freshClone();
    write(world, [put("t-a", "A"), title("t-a", "B"), title("t-a", "B")]);
    compactIn(world.start());
    write(world, [title("t-root", "one")]);
    const remembered = inWorld(world, (source) =>
      rememberedLines(source, new Set(["t-a", "t-root", "t-other", "t-nobody"])),
    );
    expect(remembered.get("t-a")?.[0]).toEqual({ line: line("t-a", "A") });
    expect(titlesOf(remembered.get("t-a"))).toEqual(["A", "B"]);
    expect(titlesOf(remembered.get("t-root"))).toEqual(["0", "one"]);
    expect(remembered.get("t-other")).toEqual([{ line: line("t-other", "Other") }]);
    expect(remembered.get("t-nobody")).toEqual([]);
  });

  test("issues that came in whole, and those of the snapshot, where the base is lost", () => {
    const { world } = freshClone();
    write(world, [put("t-a", "A"), title("t-root", "one"), title("t-a", "B")]);
    compactIn(world.start());
    write(world, [title("t-root", "two")]);
    world.remove("store/history/snapshot.1");
    const remembered = inWorld(world, (source) => rememberedLines(source, new Set(["t-a", "t-root"])));
    expect(titlesOf(remembered.get("t-a"))).toEqual(["A", "B"]);
    expect(titlesOf(remembered.get("t-root"))).toEqual(["one", "two"]);
    expect(visits(world)).toEqual([
      { sequence: 1, operations: 3, titles: { "t-a": "unknown", "t-root": "unknown", "t-other": "unknown" } },
      { sequence: 2, operations: 1, titles: { "t-a": "B", "t-root": "one", "t-other": "Other" } },
    ]);
  });

  test("those behind the last repair", async () => {
    const { world } = storeWithWrites(2);
    compactIn(world.start());
    write(world, [title("t-root", "three")]);
    world.file("store/snapshot")?.write(0, Uint8Array.of(7), 0n);
    await world.start().store().repair();
    write(world, [title("t-root", "four")]);
    compactIn(world.start());
    write(world, [title("t-root", "five")]);
    const remembered = inWorld(world, (source) => rememberedLines(source, new Set(["t-root"])));
    // The face is looked at once more, and so its line is among them.
    expect(titlesOf(remembered.get("t-root"))).toEqual(["three", "0", "three", "four", "five"]);
    expect((await world.start().store().check()).failures).toBe(0);
  });

  test("what could not be read once stays unknown, also when the disk answers the next time", () => {
    let failures = 1;
    const failOnce = (): string => {
      failures -= 1;
      if (failures >= 0) throw corrupt("cut off");
      return line("t-a", "A");
    };
    const past = new PastState({ ...emptySource, count: 1, has: () => true, line: failOnce }, undefined);
    expect([past.line("t-a"), past.knows("t-a"), past.line("t-a")]).toEqual([undefined, false, undefined]);
    past.apply(put("t-a", "B"), 1);
    expect(past.knows("t-a")).toBe(true);
  });

  test("what can still be read where the history or the base is damaged", () => {
    const { world } = storeWithWrites(2);
    compactIn(world.start());
    write(world, [title("t-root", "three")]);
    const ids = new Set(["t-root"]);
    const damagedHistory = world.fork();
    damagedHistory.file("store/history/wal.1")?.write(200, Uint8Array.of(7), 0n);
    expect(titlesOf(inWorld(damagedHistory, (source) => rememberedLines(source, ids)).get("t-root"))).toEqual(
      ["0", "2", "three"],
    );
    expect(codeOf(attempt(() => visits(damagedHistory)))).toBe("CORRUPT");

    const damagedBase = world.fork();
    damagedBase.file("store/history/snapshot.1")?.write(20, Uint8Array.of(7), 0n);
    expect(titlesOf(inWorld(damagedBase, (source) => rememberedLines(source, ids)).get("t-root"))).toEqual([
      "2",
      "three",
    ]);

    const damagedLine = world.fork();
    const base = damagedLine.file("store/history/snapshot.1");
    const at = Buffer.from(base?.read(0, 1 << 20) ?? []).indexOf('"title":"0"');
    base?.write(at + 9, Uint8Array.of(0x39), 0n);
    expect(titlesOf(inWorld(damagedLine, (source) => rememberedLines(source, ids)).get("t-root"))).toEqual([
      "2",
      "three",
    ]);
  });

  test("lines taken from a face, as they stood there, with the state that they stand for and what became of it", () => {
    const { world } = freshClone();
    const [raw, state, result] = ["raw", "state", "result"].map((text) => line("t-root", text));
    if (raw === undefined || state === undefined || result === undefined) throw new Error("three lines");
    write(world, [
      { op: "take", id: "t-root", line: raw },
      { op: "take", id: "t-root", line: raw, state, result },
      { op: "take", id: "t-root", line: result },
      { op: "take", id: "t-new", line: line("t-new", "New"), result: line("t-new", "New") },
    ]);
    const remembered = inWorld(world, (source) => rememberedLines(source, new Set(["t-root", "t-new"])));
    expect(remembered.get("t-root")).toEqual([
      { line: line("t-root", "0") },
      { line: raw, raw },
      { line: line("t-root", "0") },
      { line: state, raw },
      { line: result },
      { line: result, raw: result },
    ]);
    expect(remembered.get("t-new")).toEqual([{ line: line("t-new", "New"), raw: line("t-new", "New") }]);
  });

  test("nothing of a purged issue but its tombstone, also while it is half scrubbed", () => {
    const { world } = freshClone();
    const at = 1_900_000_000_000;
    write(world, [put("t-a", "secret"), title("t-a", "secret too")]);
    write(world, [{ op: "purge", id: "t-a", at }]);
    const before = inWorld(world, (source) => rememberedLines(source, new Set(["t-a"])));
    expect(before.get("t-a")?.at(-1)).toEqual({ line: purgedLine("t-a", at) });
  });
});

test("a damaged base is a failure of the check, which says what it holds while it is whole", async () => {
  const { world } = storeWithWrites(1);
  const findingOf = async () =>
    (await world.start().store().check()).findings.find(({ check }) => check === "base");
  expect(await findingOf()).toMatchObject({ status: "pass" });
  compactIn(world.start());
  expect(await findingOf()).toEqual({
    check: "base",
    status: "pass",
    message: "3 issues that the log began with, in history/snapshot.1.",
  });
  const whole = world.fork();
  world.file("store/history/snapshot.1")?.write(140, Uint8Array.of(7), 0n);
  expect(await findingOf()).toMatchObject({ status: "failure" });
  whole.remove("store/history/snapshot.1");
  const { findings } = await whole.start().store().check();
  expect(findings.find(({ check }) => check === "base")).toMatchObject({ status: "note" });
});

type Visit = { sequence: number; operations: number; titles: Record<string, string> };

function visits(world: SimulatedWorld, options: PastOptions = {}): Visit[] {
  return inWorld(world, (source) => {
    const seen: Visit[] = [];
    replayPast(source, options, ({ sequence, operations }, before) => {
      const titleOf = (id: string): string => {
        const known = before.line(id);
        if (known !== undefined) return parseIssue(known).title;
        return before.knows(id) ? "none" : "unknown";
      };
      const titles = Object.fromEntries(["t-a", "t-root", "t-other"].map((id) => [id, titleOf(id)]));
      seen.push({ sequence, operations: operations.length, titles });
    });
    return seen;
  });
}

function inWorld<T>(world: SimulatedWorld, action: (source: PastSource) => T, process = world.start()): T {
  const place = openPlace(workspace, process.environment);
  const session = openForReading(place.owner, process.environment);
  try {
    const loaded = session && loadLog(session.store, session.readStatus);
    if (session === undefined || loaded === undefined) throw new Error("there is no store");
    try {
      return action({ store: session.store, loaded });
    } finally {
      loaded.snapshot.close();
    }
  } finally {
    session?.close();
    place.close();
  }
}

function titlesOf(states: readonly { line: string }[] | undefined): string[] {
  return (states ?? []).map((state) => parseIssue(state.line).title);
}

function put(id: string, text: string): Operation {
  return { op: "put", id, line: line(id, text) };
}

function title(id: string, text: string): Operation {
  return { op: "change", id, at: 1_800_000_000_000, set: { title: text } };
}

function write(world: SimulatedWorld, operations: readonly Operation[]): void {
  const info = { timeMs: 1, actor: "ann", command: "test" };
  world
    .start()
    .store()
    .write(info, () => ({ operations, result: undefined }));
}
