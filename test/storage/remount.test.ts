import { expect, setDefaultTimeout, test } from "bun:test";
import { callNumber, storeWithFailedSync, storeWithTornTail, storeWithWrites } from "../helpers/moments";
import { compactIn } from "../helpers/story";
import { disturbed, goOn, type Moment, write } from "../helpers/sweep";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** Nothing reached the disk by itself but the status page at some moment, and that is what a file system shows that is mounted again. */
function withOldPage(moment: Moment, writes: number, seed: number): Moment {
  const { world, story } = moment;
  world.disk.settle();
  for (let count = 0; count < writes; count += 1) story.writeWell(world);
  return { world: world.remount(seed), story: story.afterPowerCut() };
}

const moments: Record<string, () => Moment> = {
  "with a log": () => storeWithWrites(2),
  "with a torn tail": storeWithTornTail,
  "after a failed sync": storeWithFailedSync,
};

for (const [name, momentOf] of Object.entries(moments))
  test(`a store ${name}, whose file system goes down and is mounted again within one boot, shows everything, and the next write keeps it`, () => {
    for (let writes = 0; writes <= 4; writes += 2)
      for (let seed = 0; seed < 6; seed += 1) goOn(withOldPage(momentOf(), writes, seed));
  });

test("another mount, as that of a container, alone is no reason to begin a new segment", () => {
  const { world, story } = storeWithWrites(2);
  world.disk.settle();
  const elsewhere = world.remount(1);
  story.writeWell(elsewhere);
  expect(elsewhere.file("store/wal.2")).toBeUndefined();
});

test("so does one that was compacted since its status page reached the disk", () => {
  for (let seed = 0; seed < 8; seed += 1) {
    const { world, story } = storeWithWrites(2);
    world.disk.settle();
    story.writeWell(world);
    expect(compactIn(world.start())).toMatchObject({ kind: "done" });
    story.writeWell(world);
    goOn({ world: world.remount(seed), story: story.afterPowerCut() });
  }
});

test("what a writer died of is shown through no mount that has written, and not kept by the next write either", () => {
  const moment = storeWithWrites(2);
  const { world, story } = moment;
  const [host, container] = [world.disk.mount, world.disk.mount + 3];
  world.disk.mount = container;
  story.writeWell(world);
  for (const writer of [host, container]) {
    world.disk.mount = writer;
    story.writeWell(world);
    for (const name of ["syncFile", "writeAt"]) {
      const after = disturbed(moment, write, callNumber(moment, name), { kind: "stop" });
      for (const reader of [host, container, writer]) {
        after.world.disk.mount = reader;
        expect(after.story.check(after.world)).toEqual(story.acknowledged);
      }
      after.story.writeWell(after.world);
      expect(after.story.check(after.world)).toEqual(after.story.acknowledged);
    }
  }
});
