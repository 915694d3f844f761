import { expect, setDefaultTimeout, test } from "bun:test";
import { contentBlockLength } from "../../storage/face-content";
import { faceIn, put, replaceFace, sync, syncedWorld, write } from "../helpers/simulated-face";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

test("a face that was only touched is read once, a block at a time, also by a write that has to decide again", async () => {
  const world = await syncedWorld();
  write(world, [put("t-long", "x".repeat(3 * contentBlockLength))]);
  await sync(world);
  const face = world.file("issues.jsonl");
  if (face === undefined) throw new Error("there is a face");
  face.modifiedNs += 5_000_000_000n;
  face.changedNs += 5_000_000_000n;
  world.nowMs += 60_000;
  const blocks = Math.ceil(face.size / contentBlockLength);
  expect(blocks).toBeGreaterThan(3);
  for (const names of readAndWrite(world)) {
    expect(names.filter((name) => name === "open")).toHaveLength(1);
    expect(names.filter((name) => name === "read")).toHaveLength(blocks);
  }
});

test("a changed face is read once, a block at a time, also by a write that has to decide again", async () => {
  const world = await syncedWorld();
  write(
    world,
    Array.from({ length: 40 }, (_, number) => put(`t-long-${number}`, "x".repeat(contentBlockLength / 10))),
  );
  await sync(world);
  replaceFace(world, `${faceIn(world)}${line("t-zzz", "Theirs")}\n`);
  const blocks = Math.ceil((world.file("issues.jsonl")?.size ?? 0) / contentBlockLength);
  expect(blocks).toBeGreaterThan(3);
  for (const names of readAndWrite(world)) {
    expect(names.filter((name) => name === "open")).toHaveLength(1);
    expect(names.filter((name) => name === "read")).toHaveLength(blocks);
  }
  const { state } = world
    .start()
    .store()
    .read((view) => view);
  expect([state.has("t-zzz"), state.has("t-mine"), state.has("t-theirs")]).toEqual([true, true, true]);
});

/** What a reader does with the face, and a writer that another one overtakes. */
function readAndWrite(world: SimulatedWorld): string[][] {
  const reader = world.start();
  reader.store().read(({ state }) => [...state.ids()]);
  const writer = world.start();
  let decisions = 0;
  writer.store().write(tester, () => {
    decisions += 1;
    if (decisions === 1) write(world, [put("t-theirs")]);
    return { operations: [put("t-mine")], result: undefined };
  });
  expect(decisions).toBe(2);
  return [reader, writer].map(({ calls }) => callsOn(calls));
}

/** What a process did with the face. */
function callsOn(calls: readonly { name: string; path: string }[]): string[] {
  return calls.filter(({ path }) => path.endsWith("/issues.jsonl")).map(({ name }) => name);
}
