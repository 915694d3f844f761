import { expect, setDefaultTimeout, test } from "bun:test";
import { storeWithWrites } from "../helpers/moments";
import { compactIn } from "../helpers/story";
import { callsOf, comeBack, compaction, disturbed, explained, type Moment } from "../helpers/sweep";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

test("segments are not retired on the word of a snapshot whose name may not be durable yet", () => {
  const moment = storeWithWrites(3);
  const calls = callsOf(moment, compaction);
  const published = calls.findIndex(({ name, path }) => name === "rename" && path.includes("/snapshot.tmp."));
  const killed = disturbed(moment, compaction, published + 2, { kind: "stop" });
  expect(compactIn(killed.world.start())).toMatchObject({
    kind: "done",
    value: { outcome: "nothing-to-fold" },
  });
  expect(killed.world.file("store/history/wal.1")).toBeDefined();
  explained("the second compaction retired the log", () => comeBack(killed, 12));
});

test("the snapshot that a store was born with goes into its history as it is, or as a copy where no file can have two names", () => {
  for (const canLink of [true, false]) {
    const { world } = storeWithWrites(3);
    world.disk.canLink = canLink;
    const base = world.file("store/snapshot");
    const content = base?.read(0, 1 << 20);
    compactIn(world.start());
    const kept = world.file("store/history/snapshot.1");
    expect(kept?.read(0, 1 << 20)).toEqual(content ?? new Uint8Array(0));
    expect(kept?.number === base?.number).toBe(canLink);
    expect(kept?.links).toBe(1);
  }
});

test("a process that died while a base had two names leaves nothing that the check complains about", async () => {
  const moment = storeWithWrites(3);
  const calls = callsOf(moment, compaction);
  const linked = calls.findIndex(({ name }) => name === "link");
  const { world } = disturbed(moment, compaction, linked + 2, { kind: "stop" });
  expect(world.file("store/snapshot")?.links).toBe(2);
  const { findings } = await world.start().store().check();
  expect(findings.find(({ check }) => check === "links")).toMatchObject({ status: "pass" });
});

for (const canLink of [true, false])
  test(`the snapshot that a store was born with is durable in its history before another one takes its place${canLink ? "" : ", also where no file can have two names"}`, () => {
    const moment = storeWithWrites(3);
    moment.world.disk.canLink = canLink;
    const calls = callsOf(moment, compaction);
    const published = calls.findIndex(
      ({ name, path }) => name === "rename" && path.includes("/snapshot.tmp."),
    );
    const base = moment.world.file("store/snapshot")?.read(0, 1 << 20);
    for (let seed = 0; seed < 20; seed += 1) {
      const killed = disturbed(moment, compaction, published + 1, { kind: "stop" }).world.powerCut(seed);
      expect(killed.file("store/history/snapshot.1")?.read(0, 1 << 20)).toEqual(base ?? new Uint8Array(0));
    }
  });

test("a compaction that was killed anywhere leaves nothing behind that the next one does not remove", () => {
  const moment = storeWithWrites(3);
  for (const { number } of callsOf(moment, compaction)) {
    const { world, story } = disturbed(moment, compaction, number, { kind: "stop" });
    story.writeWell(world);
    // Before that, the dead process could be one of another container.
    world.nowMs += 11 * 60_000;
    expect(compactIn(world.start())).toMatchObject({ kind: "done" });
    for (const directory of ["store", "store/history"])
      expect(namesIn(world, directory).filter((name) => name.includes(".tmp."))).toEqual([]);
  }
});

test("two compactions do not run at once, and the second one says so", () => {
  const { world } = storeWithWrites(3);
  const outcomes: unknown[] = [];
  const process = world.start(({ name, path }) => {
    if (name === "create" && !path.includes("/history/")) outcomes.push(compactIn(world.start()));
    return undefined;
  });
  expect(compactIn(process)).toMatchObject({
    kind: "done",
    value: { outcome: "compacted", foldedFrames: 3 },
  });
  expect(outcomes).toHaveLength(2);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ error: { code: "LOCK_TIMEOUT" } });
});

function namesIn(world: Moment["world"], directory: string): string[] {
  const store = world.disk.at(`/simulated/repository/.beads/${directory}`);
  return store?.kind === "directory" ? [...store.entries.keys()] : [];
}
