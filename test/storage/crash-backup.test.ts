import { expect, setDefaultTimeout, test } from "bun:test";
import { planRestore } from "../../model/restore";
import { createBackup, namesIn } from "../../storage/backups";
import { openForWriting, openPlace } from "../../storage/session";
import { openSnapshot } from "../../storage/snapshot";
import { verifySnapshot } from "../../storage/snapshot-verification";
import { deathsInside, failedSyncs, failedWrites } from "../helpers/faults";
import { storeWithWrites } from "../helpers/moments";
import { attempt, attemptAsync, type SimulatedWorld, storePath, workspace } from "../helpers/simulated-world";
import { compactIn } from "../helpers/story";
import {
  type Action,
  breakEverywhere,
  callsOf,
  disturbEverywhere,
  disturbed,
  explained,
  type Moment,
  powerCut,
  stopEverywhere,
} from "../helpers/sweep";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const timeoutMs = 60_000;

const backUp: Action = (process) =>
  attempt(() => {
    const place = openPlace(workspace, process.environment);
    const session = openForWriting(place.owner, process.environment);
    try {
      return createBackup(session, { timeMs: 5_000, actor: "tester" }, "a note", 100);
    } finally {
      session.close();
      place.close();
    }
  });

/** Segments in the history, in the snapshot's place and behind it. */
function filledStore(): Moment {
  const { world, story } = storeWithWrites(2);
  compactIn(world.start());
  story.writeWell(world);
  return { world, story };
}

/** How many backups there are, all of which must be whole and say what the store said. */
function wholeBackups(world: SimulatedWorld): number {
  const process = world.start();
  const directory = process.environment.fileSystem.openDirectory(`${storePath}/backups`);
  if (directory === undefined) return 0;
  const names = namesIn(directory);
  for (const name of names) {
    const backup = openSnapshot(directory, name);
    if (backup !== undefined) verifySnapshot(backup);
    expect([backup?.header.lastSequence, backup?.count]).toEqual([3, 9]);
    const records = backup?.records().map(({ type, value }) => [type, value]);
    expect(records).toEqual([
      ["backup", "a note"],
      ["memory", "3"],
    ]);
    backup?.close();
  }
  directory.close();
  process.kill();
  return names.length;
}

test(
  "a backup that is killed anywhere is there as a whole or not at all, and harms nobody",
  () => {
    const moment = filledStore();
    const { faults } = stopEverywhere(moment, backUp, 4);
    expect(faults).toBeGreaterThan(20);
    const calls = callsOf(moment, backUp);
    const counts = new Set<number>();
    for (let number = 1; number <= calls.length + 1; number += 1) {
      const after = disturbed(moment, backUp, number, { kind: "stop" });
      counts.add(wholeBackups(after.world));
      for (let seed = 0; seed < 6; seed += 1)
        explained(`power cut ${seed} before call ${number}`, () =>
          counts.add(wholeBackups(powerCut(after, seed).world)),
        );
    }
    expect(counts).toEqual(new Set([0, 1]));
  },
  timeoutMs,
);

test(
  "a backup that was acknowledged outlives a power cut",
  () => {
    const moment = filledStore();
    expect(backUp(moment.world.start(), moment.story)).toMatchObject({
      kind: "done",
      value: { content: { issues: 9 } },
    });
    for (let seed = 0; seed < 12; seed += 1) expect(wholeBackups(powerCut(moment, seed).world)).toBe(1);
  },
  timeoutMs,
);

test(
  "a backup on a failing disk is whole or not there, and the store stays as it is",
  () => {
    const moment = filledStore();
    disturbEverywhere(moment, backUp, deathsInside, 1);
    breakEverywhere(moment, backUp, 0);
    for (const call of callsOf(moment, backUp))
      for (const fault of [...deathsInside(call), ...failedWrites(call), ...failedSyncs(call)]) {
        const after = disturbed(moment, backUp, call.number, fault);
        explained(`${JSON.stringify(fault)} at call ${call.number}`, () => {
          wholeBackups(after.world);
          for (let seed = 0; seed < 3; seed += 1) wholeBackups(powerCut(after, seed).world);
        });
      }
  },
  timeoutMs,
);

test("what a killed backup leaves behind goes with the next compaction", () => {
  const moment = filledStore();
  const written = callsOf(moment, backUp).findIndex(
    ({ name, path }) => name === "rename" && path.includes("backups"),
  );
  const { world } = disturbed(moment, backUp, written + 1, { kind: "stop" });
  const left = () => {
    const directory = world.start().environment.fileSystem.openDirectory(`${storePath}/backups`);
    return directory?.list().length;
  };
  expect(left()).toBe(1);
  world.nowMs += 11 * 60_000;
  compactIn(world.start());
  expect(left()).toBe(0);
});

test("a restore that is killed anywhere has happened as a whole or not at all", async () => {
  const moment = filledStore();
  backUp(moment.world.start(), moment.story);
  const restore = async (world: SimulatedWorld, stopBefore?: number) => {
    const process = world.start(({ number }) => (number === stopBefore ? { kind: "stop" } : undefined));
    await attemptAsync(async () => {
      const store = process.store();
      const backup = (await store.backups()).open("1970");
      const info = { timeMs: 1_800_000_000_000, actor: "tester", command: "backup restore" };
      store.write(info, ({ state }) => {
        const options = { isExact: true, reason: "restored", nowMs: info.timeMs, actor: "tester" };
        return {
          operations: planRestore(state, backup.state, backup.records, options).operations,
          result: undefined,
        };
      });
      backup.close();
    });
    process.kill();
    return process.calls.length;
  };
  const changed = moment.world.fork();
  moment.story.fork().writeWell(changed);
  const titleIn = (world: SimulatedWorld): string =>
    world
      .start()
      .store()
      .read(({ state }) =>
        [
          state.issue("t-root")?.title,
          state.issue("t-a0004")?.status,
          state.record("memory", "last")?.value,
        ].join(),
      );
  const outcomes = new Set<string>();
  const calls = await restore(changed.fork());
  for (let stopBefore = 1; stopBefore <= calls + 1; stopBefore += 1) {
    const world = changed.fork();
    await restore(world, stopBefore);
    outcomes.add(titleIn(world));
    for (let seed = 0; seed < 3; seed += 1) outcomes.add(titleIn(world.powerCut(seed)));
  }
  expect(outcomes).toEqual(new Set(["4,open,4", "3,tombstone,3"]));
});
