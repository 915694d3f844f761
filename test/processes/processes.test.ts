import { expect, test } from "bun:test";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { Random } from "../protocol-model/random";
import { killMany, newTally } from "./kills";
import { Scene } from "./scene";

await ensureBuilt();

test("whatever is killed at whatever moment: what was answered is there, nothing is half there, the next command works", async () => {
  const scene = await Scene.open("kills");
  try {
    const tally = newTally();
    await killMany(scene, new Random(Date.now()), tally, () => tally.killed >= 30);
    expect(scene.wrong).toEqual([]);
    report(
      `${tally.killed} killed, ${tally.answered} of them after their answer, ${tally.saved} more had saved; ` +
        `${tally.unharmed} ended by themselves beside them`,
    );
  } finally {
    scene.close();
  }
}, 150_000);
