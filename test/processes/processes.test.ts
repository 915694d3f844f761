import { expect, test } from "bun:test";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { Random } from "../protocol-model/random";
import { Campaign, type Part } from "./campaign";
import { laterFormats } from "./copies";
import { killMany, newTally } from "./kills";
import { inheritedLock } from "./lock-files";
import { noOutput } from "./surroundings";

await ensureBuilt();

/** The short form of a part; `run.ts` has the long one. */
async function wrongIn(...parts: Part[]): Promise<readonly string[]> {
  const seed = Date.now() % 2 ** 31;
  const campaign = new Campaign(seed, new Random(seed), () => true, false);
  for (const part of parts) await part(campaign);
  return campaign.wrong;
}

test("whatever is killed at whatever moment: what was answered is there, nothing is half there, the next command works", async () => {
  const tally = newTally();
  const wrong = await wrongIn((campaign) =>
    campaign.in("kills", (scene) => killMany(scene, campaign.random, tally, () => tally.killed >= 30)),
  );
  expect(wrong).toEqual([]);
  report(
    `${tally.killed} killed, ${tally.answered} of them after their answer, ${tally.saved} more had saved; ` +
      `${tally.unharmed} ended by themselves beside them`,
  );
}, 150_000);

test("a dead program is not named as the one to wait for, where its child holds the lock", async () => {
  expect(await wrongIn(inheritedLock)).toEqual([]);
}, 60_000);

test("a change is kept, and never said to have failed, where its answer cannot be written", async () => {
  expect(await wrongIn(noOutput)).toEqual([]);
}, 60_000);

test("what a newer bz wrote is read or refused by name, and not written", async () => {
  expect(await wrongIn(laterFormats)).toEqual([]);
}, 60_000);
