import { expect, test } from "bun:test";
import type { SystemCallError } from "../../native/errno";
import { isSync } from "../helpers/faults";
import { storeWithTornTail, storeWithWrites } from "../helpers/moments";
import type { Outcome } from "../helpers/simulated-world";
import { callsOf, disturbed, fork, write } from "../helpers/sweep";

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
