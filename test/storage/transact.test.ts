import { expect, test } from "bun:test";
import type { Operation } from "../../model/operation";
import type { Fault } from "../helpers/crashing-file-system";
import { storeWithWrites } from "../helpers/moments";
import { attempt, codeOf } from "../helpers/simulated-world";
import { line, Story } from "../helpers/story";
import { callsOf, compaction, fork, type Moment, powerCut, write } from "../helpers/sweep";

test("a write that would leave an issue nobody can read afterwards is refused, and nothing is written", () => {
  const { world, story } = storeWithWrites(1);
  const nested = `${"[".repeat(80)}${"]".repeat(80)}`;
  const unreadable: Operation = {
    op: "put",
    id: "t-new",
    line: line("t-new", "New").replace(/\}$/, `,"metadata":{"deep":${nested}}}`),
  };
  const info = { timeMs: 1, actor: "tester", command: "test" };
  const store = world.start().store();
  const outcome = attempt(() => store.write(info, () => ({ operations: [unreadable], result: undefined })));
  expect(codeOf(outcome)).toBe("INTERNAL");
  expect(story.check(world)).toEqual([1]);
});

test("while others wait, a write that nobody was faster than only looks, appends, syncs and confirms", () => {
  const { world, story } = storeWithWrites(2);
  const process = world.start();
  story.write(process);
  const names = process.calls.map(({ name, path }) => `${name} ${path.slice(path.lastIndexOf("/") + 1)}`);
  expect(names.slice(names.indexOf("tryLock lock"), names.indexOf("unlock lock") + 1)).toEqual([
    ...["tryLock lock", "tryLock store", "fileStatus lock", "statusOf lock"],
    ...["read lock", "statusOf wal.1", "statusOf wal.2", "fileStatus wal.1"],
    ...["append wal.1", "fileStatus wal.1", "syncFile wal.1"],
    ...["statusOf wal.1", "fileStatus wal.1", "fileStatus lock", "statusOf lock", "writeAt lock"],
    ...["unlock store", "unlock lock"],
  ]);
});

/** What may come between two calls of a write that has not got the lock yet. */
const meanwhile: Readonly<Record<string, (moment: Moment) => void>> = {
  "another write": ({ world, story }) => story.writeWell(world),
  "a write that dies in the middle of its frame": ({ world, story }) =>
    diesAt({ world, story }, "append", { kind: "short", bytes: 40, ending: "stop" }),
  "a write that dies behind its frame": ({ world, story }) =>
    diesAt({ world, story }, "syncFile", { kind: "stop" }),
  "a write whose sync fails": ({ world, story }) =>
    diesAt({ world, story }, "syncFile", { kind: "fail", code: "EIO" }),
  "a compaction": ({ world }) => compaction(world.start(), new Story()),
  "a compaction and a write": ({ world, story }) => {
    compaction(world.start(), story);
    story.writeWell(world);
  },
};

for (const [name, comesBetween] of Object.entries(meanwhile))
  test(`a write keeps what it said, and so does the other one, when ${name} comes in between at any call of it`, () => {
    const moment = storeWithWrites(2);
    const calls = callsOf(moment, write);
    const lockedAt = calls.find(({ name }) => name === "tryLock")?.number ?? 0;
    expect(lockedAt).toBeGreaterThan(10);
    for (let number = 1; number <= lockedAt; number += 1) {
      const { world, story } = fork(moment);
      const process = world.start((call) => {
        if (call.number === number) comesBetween({ world, story });
        return undefined;
      });
      story.write(process);
      process.kill();
      const visible = story.check(world);
      expect(visible).toEqual(expect.arrayContaining([1, 2, 3]));
      story.writeWell(world);
      story.check(world);
      const after = powerCut({ world, story }, number);
      expect(after.story.check(after.world)).toEqual(expect.arrayContaining([1, 2, 3]));
    }
  });

function diesAt({ world, story }: Moment, name: string, fault: Fault): void {
  const process = world.start((call) => (call.name === name ? fault : undefined));
  story.write(process);
  process.kill();
}
