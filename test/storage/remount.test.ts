import { expect, test } from "bun:test";
import { storeWithFailedSync, storeWithTornTail, storeWithWrites } from "../helpers/moments";
import { compactIn } from "../helpers/story";
import { goOn, type Moment } from "../helpers/sweep";

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
