import { describe, expect, test } from "bun:test";
import { bearFromFace } from "../../storage/fresh-clone";
import { openForWriting, openPlace } from "../../storage/session";
import { Store } from "../../storage/store";
import { freshClone, storeWithWrites } from "../helpers/moments";
import { faceIn, namesIn, put, replaceFace, sync, write } from "../helpers/simulated-face";
import {
  attemptAsync,
  beadsPath,
  repositoryPath,
  SimulatedWorld,
  workspace,
} from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";
import { tester } from "../helpers/tester";

const timeoutMs = 30_000;

describe("the face that sync writes", () => {
  test("has one line an issue, in the order of the ids' bytes, as the store holds it", async () => {
    const { world } = freshClone();
    const odd = '{"id":"a-odd" ,"title":"Odd","zz":[1.0]}';
    write(world, [put("t-b"), put("t-B"), put("t-é"), { op: "put", id: "a-odd", line: odd }]);
    const report = await sync(world);
    expect(report).toMatchObject({
      kind: "done",
      value: { outcome: "written", issues: 7, carriedOver: 0, sequence: 1 },
    });
    const lines = faceIn(world).split("\n");
    expect(lines[0]).toBe(odd);
    expect(lines.map((text) => text.slice(0, 12))).toEqual(
      [odd, line("t-B", ""), line("t-b", ""), ...faceLines, line("t-é", ""), ""].map((text) =>
        text.slice(0, 12),
      ),
    );
  });

  test("is not written again when it would hold the same bytes", async () => {
    const { world } = storeWithWrites(2);
    await sync(world);
    const number = world.file("issues.jsonl")?.number;
    expect(await sync(world)).toMatchObject({ kind: "done", value: { outcome: "unchanged", issues: 7 } });
    expect(world.file("issues.jsonl")?.number).toBe(number ?? 0);
    expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
  });

  test("leaves ephemeral issues out, and only those", async () => {
    const { world } = freshClone();
    const ephemeral = '{"id":"t-gone","title":"Gone","ephemeral":true}';
    const wisp = '{"id":"t-wisp","title":"Wisp","wisp":true}';
    const word = '{"id":"t-word","title":"about \\"ephemeral\\" things","ephemeral":false}';
    write(world, [
      { op: "put", id: "t-gone", line: ephemeral },
      { op: "put", id: "t-wisp", line: wisp },
      { op: "put", id: "t-word", line: word },
    ]);
    await sync(world);
    const face = faceIn(world);
    expect(face).not.toContain("t-gone");
    expect(face).not.toContain("t-wisp");
    expect(face).toContain(`${word}\n`);
  });

  test("repeats lines of other kinds and lines that cannot be read, each behind the issue it stood behind", async () => {
    const guests = ['{"_type":"config","x": 1}', "{broken", '{"_schema":2}'];
    const [other, root, third] = faceLines;
    const world = SimulatedWorld.withWorkspace([
      guests[0],
      other,
      guests[1],
      root,
      third,
      guests[2],
    ] as string[]);
    write(world, [put("t-p"), put("t-zz")]);
    const report = await sync(world);
    expect(report).toMatchObject({ value: { issues: 5, carriedOver: 3, unreadable: [3] } });
    expect(faceIn(world)).toBe(
      [guests[0], other, guests[1], line("t-p", "New"), root, third, guests[2], line("t-zz", "New"), ""].join(
        "\n",
      ),
    );
  });

  test("keeps the permissions of the file it replaces", async () => {
    const { world } = storeWithWrites(1);
    const face = world.file("issues.jsonl");
    if (face !== undefined) face.permissions = 0o640;
    await sync(world);
    expect(world.file("issues.jsonl")?.permissions).toBe(0o640);
    expect(world.file("issues.jsonl")?.number).not.toBe(face?.number ?? 0);
  });

  test("is made when there was none", async () => {
    const { world } = storeWithWrites(1);
    world.remove("issues.jsonl");
    expect(await sync(world)).toMatchObject({ value: { outcome: "written", issues: 5 } });
    expect(world.file("issues.jsonl")?.permissions).toBe(0o664);
    expect(faceIn(world).split("\n")).toHaveLength(6);
  });
});

describe("a face that somebody else changed", () => {
  test("is taken in before it is written, and keeps what was changed there", async () => {
    const { world } = storeWithWrites(1);
    await sync(world);
    const changed = faceIn(world).replace('"title":"Third"', '"title":"Theirs"');
    replaceFace(world, changed);
    write(world, [{ op: "change", id: "t-third", at: 1_900_000_000_000, set: { notes: "Ours" } }]);
    expect(await sync(world)).toMatchObject({ value: { outcome: "written" } });
    const written = faceIn(world)
      .split("\n")
      .find((text) => text.includes('"id":"t-third"'));
    expect(written).toContain('"title":"Theirs"');
    expect(written).toContain('"notes":"Ours"');
  });

  test("is overwritten when it only lacks lines, or holds them in another order", async () => {
    const { world } = storeWithWrites(1);
    await sync(world);
    const whole = faceIn(world);
    const lines = whole.trimEnd().split("\n");
    for (const other of [lines.slice(1), lines.toReversed(), []]) {
      replaceFace(world, other.map((text) => `${text}\n`).join(""));
      expect(await sync(world)).toMatchObject({ value: { outcome: "written" } });
      expect(faceIn(world)).toBe(whole);
    }
  });

  test("into a conflict is merged from the lines of both sides", async () => {
    const { world } = storeWithWrites(1);
    const [other = "", root = "", third = ""] = faceLines;
    const ours = third.replace('"title":"Third"', '"title":"Ours","priority":1');
    replaceFace(
      world,
      [
        other,
        root,
        "<<<<<<< HEAD",
        ours,
        "||||||| base",
        third,
        "=======",
        line("t-new", "Right"),
        ">>>>>>> theirs",
        "",
      ].join("\n"),
    );
    expect(await sync(world)).toMatchObject({ kind: "done", value: { takenIn: ["t-new", "t-third"] } });
    const written = faceIn(world);
    expect(written).toContain('"title":"Ours"');
    expect(written).toContain('"title":"Right"');
    expect(written).not.toMatch(/^[<|=>]{7}/m);
  });

  test("is not ours to judge after our own last export of the same bytes", async () => {
    const { world } = freshClone();
    write(world, [{ op: "change", id: "t-third", at: 1_800_000_000_000, set: { title: "Ours" } }]);
    // The face still has the line that was taken in at birth, which the store has left behind.
    expect(await sync(world)).toMatchObject({ value: { outcome: "written" } });
    expect(faceIn(world)).toContain('"title":"Ours"');
  });
});

test(
  "an export that is killed or fails at any call leaves the old face or the new one, whole",
  async () => {
    const base = storeWithWrites(1);
    const before = faceIn(base.world);
    const whole = base.world.fork();
    await sync(whole);
    const after = faceIn(whole);
    const trace = base.world.fork().start();
    await trace.store().sync(tester);
    for (const { number } of trace.calls) {
      for (const fault of [{ kind: "stop" }, { kind: "fail", code: "EIO" }] as const) {
        const world = base.world.fork();
        const process = world.start((call) => (call.number === number ? fault : undefined));
        await attemptAsync(() => process.store().sync(tester));
        process.kill();
        expect([before, after]).toContain(faceIn(world));
        for (let seed = 0; seed < 6; seed += 1)
          expect([before, after]).toContain(faceIn(world.powerCut(seed)));
        expect(await sync(world)).toMatchObject({ kind: "done" });
        expect(faceIn(world)).toBe(after);
      }
    }
  },
  timeoutMs,
);

test("once an export was answered, it survives a power cut", async () => {
  const { world } = storeWithWrites(2);
  await sync(world);
  for (let seed = 0; seed < 30; seed += 1) expect(faceIn(world.powerCut(seed))).toBe(faceIn(world));
});

test("a linked worktree gets a directory and a face of its own, from the store of the main one", async () => {
  const { world } = storeWithWrites(1);
  const linked = `${repositoryPath}/linked`;
  const repository = world.disk.at(repositoryPath);
  if (repository?.kind === "directory") world.disk.makeDirectory(repository, "linked", 0o755);
  const workspace = { beadsPath: `${linked}/.beads`, storeOwnerPath: beadsPath, reason: "linked" };
  const { environment } = world.start();
  const store = new Store(workspace, { cwd: linked, env: {}, lockTimeoutMs: 100 }, environment);
  expect(store.read(({ state }) => state.count)).toBe(5);
  expect(await store.sync(tester)).toMatchObject({
    outcome: "written",
    issues: 5,
    path: `${linked}/.beads/issues.jsonl`,
  });
  expect(world.disk.at(`${linked}/.beads/issues.jsonl`)).toMatchObject({ kind: "file" });
  expect(await store.sync(tester)).toMatchObject({ outcome: "unchanged" });
});

test("an export sweeps what killed exports left beside the face, and nothing else", async () => {
  const { world } = storeWithWrites(1);
  const killed = world.start(({ name, path }) =>
    name === "remove" && path.includes("issues.jsonl.tmp") ? { kind: "stop" } : undefined,
  );
  await attemptAsync(() => killed.store().sync(tester));
  const living = world.start();
  const beads = world.disk.at(beadsPath);
  if (beads?.kind !== "directory") throw new Error("the workspace is there");
  const others = [`issues.jsonl.tmp.${living.id}.abc`, `notes.tmp.${killed.id}.abc`, "issues.jsonl.bak"];
  for (const name of others) world.disk.createFile(beads, name, 0o644);
  expect(namesIn(world)).toHaveLength(6);
  await sync(world);
  expect(namesIn(world)).toEqual([...others, "issues.jsonl", "store"].sort());
});

describe("no descriptor stays open", () => {
  test("behind an export that was done or failed at any call", async () => {
    const { world } = storeWithWrites(1);
    const linked = {
      beadsPath: `${repositoryPath}/linked/.beads`,
      storeOwnerPath: beadsPath,
      reason: "linked",
    };
    const repository = world.disk.at(repositoryPath);
    if (repository?.kind === "directory") world.disk.makeDirectory(repository, "linked", 0o755);
    const actions: ((store: Store, environment: Store["environment"]) => Promise<unknown>)[] = [
      (store) => store.sync(tester),
      (store) => store.exportTo(`${repositoryPath}/out.jsonl`),
      (_, environment) =>
        new Store(linked, { cwd: repositoryPath, env: {}, lockTimeoutMs: 100 }, environment).sync(tester),
    ];
    for (const action of actions) {
      const trace = world.fork().start();
      await attemptAsync(() => action(trace.store(), trace.environment));
      expect(trace.handles.size).toBe(0);
      // From where the export itself begins.
      const first = trace.calls.findIndex(
        ({ path }) => path.endsWith("/compact.lock") || path === repositoryPath,
      );
      expect(first).toBeGreaterThan(0);
      for (const { number } of trace.calls.slice(first)) {
        const process = world
          .fork()
          .start((call) => (call.number === number ? { kind: "fail", code: "EIO" } : undefined));
        await attemptAsync(() => action(process.store(), process.environment));
        const left = [...process.handles].map((handle) => ("path" in handle ? handle.path : handle));
        expect([trace.calls[number - 1], left]).toEqual([trace.calls[number - 1], []]);
      }
    }
  });

  test("behind a birth that another process was faster with", () => {
    const { world } = storeWithWrites(1);
    const process = world.start();
    const place = openPlace(workspace, process.environment);
    const session = openForWriting(place.owner, process.environment);
    expect(bearFromFace(place, session, { workspace, lockTimeoutMs: 100 })).toBeUndefined();
    session.close();
    place.close();
    expect(process.handles.size).toBe(0);
  });
});

test("a clone takes its prefix from metadata.json, and without that from its issues", () => {
  const { world } = freshClone();
  const prefix = (): string =>
    world
      .start()
      .store()
      .read((view) => view.prefix);
  expect(prefix()).toBe("t");
  const beads = world.disk.at(beadsPath);
  if (beads?.kind !== "directory") throw new Error("the workspace is there");
  world.disk
    .createFile(beads, "metadata.json", 0o644)
    .write(0, Buffer.from('{"prefix": "said"}'), world.disk.tick());
  expect(prefix()).toBe("said");
});
