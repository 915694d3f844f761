import { describe, expect, test } from "bun:test";
import { repairStore } from "../../storage/repair";
import { openPlace } from "../../storage/session";
import { storeWithWrites } from "../helpers/moments";
import {
  attempt,
  codeOf,
  type SimulatedProcess,
  type SimulatedWorld,
  storePath,
  workspace,
} from "../helpers/simulated-world";
import { compactIn, line } from "../helpers/story";
import { callsOf, described, explained, fork, write } from "../helpers/sweep";

const timeoutMs = 60_000;

/** What a user, git or a cleaner does to a store while somebody works in it. */
const removals: readonly [string, (world: SimulatedWorld) => void][] = [
  ["store/ is removed", (world) => world.remove("store")],
  [
    "store/ is removed and born again",
    (world) => {
      world.remove("store");
      giveRebirth(world);
    },
  ],
  ["every file in store/ is removed", removeFiles],
  [
    "every file in store/ is removed and the store born again",
    (world) => {
      removeFiles(world);
      giveRebirth(world);
    },
  ],
];

describe.each(removals)("when %s at any call", (_, remove) => {
  test(
    "a write is acknowledged only if it stands",
    () => {
      const moment = storeWithWrites(2);
      for (const call of callsOf(moment, create)) {
        const { world } = fork(moment);
        const process = world.start(({ number }) => {
          if (number === call.number) remove(world);
          return undefined;
        });
        explained(`removed at ${described(call)}`, () => {
          const { kind } = create(process);
          process.kill();
          // What is removed behind the last look at the segment is as good as removed after the answer.
          const lastLook = process.calls.findLast(({ name }) => looks.has(name))?.number ?? 0;
          if (remove === removeFiles) healIfDamaged(world);
          if (kind === "done" && call.number <= lastLook) expect(hasNew(world)).toBe(true);
          expect(create(world.start())).toMatchObject({ kind: "done" });
          expect(hasNew(world)).toBe(true);
        });
      }
    },
    timeoutMs,
  );

  test(
    "a compaction publishes nothing into a store that is not the one it read",
    () => {
      const moment = storeWithWrites(2);
      for (const call of callsOf(moment, compactIn)) {
        const { world } = fork(moment);
        const process = world.start(({ number }) => {
          if (number === call.number) remove(world);
          return undefined;
        });
        explained(`removed at ${described(call)}`, () => {
          compactIn(process);
          process.kill();
          if (remove === removeFiles) healIfDamaged(world);
          expect(create(world.start())).toMatchObject({ kind: "done" });
          expect(compactIn(world.start())).toMatchObject({ kind: "done" });
          expect(hasNew(world)).toBe(true);
        });
      }
    },
    timeoutMs,
  );
});

test(
  "when the lock file is removed at any call and another process writes through a new one, nothing acknowledged is lost",
  () => {
    const moment = storeWithWrites(2);
    for (const call of callsOf(moment, write)) {
      const { world, story: before } = fork(moment);
      const story = before.withoutStatusPage();
      const process = world.start(({ number }) => {
        if (number !== call.number) return undefined;
        world.remove("store/lock");
        story.write(world.start());
        return undefined;
      });
      explained(`lock file removed at ${described(call)}`, () => {
        story.write(process);
        process.kill();
        story.check(world);
        story.writeWell(world);
        story.check(world);
      });
    }
  },
  timeoutMs,
);

test("a writer that finds another one in store/, who came through another lock file, writes nothing", () => {
  const { world, story } = storeWithWrites(1);
  const foreign = world.start();
  expect(foreign.environment.fileSystem.openDirectory(storePath)?.tryLock()).toBe(true);
  expect(codeOf(story.write(world.start()))).toBe("LOCK_FAILED");
  foreign.kill();
  story.writeWell(world);
  expect(story.check(world)).toEqual([1, 3]);
});

const looks: ReadonlySet<string> = new Set(["fileStatus", "isLinked", "statusOf"]);

/** An issue that says by itself whether the write stands, whatever else was removed. */
function create(process: SimulatedProcess): { kind: string } {
  const info = { timeMs: 1, actor: "tester", command: "create" };
  const operations = [{ op: "put", id: "t-new", line: line("t-new", "New") }] as const;
  return attempt(() => process.store().write(info, () => ({ operations, result: undefined })));
}

function hasNew(world: SimulatedWorld): boolean {
  const process = world.start();
  return process.store().read(({ state }) => state.has("t-new"));
}

/** A file that was published while the others went away is a part of a store: it is refused, and then a repair must be able to build on it. */
function healIfDamaged(world: SimulatedWorld): void {
  const process = world.start();
  const outcome = attempt(() => process.store().read(({ sequence }) => sequence));
  if (outcome.kind === "done") return;
  expect(codeOf(outcome)).toBe("CORRUPT");
  const place = openPlace(workspace, process.environment);
  repairStore(place, workspace, process.environment, process.store().settings);
}

function removeFiles(world: SimulatedWorld): void {
  const store = world.disk.at(storePath);
  if (store?.kind !== "directory") return;
  for (const name of [...store.entries.keys()]) world.remove(`store/${name}`);
}

/** The store is made again from the face by a process that needs one. */
function giveRebirth(world: SimulatedWorld): void {
  const process = world.start();
  process.store().resetMetrics();
  process.kill();
}
