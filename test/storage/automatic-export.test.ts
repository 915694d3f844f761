import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { isChange } from "../helpers/faults";
import { storeWithWrites } from "../helpers/moments";
import {
  faceIn,
  namesIn,
  put,
  replaceFace,
  sequenceIn,
  sync,
  titlesIn,
  write,
  writeAndSettle,
} from "../helpers/simulated-face";
import { attemptAsync, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { described } from "../helpers/sweep";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace, type TestWorkspace, titles } from "../helpers/workspace";

const timeoutMs = 60_000;

async function syncedWorld(): Promise<SimulatedWorld> {
  const { world } = storeWithWrites(1);
  await sync(world);
  world.nowMs += 10_000;
  return world;
}

describe("after a mutation has answered", () => {
  test("the face shows it, and what others had written there", async () => {
    const world = await syncedWorld();
    replaceFace(world, `${faceIn(world)}${line("t-theirs", "Theirs")}\n`);
    expect(await writeAndSettle(world.start(), [put("t-mine")])).toEqual({ kind: "done", value: {} });
    expect(faceIn(world)).toContain('"id":"t-mine"');
    expect(faceIn(world)).toContain('"id":"t-theirs"');
    expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
    expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged", takenIn: [] } });
  });

  test("the face is left as it was when nothing was written", async () => {
    const world = await syncedWorld();
    replaceFace(world, `${line("t-theirs", "Theirs")}\n`);
    const process = world.start();
    expect(await writeAndSettle(process, [])).toEqual({ kind: "done", value: {} });
    expect(faceIn(world)).toBe(`${line("t-theirs", "Theirs")}\n`);
  });

  test("a face that is missing is not made", async () => {
    const world = await syncedWorld();
    world.remove("issues.jsonl");
    expect(await writeAndSettle(world.start(), [put("t-mine")])).toMatchObject({
      value: { lag: { reason: "missing" } },
    });
    expect(namesIn(world)).toEqual(["store"]);
  });

  test(
    "a face that goes away in the middle of it is not made either",
    async () => {
      const base = await syncedWorld();
      const trace = base.fork().start();
      await writeAndSettle(trace, [put("t-mine")]);
      for (const { number } of trace.calls) {
        const world = base.fork();
        const process = world.start((call) => {
          if (call.number === number) world.remove("issues.jsonl");
          return undefined;
        });
        expect(await writeAndSettle(process, [put("t-mine")])).toMatchObject({ kind: "done" });
        expect(titlesIn(world)["t-mine"]).toBe("New");
        // Gone after the exchange: then it was the new one that went.
        expect([number, namesIn(world)]).toEqual([number, ["store"]]);
      }
    },
    timeoutMs,
  );

  test("a face with conflict markers stays as it is, and so does one whose last line is cut off", async () => {
    for (const [reason, text] of [
      ["conflicted", `<<<<<<< a\n${line("t-theirs", "Theirs")}\n=======\n>>>>>>> b\n`],
      ["torn", `${line("t-theirs", "Theirs")}\n{"id":"t-`],
    ] as const) {
      const world = await syncedWorld();
      replaceFace(world, text);
      // The first notices it while it exports, the second knows before.
      for (const id of ["t-one", "t-two"]) {
        expect(await writeAndSettle(world.start(), [put(id)])).toMatchObject({ value: { lag: { reason } } });
        expect(faceIn(world)).toBe(text);
        expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
      }
      expect(titlesIn(world)).toMatchObject({ "t-theirs": "Theirs", "t-one": "New", "t-two": "New" });
      expect(await sync(world)).toMatchObject({ kind: "done" });
      expect(await writeAndSettle(world.start(), [put("t-three")])).toEqual({ kind: "done", value: {} });
      expect(faceIn(world)).toContain('"id":"t-three"');
    }
  });

  test("nobody waits for another exporter", async () => {
    const world = await syncedWorld();
    const other = world.start();
    const store = other.environment.fileSystem.openDirectory("/simulated/repository/.beads/store");
    expect(store?.openOrCreate("compact.lock", 0o600).tryLock()).toBe(true);
    const before = faceIn(world);
    expect(await writeAndSettle(world.start(), [put("t-mine")])).toMatchObject({
      value: { lag: { reason: "busy" } },
    });
    expect(faceIn(world)).toBe(before);
    other.kill();
    expect(await writeAndSettle(world.start(), [put("t-two")])).toEqual({ kind: "done", value: {} });
    expect(faceIn(world)).toContain('"id":"t-mine"');
  });

  test("what was confirmed during the export is in the face as well", async () => {
    const world = await syncedWorld();
    let count = 0;
    const process = world.start(({ name, path }) => {
      if (name === "append" && path.includes("issues.jsonl.tmp") && count++ === 0)
        write(world, [put("t-late")]);
      return undefined;
    });
    expect(await writeAndSettle(process, [put("t-mine")])).toEqual({ kind: "done", value: {} });
    expect(count).toBe(2);
    expect(faceIn(world)).toContain('"id":"t-late"');
  });

  test("an export that others outrun for ever ends", async () => {
    const world = await syncedWorld();
    let count = 0;
    const process = world.start(({ name, path }) => {
      if (name === "append" && path.includes("issues.jsonl.tmp")) write(world, [put(`t-late${count++}`)]);
      return undefined;
    });
    expect(await writeAndSettle(process, [put("t-mine")])).toEqual({ kind: "done", value: {} });
    expect(count).toBe(2);
  });

  test("a face that somebody writes to all the while is left to him", async () => {
    const world = await syncedWorld();
    let count = 0;
    const process = world.start(({ name, path }) => {
      if (name === "append" && path.includes("issues.jsonl.tmp"))
        replaceFace(world, `${line(`t-theirs${count++}`, "Theirs")}\n`);
      return undefined;
    });
    expect(await writeAndSettle(process, [put("t-mine")])).toMatchObject({
      value: { lag: { reason: "changing" } },
    });
    const all = titlesIn(world);
    for (let each = 0; each < count; each += 1) expect(all[`t-theirs${each}`]).toBe("Theirs");
  });

  test("exports stop for a while when they have used up their allowance, and `sync` does not", async () => {
    const world = await syncedWorld();
    // A machine on which an export takes a second.
    const slow = () =>
      world.start(({ name, path }) => {
        if (name === "append" && path.includes("issues.jsonl.tmp")) world.nowMs += 1000;
        return undefined;
      });
    expect(await writeAndSettle(slow(), [put("t-one")])).toEqual({ kind: "done", value: {} });
    const before = faceIn(world);
    expect(await writeAndSettle(slow(), [put("t-two")])).toMatchObject({
      value: { lag: { reason: "spent", behind: 1 } },
    });
    expect(await writeAndSettle(slow(), [put("t-three")])).toMatchObject({
      value: { lag: { reason: "spent", behind: 2 } },
    });
    expect(faceIn(world)).toBe(before);
    expect(await sync(world)).toMatchObject({ kind: "done" });
    expect(faceIn(world)).toContain('"id":"t-three"');
    world.nowMs += 60_000;
    expect(await writeAndSettle(slow(), [put("t-four")])).toEqual({ kind: "done", value: {} });
    expect(faceIn(world)).toContain('"id":"t-four"');
  });

  test(
    "an error of the export loses nothing of what was answered, nor of the face",
    async () => {
      const base = await syncedWorld();
      const before = faceIn(base);
      const trace = base.fork().start();
      const first = trace.calls.length;
      await writeAndSettle(trace, [put("t-mine")]);
      const after = trace.calls.slice(first).findIndex(({ path }) => path.endsWith("compact.lock"));
      for (const call of trace.calls.slice(after)) {
        const world = base.fork();
        const process = world.start(({ number }) =>
          number === call.number ? { kind: "fail", code: "ENOSPC" } : undefined,
        );
        await writeAndSettle(process, [put("t-mine")]);
        if (titlesIn(world)["t-mine"] !== "New") throw new Error(`${described(call)}: lost`);
        const face = faceIn(world);
        if (face !== before && !face.includes('"id":"t-mine"'))
          throw new Error(`${described(call)}: ${face}`);
      }
    },
    timeoutMs,
  );
});

test(
  "an automatic export that is killed at any call leaves the old face or the new one, and after a power cut the next `sync` writes it whole",
  async () => {
    const base = await syncedWorld();
    const before = faceIn(base);
    const whole = base.fork();
    await writeAndSettle(whole.start(), [put("t-mine")]);
    const after = faceIn(whole);
    const trace = base.fork().start();
    await writeAndSettle(trace, [put("t-mine")]);
    for (const call of [...trace.calls.filter(isChange), undefined]) {
      const world = base.fork();
      const process = world.start(({ number }) => (number === call?.number ? { kind: "stop" } : undefined));
      await writeAndSettle(process, [put("t-mine")]);
      expect([before, after]).toContain(faceIn(world));
      for (let seed = 0; seed < 12; seed += 1) {
        const cut = world.powerCut(seed);
        const titlesBefore = titlesIn(cut);
        expect(await sync(cut)).toMatchObject({ kind: "done" });
        const isWritten = "t-mine" in titlesBefore;
        // Where the disk made up bytes of its own, they are a line that nobody can read, and stay beside all others.
        const lines = new Set(faceIn(cut).split("\n"));
        const missing = (isWritten ? after : before).split("\n").filter((text) => !lines.has(text));
        if (missing.length > 0)
          throw new Error(
            `killed at ${described(call)}, power cut ${seed}: the face is ${JSON.stringify(faceIn(cut))}`,
          );
      }
    }
  },
  timeoutMs,
);

test("what `sync` answered for survives a power cut, also when an automatic export had written it", async () => {
  const world = await syncedWorld();
  await writeAndSettle(world.start(), [put("t-mine")]);
  const face = faceIn(world);
  expect(face).toContain('"id":"t-mine"');
  expect(await sync(world)).toMatchObject({ kind: "done", value: { outcome: "unchanged" } });
  for (let seed = 0; seed < 30; seed += 1) expect([seed, faceIn(world.powerCut(seed))]).toEqual([seed, face]);
});

describe("in a real repository", () => {
  async function lagOf(workspace: TestWorkspace): Promise<unknown> {
    const store = workspace.open();
    addIssue(store, "more");
    return (await store.settle()).lag;
  }

  test("nothing is exported while git is in the middle of something", async () => {
    const workspace = await makeWorkspace("automatic");
    const git = `${workspace.directory}/.git`;
    mkdirSync(git);
    const path = `${workspace.directory}/.beads/issues.jsonl`;
    for (const mark of [
      "index.lock",
      "MERGE_HEAD",
      "CHERRY_PICK_HEAD",
      "REVERT_HEAD",
      "rebase-merge",
      "rebase-apply",
    ]) {
      expect(await lagOf(workspace)).toBeUndefined();
      const before = readFileSync(path, "utf8");
      mkdirSync(`${git}/${mark}`);
      expect(await lagOf(workspace)).toEqual({ reason: "git", behind: 1 });
      expect(readFileSync(path, "utf8")).toBe(before);
      rmSync(`${git}/${mark}`, { recursive: true });
    }
  });

  test("nothing is exported where sync.auto_flush is off", async () => {
    const workspace = await makeWorkspace("automatic");
    const path = `${workspace.directory}/.beads/issues.jsonl`;
    writeFileSync(`${workspace.directory}/.beads/config.yaml`, "sync:\n  auto_flush: false\n");
    expect(await lagOf(workspace)).toEqual({ reason: "off", behind: 1 });
    expect(readFileSync(path, "utf8")).toBe("");
    await workspace.open().sync({ ...tester, command: "sync" });
    expect(readFileSync(path, "utf8")).toContain('"title":"more"');
  });

  test("a face of more than 8 MB is left to `sync`", async () => {
    const workspace = await makeWorkspace("automatic");
    const path = `${workspace.directory}/.beads/issues.jsonl`;
    const line = (length: number): string => `{"_type":"${"x".repeat(length - 13)}"}\n`;
    writeFileSync(path, line(8 * 1024 * 1024));
    expect(await lagOf(workspace)).toBeUndefined();
    writeFileSync(path, line(8 * 1024 * 1024 + 1));
    expect(await lagOf(workspace)).toEqual({ reason: "large" });
    truncateSync(path, 0);
    expect(await lagOf(workspace)).toBeUndefined();
    expect(titles(workspace.open())).toEqual(["more", "more", "more"]);
  }, 30_000);

  test("so is one that would become so large, after that mutation and after the next", async () => {
    const workspace = await makeWorkspace("automatic");
    const path = `${workspace.directory}/.beads/issues.jsonl`;
    const store = workspace.open();
    const texts = ["a", "b"].map((letter) => letter.repeat(9 * 1024 * 1024));
    store.write({ ...tester, command: "import" }, () => ({
      operations: texts.map((text, at) => put(`t-${at}`, text)),
      result: undefined,
    }));
    expect(await store.settle()).toMatchObject({ lag: { reason: "large" } });
    expect(await lagOf(workspace)).toMatchObject({ reason: "large" });
    expect(await lagOf(workspace)).toMatchObject({ reason: "large" });
    expect(readFileSync(path, "utf8")).toBe("");
    await workspace.open().sync({ ...tester, command: "sync" });
    expect(titles(workspace.open())).toHaveLength(4);
  }, 30_000);
});

test("the sequence that the face shows is the one of the store", async () => {
  const world = await syncedWorld();
  await writeAndSettle(world.start(), [put("t-mine")]);
  const status = await attemptAsync(() => world.start().store().faceStatus());
  expect(status).toMatchObject({ value: { exportedSequence: sequenceIn(world), toTakeIn: [], toWrite: [] } });
});
