import { cpSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, TestWorld } from "../test-world";

/**
 * The tracker that the cases are about. The actor is `tester`.
 *
 * bd-aaaa  a bug with every field, labels x and y, two comments, metadata; holds up bd-bbbb
 * bd-bbbb  waits for bd-aaaa
 * bd-eeee  an epic with the part bd-cccc
 * bd-done  closed
 * bd-gone  deleted
 * bd-held  held by ann
 * bd-late  deferred; like bd-twin
 * bd-twin  waits for one that is not here
 * memory   db
 * backup   early, from before the memory
 * query    urgent
 */
const lines = [
  'create First --id bd-aaaa -t bug -p 1 -l x,y -d Text --design D --notes N --acceptance A --due +3d -e 90 --external-ref gh-1 --metadata {"k":[1]}',
  "create Second --id bd-bbbb -a ann --dep bd-aaaa",
  "create Epic --id bd-eeee -t epic",
  "create Part --id bd-cccc --parent bd-eeee",
  "create Done --id bd-done",
  "close bd-done -r Finished",
  "create Gone --id bd-gone",
  "delete bd-gone --reason mistake -f",
  "create Held --id bd-held",
  "claim bd-held --actor ann --session s1",
  "create Late --id bd-late --defer +3d",
  "create Late --id bd-twin --dep bd-none",
  "comments add bd-aaaa Hello",
  "comments add bd-aaaa Again",
  "backup create --note early",
  "remember db Postgres",
  "query save urgent priority<2 -t bug -d Soon",
];

let template: TestWorld | undefined;

/** A tracker of its own for whoever changes it. */
export async function copyOfTracker(): Promise<TestWorld> {
  template ??= await newTracker();
  const copy = new TestWorld();
  cpSync(template.directory, copy.directory, { recursive: true });
  copy.timeMs = template.timeMs;
  return copy;
}

async function newTracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  for (const line of lines) {
    const { exitCode, stderr } = await world.bz(...line.split(" "));
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
  }
  nameBackup(world, "early");
  // So many writes in a row need not all be exported by themselves.
  await world.bz("sync");
  return world;
}

/** Backups are named after the time, which depends on the lines before. */
function nameBackup(world: TestWorld, name: string): void {
  const directory = join(world.directory, ".beads/store/backups");
  for (const file of readdirSync(directory)) renameSync(join(directory, file), join(directory, name));
}
