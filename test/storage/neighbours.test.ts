import { describe, expect, test } from "bun:test";
import { freshClone, storeAfterPowerCut, storeWithTornTail, storeWithWrites } from "../helpers/moments";
import { codeOf } from "../helpers/simulated-world";
import { compactIn } from "../helpers/story";
import {
  type Action,
  callsOf,
  compaction,
  described,
  explained,
  fork,
  goOn,
  type Moment,
  powerCut,
  write,
} from "../helpers/sweep";

const timeoutMs = 60_000;

const moments: readonly [string, () => Moment][] = [
  ["an appended log", () => storeWithWrites(2)],
  ["a torn tail", storeWithTornTail],
  ["a boot", storeAfterPowerCut],
  ["a fresh clone", freshClone],
];

/** What another process does all of a sudden, between two calls of ours. */
const interruptions: readonly [string, (moment: Moment) => void][] = [
  ["reads", ({ world, story }) => void story.check(world)],
  ["writes", ({ world, story }) => void story.write(world.start())],
  [
    "writes twice and compacts",
    ({ world, story }) => {
      story.write(world.start());
      story.write(world.start());
      compactIn(world.start());
    },
  ],
  [
    "dies in a write",
    ({ world, story }) => {
      const process = world.start(({ name }) =>
        name === "append" ? { kind: "short", bytes: 60, ending: "stop" } : undefined,
      );
      story.write(process);
      process.kill();
    },
  ],
];

describe.each(moments)("behind %s", (_, momentOf) => {
  test.each(interruptions)(
    "a write stands whenever another process %s",
    (_name, interrupt) => {
      const moment = momentOf();
      for (const { number } of callsOf(moment, write)) interrupted(moment, write, number, interrupt);
    },
    timeoutMs,
  );

  test.each(interruptions)(
    "a read sees one state whenever another process %s",
    (_name, interrupt) => {
      const moment = momentOf();
      const read: Action = (process, story) => story.checkAs(process);
      for (const { number } of callsOf(moment, read)) interrupted(moment, read, number, interrupt);
    },
    timeoutMs,
  );
});

describe.each(moments.filter(([, momentOf]) => momentOf !== freshClone))("behind %s", (_, momentOf) => {
  test.each(interruptions)(
    "a compaction loses nothing whenever another process %s",
    (_name, interrupt) => {
      const moment = momentOf();
      for (const { number } of callsOf(moment, compaction))
        interrupted(moment, compaction, number, interrupt);
    },
    timeoutMs,
  );
});

test("a writer that finds the lock held says so in time, and has written nothing", () => {
  const { world, story } = storeWithWrites(1);
  let refused = 0;
  const process = world.start(({ name }) => {
    if (name === "append" || name === "syncFile") {
      const outcome = story.write(world.start());
      expect(codeOf(outcome)).toBe("LOCK_TIMEOUT");
      refused += 1;
    }
    return undefined;
  });
  story.write(process);
  expect(refused).toBe(2);
  expect(story.check(world)).toEqual([1, 2]);
});

/** `action`, with the interruption before the call of that number; what is left must go on as if nothing had happened. */
function interrupted(
  moment: Moment,
  action: Action,
  number: number,
  interrupt: (moment: Moment) => void,
): void {
  const { world, story } = fork(moment);
  let isDone = false;
  const process = world.start((call) => {
    if (call.number !== number || isDone) return undefined;
    isDone = true;
    explained(`interrupted at ${described(call)}`, () => interrupt({ world, story }));
    return undefined;
  });
  explained(`interrupted at call ${number}`, () => {
    action(process, story);
    process.kill();
    explained("power cut", () => goOn(powerCut({ world, story }, number)));
    goOn({ world, story });
  });
}
