import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { purgeIssue } from "../../model/change";
import { recencyOf } from "../../model/recency";
import { freshClone, storeWithWrites } from "../helpers/moments";
import {
  edited,
  faceIn,
  namesIn,
  overwriteFace,
  put,
  replaceFace,
  sequenceIn,
  storeBytes,
  sync,
  syncedWorld,
  titlesIn,
  worldWithNews,
  write,
} from "../helpers/simulated-face";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { compactIn, line } from "../helpers/story";
import { tester } from "../helpers/tester";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe("a face that somebody else changed", () => {
  test("is shown by the next read, which writes nothing", async () => {
    const world = await worldWithNews();
    const before = storeBytes(world);
    const names = namesIn(world);
    expect(titlesIn(world)["t-third"]).toBe("Theirs");
    expect(storeBytes(world)).toEqual(before);
    expect(namesIn(world)).toEqual(names);
  });

  test("is logged by the next write, in the very frame of that write", async () => {
    const world = await worldWithNews();
    const sequence = sequenceIn(world);
    write(world, [put("t-mine")]);
    expect(sequenceIn(world)).toBe(sequence + 1);
    const events = await world.start().store().history({ id: "t-third" });
    expect(events.at(-1)).toMatchObject({ sequence: sequence + 1, operation: { op: "take", id: "t-third" } });
    expect(await world.start().store().history({ id: "t-mine" })).toMatchObject([{ sequence: sequence + 1 }]);
  });

  test("stays in the store when the face goes away, behind a compaction and a power cut, too", async () => {
    const world = await worldWithNews();
    write(world, [put("t-mine")]);
    world.remove("issues.jsonl");
    for (let seed = 0; seed < 12; seed += 1)
      expect(titlesIn(world.powerCut(seed))).toMatchObject({ "t-third": "Theirs", "t-mine": "New" });
    expect(compactIn(world.start())).toMatchObject({ kind: "done" });
    expect(titlesIn(world)).toMatchObject({ "t-third": "Theirs", "t-mine": "New" });
    for (let seed = 0; seed < 12; seed += 1)
      expect(titlesIn(world.powerCut(seed))).toMatchObject({ "t-third": "Theirs", "t-mine": "New" });
  });

  test("is not logged by a write that changes nothing", async () => {
    const world = await worldWithNews();
    const sequence = sequenceIn(world);
    const before = world.file("store/wal.1")?.size;
    write(world, []);
    expect(sequenceIn(world)).toBe(sequence);
    expect(world.file("store/wal.1")?.size).toBe(before ?? 0);
    expect(titlesIn(world)["t-third"]).toBe("Theirs");
  });

  test("is what a write decides on", async () => {
    const world = await worldWithNews();
    const seen = world
      .start()
      .store()
      .write(tester, ({ state }) => ({ operations: [put("t-mine")], result: state.issue("t-third")?.title }));
    expect(seen.result).toBe("Theirs");
    expect(seen.view.state.issue("t-third")?.title).toBe("Theirs");
  });

  test("by writing into the same file is noticed as well", async () => {
    const world = await syncedWorld();
    const text = edited(faceIn(world), "t-third", '"title":"Third"', '"title":"Thirt"');
    overwriteFace(world, text);
    expect(titlesIn(world)["t-third"]).toBe("Thirt");
  });

  test("within the tick of its signature, to other bytes of the same size, is noticed", async () => {
    const { world } = storeWithWrites(1);
    replaceFace(world, edited(faceIn(world), "t-third", '"title":"Third"', '"title":"Once!"'));
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const nowNs = touchNow(world, face);
    expect(world.start().store().takeIn(tester)).toEqual({ changedIds: ["t-third"] });
    expect(titlesIn(world)["t-third"]).toBe("Once!");
    replaceBytes(face, '"Once!"', '"Twice"', nowNs);
    expect(titlesIn(world)["t-third"]).toBe("Twice");
  });

  test("within the tick in which it was read, long before it is signed, is noticed", async () => {
    const world = await worldWithNews("Once!");
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const nowNs = touchNow(world, face);
    const store = world.start().store();
    let decisions = 0;
    store.write(tester, () => {
      decisions += 1;
      if (decisions === 1) {
        // Another writer was first, and so the face is looked at a second time.
        write(world, [put("t-other-writer")]);
        replaceBytes(face, '"Once!"', '"Twice"', nowNs);
        world.nowMs += 5000;
      }
      return { operations: [put("t-mine")], result: undefined };
    });
    await store.settle();
    expect(decisions).toBe(2);
    expect(titlesIn(world)["t-third"]).toBe("Twice");
  });

  test("within the tick in which a store was made from it, long before it is signed, is noticed", () => {
    const { world } = freshClone();
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const nowNs = touchNow(world, face);
    const process = world.start(({ name, path }) => {
      if (name === "create" && path.includes("snapshot.tmp.")) world.nowMs += 5000;
      return undefined;
    });
    process.store().write(tester, () => ({ operations: [put("t-mine")], result: undefined }));
    process.kill();
    replaceBytes(face, '"Third"', '"Twice"', nowNs);
    expect(titlesIn(world)["t-third"]).toBe("Twice");
  });

  test("within its tick while an export writes the same beside it, is noticed", async () => {
    const world = await syncedWorld();
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const nowNs = touchNow(world, face);
    const process = world.start(({ name, path }) => {
      if (name !== "create" || !path.includes("issues.jsonl.tmp.")) return undefined;
      replaceBytes(face, '"Third"', '"Twice"', nowNs);
      world.nowMs += 5000;
      return undefined;
    });
    await process.store().sync(tester);
    expect(titlesIn(world)["t-third"]).toBe("Twice");
  });

  test("in bytes alone is noticed by the export that reads it, beside lines that are no issues, too", async () => {
    const world = await syncedWorld();
    replaceFace(world, `${faceIn(world)}{"_type":"theirs"}\n`);
    world.nowMs += 10_000;
    await sync(world);
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const { changedNs } = face;
    replaceBytes(face, '"Third"', '"Twice"', face.modifiedNs);
    face.changedNs = changedNs;
    expect(await sync(world)).toMatchObject({ kind: "done", value: { takenIn: ["t-third"] } });
    expect(titlesIn(world)["t-third"]).toBe("Twice");
  });

  test("brings new issues, and an absent line takes none away", async () => {
    const world = await syncedWorld();
    replaceFace(world, `${line("t-theirs", "Theirs")}\n`);
    const expected = { "t-theirs": "Theirs", "t-third": "Third", "t-other": "Other" };
    expect(titlesIn(world)).toMatchObject(expected);
    write(world, [put("t-mine")]);
    expect(titlesIn(world)).toMatchObject(expected);
    replaceFace(world, "");
    expect(titlesIn(world)).toMatchObject(expected);
    world.remove("issues.jsonl");
    expect(titlesIn(world)).toMatchObject(expected);
  });
});

type FaceNode = NonNullable<ReturnType<SimulatedWorld["file"]>>;

/** As the coarse clock of a kernel has it: whatever is done now was done at the time of the last change. */
function touchNow(world: SimulatedWorld, face: FaceNode): bigint {
  const nowNs = BigInt(Math.floor(world.nowMs)) * 1_000_000n;
  face.modifiedNs = nowNs;
  face.changedNs = nowNs;
  return nowNs;
}

/** In place, leaving size and times as they are. */
function replaceBytes(face: FaceNode, from: string, to: string, nowNs: bigint): void {
  const at = Buffer.from(face.read(0, face.size)).indexOf(from);
  if (at === -1) throw new Error(`the face has no ${from}`);
  face.write(at, Buffer.from(to), nowNs);
}

describe("a face that nobody changed", () => {
  test("costs one stat and is not opened", async () => {
    const world = await syncedWorld();
    const reader = world.start();
    reader.store().read(({ state }) => [...state.ids()]);
    expect(callsOn(reader.calls)).toEqual(["statusOf"]);
    const writer = world.start();
    writer.store().write(tester, () => ({ operations: [put("t-mine")], result: undefined }));
    expect(callsOn(writer.calls)).toEqual(["statusOf"]);
  });

  test("is not read again either when others' lines in it were taken in", async () => {
    const world = await worldWithNews();
    world.nowMs += 10_000;
    expect(world.start().store().takeIn(tester)).toEqual({ changedIds: ["t-third"] });
    const reader = world.start();
    reader.store().read(({ state }) => [...state.ids()]);
    expect(callsOn(reader.calls)).toEqual(["statusOf"]);
  });

  test("but only touched brings nothing, and the next write signs it anew", async () => {
    const world = await syncedWorld();
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    face.modifiedNs += 5_000_000_000n;
    face.changedNs += 5_000_000_000n;
    world.nowMs += 60_000;
    const sequence = sequenceIn(world);
    const taken = world.start().store().takeIn(tester);
    expect(taken.changedIds).toEqual([]);
    expect(sequenceIn(world)).toBe(sequence);
    const reader = world.start();
    reader.store().read(({ state }) => [...state.ids()]);
    expect(callsOn(reader.calls)).toEqual(["statusOf"]);
  });
});

describe("lines", () => {
  test("of one id merge to the same issue in whatever order they stand", async () => {
    const fresh = await syncedWorld();
    const face = faceIn(fresh);
    const third = face.split("\n").find((text) => text.includes('"id":"t-third"')) ?? "";
    const later = (text: string, minute: number): string =>
      text.replace('"updated_at":"2026-01-02T03:04', `"updated_at":"2026-02-02T03:${minute}`);
    const variants = [
      third,
      later(third.replace('"title":"Third"', '"title":"Late"'), 30),
      later(third.replace('"priority":2', '"priority":0'), 20),
    ];
    const results = new Set<string>();
    for (const order of permutations(variants)) {
      const world = fresh.fork();
      replaceFace(world, `${order.join("\n")}\n`);
      write(world, [put("t-mine")]);
      results.add(
        world
          .start()
          .store()
          .read(({ state }) => state.line("t-third")) ?? "",
      );
    }
    expect(results.size).toBe(1);
    expect([...results][0]).toContain('"title":"Late"');
    expect([...results][0]).toContain('"priority":0');
  });

  test("with a byte order mark, carriage returns and conflict markers around them are read as what they say", async () => {
    const world = await syncedWorld();
    const text = edited(faceIn(world), "t-third", '"title":"Third"', '"title":"Theirs"');
    replaceFace(world, `\uFEFF${text.replaceAll("\n", "\r\n")}`);
    expect(titlesIn(world)["t-third"]).toBe("Theirs");
    replaceFace(world, `<<<<<<< HEAD\r\n${text.replaceAll("\n", "\r\n")}=======\n>>>>>>> b\r\n`);
    const store = world.start().store();
    expect(store.read(({ state }) => state.issue("t-third")?.title)).toBe("Theirs");
    expect(store.notices).toEqual([expect.stringContaining("git left a conflict in it, first on line 1")]);
  });

  test("of which the last is cut off are read up to there, and `sync` keeps what is left of it", async () => {
    const world = await syncedWorld();
    const torn = '{"id":"t-zz","title":"half of';
    replaceFace(world, `${faceIn(world)}${line("t-theirs", "Theirs")}\n${torn}`);
    const store = world.start().store();
    expect(store.read(({ state }) => [state.has("t-theirs"), state.has("t-zz")])).toEqual([true, false]);
    expect(store.notices).toEqual([expect.stringContaining("the last line (7) is cut off")]);
    const report = await sync(world);
    expect(report).toMatchObject({ kind: "done", value: { takenIn: ["t-theirs"] } });
    if (report.kind !== "done") throw new Error("it was done");
    const copy = String(Reflect.get(Object(report.value), "tornLineCopy"));
    expect(copy).toContain("/store/quarantine/");
    const kept = world.disk.at(copy);
    if (kept?.kind !== "file") throw new Error("the copy is there");
    expect(Buffer.from(kept.read(0, kept.size)).toString()).toBe(torn);
    expect(faceIn(world)).not.toContain("half of");
  });

  test("of an issue that was purged never come back, neither into the store nor into its log", async () => {
    const secret = "correct horse battery staple";
    const world = await syncedWorld();
    write(world, [{ op: "change", id: "t-third", at: 1_800_000_000_000, set: { notes: secret } }]);
    await sync(world);
    const stale = faceIn(world);
    expect(stale).toContain(secret);
    const process = world.start();
    process.store().write({ ...tester, command: "delete" }, ({ state }) => {
      const issue = state.issue("t-third");
      const text = state.line("t-third");
      if (issue === undefined || text === undefined) throw new Error("it is there");
      const operation = purgeIssue(issue, {
        recency: recencyOf(text),
        nowMs: 1_900_000_000_000,
        actor: "tester",
      });
      return { operations: operation === undefined ? [] : [operation], result: undefined };
    });
    await process.store().scrub(["t-third"]);
    const unstamped = edited(stale, "t-third", secret, `${secret}, again`).replace(/,"_stamp":"[^"]*"/g, "");
    for (const text of [stale, unstamped, `<<<<<<< a\n${stale}=======\n${unstamped}>>>>>>> b\n`]) {
      replaceFace(world, text);
      expect(titlesIn(world)["t-third"]).toBe("(purged)");
      write(world, [put(`t-mine-${text.length}`)]);
      await sync(world);
      const holders = Object.entries(storeBytes(world)).filter(([, bytes]) => bytes.includes(secret));
      expect(holders.map(([name]) => name)).toEqual([]);
      expect(faceIn(world)).not.toContain(secret);
    }
  });

  test("of an old commit change nothing, stamped or not", async () => {
    const world = await syncedWorld();
    const faces = [faceIn(world)];
    for (const [at, title] of [
      [1_800_000_000_000, "second"],
      [1_800_000_001_000, "third"],
    ] as const) {
      write(world, [{ op: "change", id: "t-third", at, set: { title } }]);
      await sync(world);
      faces.push(faceIn(world));
    }
    write(world, [{ op: "change", id: "t-third", at: 1_800_000_002_000, set: { title: "last" } }]);
    const expected = world
      .start()
      .store()
      .read(({ state }) => [...state.ids()].map((id) => state.line(id)));
    for (const isCompacted of [false, true]) {
      if (isCompacted) compactIn(world.start());
      for (const [index, face] of faces.entries()) {
        replaceFace(world, face);
        const sequence = sequenceIn(world);
        expect(world.start().store().takeIn(tester).changedIds).toEqual([]);
        expect([index, sequenceIn(world)]).toEqual([index, sequence]);
        expect(
          world
            .start()
            .store()
            .read(({ state }) => [...state.ids()].map((id) => state.line(id))),
        ).toEqual(expected);
      }
    }
  });
});

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
}

/** What a process did with the face. */
function callsOn(calls: readonly { name: string; path: string }[]): string[] {
  return calls.filter(({ path }) => path.endsWith("/issues.jsonl")).map(({ name }) => name);
}
