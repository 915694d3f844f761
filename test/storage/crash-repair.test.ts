import { expect, test } from "bun:test";
import { decoder } from "../../native/utf8";
import { repairStore } from "../../storage/repair";
import { openPlace } from "../../storage/session";
import { deathsInside, failedSyncs, failedWrites, isChange, isSync } from "../helpers/faults";
import { storeWithWrites } from "../helpers/moments";
import { attempt, codeOf, storePath, workspace } from "../helpers/simulated-world";
import { compactIn } from "../helpers/story";
import {
  type Action,
  callsOf,
  disturbed,
  explained,
  fork,
  type Moment,
  powerCut,
  write,
} from "../helpers/sweep";

const timeoutMs = 60_000;

const repair: Action = (process) =>
  attempt(() => {
    const place = openPlace(workspace, process.environment);
    try {
      return repairStore(place, workspace, process.environment, process.store().settings);
    } finally {
      place.close();
    }
  });

test("a damaged snapshot is refused by every reader and writer until it was repaired, and then nothing is lost", () => {
  const { world, story } = damagedStore();
  expect(codeOf(attempt(() => story.check(world)))).toBe("CORRUPT");
  expect(codeOf(story.write(world.start()))).toBe("CORRUPT");
  expect(repair(world.start(), story)).toMatchObject({ kind: "done", value: { lostSequences: [] } });
  story.check(world);
  story.writeWell(world);
  story.check(world);
});

test("a snapshot that is gone comes back from the log and its history, and then nothing is lost", () => {
  const { world, story } = storeWithoutSnapshot();
  expect(codeOf(story.write(world.start()))).toBe("CORRUPT");
  expect(repair(world.start(), story)).toMatchObject({
    kind: "done",
    value: { lostSequences: [], losses: [] },
  });
  story.check(world);
  story.writeWell(world);
  story.check(world);
});

test.each([
  ["within the boot", (moment: Moment) => moment],
  ["after a power cut", (moment: Moment) => powerCut(moment, 1)],
])(
  "a lost last segment is told %s, also where a frame that was never acknowledged stands in its place",
  (_, later) => {
    const moment = storeWithWrites(2);
    const sync = callsOf(moment, write).find(isSync);
    const { world, story } = disturbed(moment, write, sync?.number ?? 0, { kind: "stop" });
    story.writeWell(world);
    expect(world.file("store/wal.2")).toBeDefined();
    const after = later({ world, story });
    after.world.remove("store/wal.2");
    expect(codeOf(attempt(() => after.story.check(after.world)))).toBe("CORRUPT");
    expect(codeOf(after.story.write(after.world.start()))).toBe("CORRUPT");
    expect(repair(after.world.start(), after.story)).toMatchObject({
      kind: "done",
      value: { losses: [expect.stringContaining("wal.2, the end of the log, is missing")] },
    });
  },
);

test(
  "a repair that was killed anywhere can be done again, and loses nothing that was acknowledged before or after",
  () => {
    killEverywhere(damagedStore(), 1);
    killEverywhere(storeWithoutSnapshot(), 1);
  },
  timeoutMs,
);

test(
  "a repair on a failing disk loses nothing that was acknowledged before or after",
  () => {
    const moment = damagedStore();
    for (const call of callsOf(moment, repair).filter(({ number }) => number % 4 === 0))
      for (const fault of [...deathsInside(call), ...failedSyncs(call), ...failedWrites(call)])
        explained(`${JSON.stringify(fault)} at call ${call.number}, ${call.name} ${call.path}`, () =>
          repairAgain(disturbed(moment, repair, call.number, fault), 2),
        );
  },
  timeoutMs,
);

test(
  "a lost transaction is named by the repair, by the next one, or beside what was put aside, wherever the repair was killed or failed",
  () => {
    const moment = storeWithWrites(3);
    const segment = moment.world.file("store/wal.1");
    segment?.write(segment.size - 1, Uint8Array.of(0x55), 0n);
    segment?.sync();
    const silent: string[] = [];
    for (const { number, name, path } of callsOf(moment, repair).filter(isChange))
      for (const fault of [{ kind: "stop" }, { kind: "fail", code: "EIO" }] as const)
        for (const at of [number, number + 1]) {
          const after = disturbed(moment, repair, at, fault);
          for (const each of [fork(after), powerCut(after, 1)])
            if (!namesLoss(each)) silent.push(`${fault.kind} at ${at}, around ${name} ${path}`);
        }
    expect(silent).toEqual([]);
  },
  timeoutMs,
);

test("while a repair is made, and where it died, a store that can be read is read on, and written", () => {
  const { world, story } = storeWithWrites(2);
  expect(compactIn(world.start())).toMatchObject({ kind: "done" });
  story.writeWell(world);
  const record = world.file("store/history/wal.1");
  record?.write(record.size - 1, Uint8Array.of(0x55), 0n);
  record?.sync();
  const moment = { world, story: story.withoutPast() };
  const published = callsOf(moment, repair).find(
    ({ name, path }) => name === "rename" && path.includes("snapshot"),
  );
  const after = disturbed(moment, repair, published?.number ?? 0, { kind: "stop" });
  expect(after.world.file("store/wal.3")).toBeDefined();
  const lines = linesIn(after.world);
  expect(lines).toEqual(linesIn(world));
  expect(after.story.write(after.world.start())).toMatchObject({ kind: "done" });
  expect(linesIn(after.world).length).toBeGreaterThan(lines.length);
});

function linesIn(world: Moment["world"]): (string | undefined)[] {
  return world
    .start()
    .store()
    .read(({ state }) => [...state.ids()].map((id) => state.line(id)));
}

/** What the next repair says, or what stands in the quarantine of the one before. */
function namesLoss({ world, story }: Moment): boolean {
  const outcome = repair(world.start(), story) as { value?: { lostSequences: readonly number[] } };
  if (outcome.value?.lostSequences.includes(3)) return true;
  const quarantine = world.disk.at(`${storePath}/quarantine`);
  const repairs = quarantine?.kind === "directory" ? [...quarantine.entries.keys()] : [];
  return repairs.some((each) => {
    const told = world.file(`store/quarantine/${each}/losses.txt`);
    return told !== undefined && decoder.decode(told.read(0, told.size)).includes("ransaction 3");
  });
}

/** A store whose snapshot has lost its trailer; all that it says is still in it, and in the log. */
function damagedStore(): Moment {
  const { world, story } = storeWithWrites(3);
  const snapshot = world.file("store/snapshot");
  snapshot?.write(snapshot.size - 1, Uint8Array.of(0x55), 0n);
  snapshot?.sync();
  return { world, story: story.withoutPast() };
}

/** Tries so many power cuts behind each call that changes something; behind any other call the disk is as it was before it. */
function killEverywhere(moment: Moment, seeds: number): void {
  const calls = callsOf(moment, repair);
  for (let number = 1; number <= calls.length + 1; number += 1) {
    const last = calls[number - 2];
    if (last !== undefined && !isChange(last)) continue;
    const after = disturbed(moment, repair, number, { kind: "stop" });
    explained(`stopped before call ${number}, ${calls[number - 1]?.name} ${calls[number - 1]?.path}`, () =>
      repairAgain(after, last === undefined ? 1 : seeds),
    );
  }
}

/** Every transaction but the last is in the history. */
function storeWithoutSnapshot(): Moment {
  const { world, story } = storeWithWrites(2);
  expect(compactIn(world.start())).toMatchObject({ kind: "done" });
  story.writeWell(world);
  world.remove("store/snapshot");
  return { world, story: story.withoutPast() };
}

function repairAgain(moment: Moment, seeds: number): void {
  for (let seed = 0; seed < seeds; seed += 1)
    explained(`power cut ${seed}`, () => finish(powerCut(moment, seed)));
  explained("the same boot", () => finish(fork(moment)));
  explained("a write first", () => {
    const { world, story } = fork(moment);
    story.write(world.start());
    for (let seed = 0; seed < seeds; seed += 1)
      explained(`power cut ${seed}`, () => finish(powerCut({ world, story }, seed)));
    finish({ world, story });
  });
}

function finish({ world, story }: Moment): void {
  const outcome = repair(world.start(), story);
  if (outcome instanceof Object && "error" in outcome) throw outcome.error;
  story.check(world);
  story.writeWell(world);
  story.check(world);
}
