import { describe, expect, test } from "bun:test";
import type { SystemCallError } from "../../native/errno";
import { deathsInside, failedCalls, failedSyncs, failedWrites, isSync } from "../helpers/faults";
import {
  storeAfterPowerCut,
  storeWithFailedSync,
  storeWithLostFrame,
  storeWithoutStatusPage,
  storeWithTornTail,
  storeWithUnprovenFrame,
  storeWithWrites,
} from "../helpers/moments";
import type { Outcome } from "../helpers/simulated-world";
import {
  breakEverywhere,
  callsOf,
  disturbEverywhere,
  disturbed,
  fork,
  type Moment,
  stopEverywhere,
  write,
} from "../helpers/sweep";

const timeoutMs = 60_000;

const moments: readonly [string, () => Moment][] = [
  ["that appends", () => storeWithWrites(2)],
  ["that rotates behind a torn tail", storeWithTornTail],
  ["that rotates after a failed sync", storeWithFailedSync],
  ["that is the first of a boot", storeAfterPowerCut],
  ["that finds the status page gone", storeWithoutStatusPage],
];

const unprovenMoments: typeof moments = [
  ["that finds the status page gone behind a frame that was never synced", storeWithUnprovenFrame],
  ["that finds the status page gone behind a frame that will never be on the disk", storeWithLostFrame],
];

describe.each([...moments, ...unprovenMoments])("a write %s", (_, momentOf) => {
  test(
    "is there or not, as a whole, wherever its process is killed",
    () => {
      const { faults, cuts } = stopEverywhere(momentOf(), write, 12);
      expect(faults).toBeGreaterThan(30);
      expect(cuts).toBeGreaterThan(120);
    },
    timeoutMs,
  );
});

describe.each(moments)("a write %s", (_, momentOf) => {
  test(
    "is there or not, as a whole, when its process is killed while the kernel copies its bytes",
    () => {
      const { faults } = disturbEverywhere(momentOf(), write, deathsInside, 4);
      expect(faults).toBeGreaterThanOrEqual(18);
    },
    timeoutMs,
  );

  test(
    "says the truth about a disk that takes none or some of its bytes",
    () => {
      const { faults } = disturbEverywhere(momentOf(), write, failedWrites, 2);
      expect(faults).toBeGreaterThanOrEqual(17);
    },
    timeoutMs,
  );

  test(
    "is not acknowledged when a sync fails, and the next one needs no help",
    () => {
      const moment = momentOf();
      for (const call of callsOf(moment, write).filter(isSync)) {
        const { story } = disturbed(moment, write, call.number, { kind: "fail", code: "EIO" });
        expect(story.acknowledged).toEqual(moment.story.acknowledged);
      }
      const { faults } = disturbEverywhere(moment, write, failedSyncs, 8);
      expect(faults).toBeGreaterThanOrEqual(3);
    },
    timeoutMs,
  );

  test(
    "says the truth whichever call fails",
    () => {
      const { faults } = disturbEverywhere(momentOf(), write, failedCalls, 0);
      expect(faults).toBeGreaterThan(100);
    },
    timeoutMs,
  );

  test(
    "says the truth when nothing works any more from some call on",
    () => {
      const { faults } = breakEverywhere(momentOf(), write, 1);
      expect(faults).toBeGreaterThan(30);
    },
    timeoutMs,
  );
});

test("after a failed sync the file is neither synced nor appended to again, by anyone", () => {
  const moment = storeWithWrites(2);
  const sync = callsOf(moment, write).find(isSync);
  const { world, story } = disturbed(moment, write, sync?.number ?? 0, { kind: "fail", code: "ENOSPC" });
  const size = world.file("store/wal.1")?.size;
  const process = world.start();
  story.write(process);
  expect(world.file("store/wal.1")?.size).toBe(size ?? 0);
  expect(process.calls.filter(isSync).map(({ path }) => path.includes("wal.1"))).not.toContain(true);
});

test("a failed sync is not tried again by the process that met it", () => {
  const moment = fork(storeWithWrites(2));
  const process = moment.world.start(({ name }) =>
    name === "syncFile" ? { kind: "fail", code: "EIO" } : undefined,
  );
  moment.story.write(process);
  expect(process.calls.filter(isSync)).toHaveLength(1);
});

test("a full disk, a broken one and a read-only one are told apart, and each error says that nothing was saved", () => {
  for (const [errno, code] of [
    ["ENOSPC", "NO_SPACE"],
    ["EDQUOT", "NO_SPACE"],
    ["EFBIG", "NO_SPACE"],
    ["EIO", "STORAGE_FAILED"],
    ["EROFS", "READ_ONLY"],
    ["EACCES", "READ_ONLY"],
  ] as const) {
    const { world, story } = storeWithWrites(1);
    const process = world.start(({ name }) =>
      name === "append" ? { kind: "fail", code: errno } : undefined,
    );
    const outcome = story.write(process);
    expect(errorOf(outcome)).toMatchObject({ code, context: { errno, syscall: "write" } });
    expect(errorOf(outcome)?.message).toContain("Nothing was saved.");
  }
});

test("a write of which the disk took only a part without saying why is a full disk", () => {
  const { world, story } = storeWithWrites(1);
  const process = world.start(({ name }) =>
    name === "append" ? { kind: "short", bytes: 10, ending: "return" } : undefined,
  );
  expect(errorOf(story.write(process))).toMatchObject({ code: "NO_SPACE" });
});

test("when the status page cannot be written after the sync, the error says that the outcome is open", () => {
  const { world, story } = storeWithWrites(1);
  const process = world.start(({ name }) => (name === "writeAt" ? { kind: "fail", code: "EIO" } : undefined));
  const error = errorOf(story.write(process));
  expect(error).toMatchObject({ code: "STORAGE_FAILED" });
  expect(error?.message).toContain("Whether the change was saved is not known");
  expect(error?.message).not.toContain("Nothing was saved");
});

test("a torn tail is ignored by readers and stays in the file, behind which the next writer starts a new one", () => {
  const { world, story } = storeWithTornTail();
  const size = world.file("store/wal.1")?.size ?? 0;
  expect(story.check(world)).toEqual([1, 2]);
  story.writeWell(world);
  expect(story.check(world)).toEqual([1, 2, 4]);
  expect(world.file("store/wal.1")?.size).toBe(size);
  expect(world.file("store/wal.2")?.size).toBeGreaterThan(80);
});

function errorOf(outcome: Outcome<unknown>): (Error & { code?: SystemCallError["code"] }) | undefined {
  return outcome.kind === "failed" && outcome.error instanceof Error ? outcome.error : undefined;
}
