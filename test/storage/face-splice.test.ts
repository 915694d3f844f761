import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Operation } from "../../model/operation";
import { storeWithWrites } from "../helpers/moments";
import {
  faceIn,
  put,
  replaceFace,
  sequenceIn,
  sync,
  syncedWorld,
  write,
  writeAndSettle,
} from "../helpers/simulated-face";
import { attemptAsync, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

const timeoutMs = 60_000;

const anId = fc.constantFrom("t-1", "t-10", "t-2", "t-2.a", "t-é", "a-first", "z-last", "t-other");
const anOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(anId, fc.string()).map(([id, title]) => put(id, title)),
  fc.tuple(anId, fc.boolean()).map(
    ([id, ephemeral]): Operation => ({
      op: "put",
      id,
      line: line(id, "E").replace(/}$/, `,"ephemeral":${ephemeral}}`),
    }),
  ),
  fc
    .tuple(fc.constantFrom("t-root", "t-other"), fc.string())
    .map(([id, notes]): Operation => ({ op: "change", id, at: 1_800_000_000_000, set: { notes } })),
  fc.constant<Operation>({ op: "purge", id: "t-third", at: 1_800_000_000_000 }),
  fc
    .string()
    .map((value): Operation => ({ op: "record", type: "memory", key: "k", value, at: 1, by: "ann" })),
);
const operations = fc.array(anOperation, { minLength: 1, maxLength: 4 });
/** What happens: a mutation that exports, one that does not, a compaction, somebody's edit of the face. */
const step = fc.oneof(
  { weight: 6, arbitrary: operations.map((each) => ({ kind: "export" as const, operations: each })) },
  { weight: 3, arbitrary: operations.map((each) => ({ kind: "write" as const, operations: each })) },
  { weight: 1, arbitrary: fc.constant({ kind: "compact" as const, operations: [] }) },
  { weight: 1, arbitrary: fc.string().map((title) => ({ kind: "edit" as const, operations: [], title })) },
);

async function compact(world: SimulatedWorld): Promise<void> {
  const process = world.start();
  await attemptAsync(() => process.store().compact());
  process.kill();
}

test(
  "whatever happened since the last export, the next one leaves just the face that `sync` writes",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const world = await syncedWorld();
        for (const each of steps) {
          world.nowMs += 5000;
          if (each.kind === "compact") await compact(world);
          else if (each.kind === "edit")
            replaceFace(world, `${faceIn(world)}${line("t-theirs", each.title)}\n`);
          else if (each.kind === "write") write(world, each.operations);
          else
            expect(await writeAndSettle(world.start(), each.operations)).toEqual({ kind: "done", value: {} });
          if (each.kind !== "export") continue;
          const twin = world.fork();
          const report = await sync(twin);
          expect(report).toMatchObject({
            kind: "done",
            value: { outcome: "unchanged", takenIn: [], sequence: sequenceIn(world) },
          });
        }
      }),
      { numRuns: 60 },
    );
  },
  timeoutMs,
);

describe("an export that knows what has changed", () => {
  /** Calls of the export that follows the write of these operations. */
  async function callsOf(world: SimulatedWorld, operations: readonly Operation[]) {
    const process = world.start();
    expect(await writeAndSettle(process, operations)).toEqual({ kind: "done", value: {} });
    const begin = process.calls.findIndex(({ path }) => path.endsWith("compact.lock"));
    return process.calls.slice(begin);
  }

  test("reads neither the snapshot nor the log again", async () => {
    const calls = await callsOf(await syncedWorld(), [put("t-mine")]);
    expect(calls.filter(({ name, path }) => name === "open" && /snapshot|wal\./.test(path))).toEqual([]);
  });

  test("does so too when earlier writes did not export", async () => {
    const world = await syncedWorld();
    write(world, [put("t-one")]);
    write(world, [put("t-two")]);
    const calls = await callsOf(world, [put("t-three")]);
    expect(calls.filter(({ name, path }) => name === "open" && /snapshot|wal\./.test(path))).toEqual([]);
    for (const id of ["t-one", "t-two", "t-three"]) expect(faceIn(world)).toContain(`"id":"${id}"`);
  });

  test("writes no face for what no face shows", async () => {
    const world = await syncedWorld();
    const before = world.file("issues.jsonl")?.number;
    const ephemeral = line("t-mine", "Mine").replace(/}$/, ',"ephemeral":true}');
    const calls = await callsOf(world, [{ op: "put", id: "t-mine", line: ephemeral }]);
    expect(calls.filter(({ path }) => path.includes("issues.jsonl.tmp"))).toEqual([]);
    expect(world.file("issues.jsonl")?.number).toBe(before ?? 0);
    const status = await attemptAsync(() => world.start().store().faceStatus());
    expect(status).toMatchObject({ value: { exportedSequence: sequenceIn(world) } });
  });

  test("takes out the line of an issue that is to stay in this clone from now on", async () => {
    const world = await syncedWorld();
    await writeAndSettle(world.start(), [put("t-mine")]);
    const ephemeral = line("t-mine", "Mine").replace(/}$/, ',"ephemeral":true}');
    await callsOf(world, [{ op: "put", id: "t-mine", line: ephemeral }]);
    expect(faceIn(world)).not.toContain("t-mine");
  });

  test("after more changes than it is worth, writes each line", async () => {
    const world = await syncedWorld();
    const many = Array.from({ length: 150 }, (_, at) => put(`t-many${at}`));
    const calls = await callsOf(world, many);
    expect(
      calls.filter(({ name, path }) => name === "open" && path.endsWith("snapshot")).length,
    ).toBeGreaterThan(0);
    expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged", issues: 155 } });
  });
});

test("a face whose bytes changed and whose times did not is taken in and not written over", async () => {
  const { world } = storeWithWrites(1);
  await sync(world);
  world.nowMs += 10_000;
  const face = world.file("issues.jsonl");
  if (face === undefined) throw new Error("there is a face");
  const { modifiedNs, changedNs } = face;
  const text = faceIn(world).replace('"title":"Third"', '"title":"3hird"');
  face.write(0, new TextEncoder().encode(text), world.disk.tick());
  Object.assign(face, { modifiedNs, changedNs });
  expect(await writeAndSettle(world.start(), [put("t-mine")])).toEqual({ kind: "done", value: {} });
  expect(faceIn(world)).toContain("3hird");
  expect(faceIn(world)).toContain("t-mine");
});

test("an export of an earlier state than another one's leaves the face as that one wrote it", async () => {
  const world = await syncedWorld();
  let isFirst = true;
  const process = world.start(({ name, path }) => {
    if (isFirst && name === "openOrCreate" && path.endsWith("compact.lock")) {
      isFirst = false;
      const other = world.start();
      other.store().write(tester, () => ({ operations: [put("t-other-late")], result: undefined }));
      other.kill();
    }
    return undefined;
  });
  expect(await writeAndSettle(process, [put("t-mine")])).toEqual({ kind: "done", value: {} });
  expect(isFirst).toBe(false);
  expect(faceIn(world)).toContain("t-other-late");
  expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged" } });
});
