import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../protocol-model/random";
import { Agents } from "./agents";
import { Disk, type Medium } from "./disk";
import { Ledger } from "./ledger";
import type { Rig } from "./rig";
import { DiskTracker } from "./tracker";

/** What a case tells: what is wrong, and how much was tried. */
export interface Outcome {
  readonly wrong: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

export async function newStore(disk: Disk, isExporting: boolean): Promise<DiskTracker> {
  const directory = join(disk.mountPoint, "work");
  mkdirSync(directory);
  const tracker = new DiskTracker(directory, disk.rig.newDirectory("home"));
  await tracker.succeed("init", "--here");
  if (!isExporting) await tracker.succeed("config", "set", "sync.auto_flush", "false");
  return tracker;
}

/** A few power cuts in a row under three agents, each at a random moment; after some nothing is looked at before the next, so that recovery itself is cut. */
export async function powerCuts(rig: Rig, medium: Medium, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  const counts = { cuts: 0, "changes acknowledged before a cut": 0, "calls killed or done": 0 };
  let disk = Disk.make(rig, medium);
  const tracker = await newStore(disk, random.chance(0.5));
  let ledger = new Ledger();
  const cuts = random.between(2, 4);
  for (let cut = 1; cut <= cuts && wrong.length === 0; cut += 1) {
    const agents = new Agents(tracker, ledger, `cut${cut}`, random);
    const working = agents.work(3);
    await Bun.sleep(random.chance(0.3) ? random.between(0, 60) : random.between(40, 600));
    // As the kernel may at any time: some files reach the disk before others.
    if (random.chance(0.4)) writeBack(tracker.store, random);
    const frozen = ledger.freeze();
    const image = disk.copyImage();
    agents.kill();
    await working;
    for (const { words, stderr } of agents.refusals) wrong.push(`before cut ${cut}: bz ${words}: ${stderr}`);
    disk = disk.startAgain(image);
    ledger = frozen;
    counts.cuts += 1;
    counts["changes acknowledged before a cut"] += ledger.acknowledgedCount;
    counts["calls killed or done"] += agents.calls;
    if (cut < cuts && random.chance(0.35)) continue;
    for (const each of await verify(tracker, ledger, `after cut ${cut}`)) wrong.push(each);
  }
  disk.close();
  return { wrong, counts };
}

/** Hands some files of the store to the disk. */
export function writeBack(store: string, random: Random): void {
  // A birth may have been cut before that.
  for (const name of existsSync(store) ? readdirSync(store) : [])
    if (random.chance(0.5)) Bun.spawnSync(["sync", "--data", join(store, name)]);
}

/** Everything that has to be true of a store after whatever was done to its disk, without a hand's work. What is shown now must stay. */
export async function verify(tracker: DiskTracker, ledger: Ledger, when: string): Promise<string[]> {
  const wrong: string[] = [];
  try {
    const face = tracker.face();
    wrong.push(...ledger.wrongInFace(face.lines).map((each) => `issues.jsonl: ${each}`));
    const shown = await tracker.list();
    wrong.push(...ledger.wrongIn(shown));
    if (wrong.length > 0) return wrong.map((each) => `${when}: ${each}`);
    ledger.adopt(shown);
    // A birth that was cut is finished by the next write; until then `doctor` names what it lacks.
    const isUnborn = (each: string): boolean => each.includes("store/.gitignore is missing");
    wrong.push(...(await tracker.ailments()).filter((each) => !isUnborn(each)));
    const title = `${when}: written`;
    const acknowledge = ledger.attempt(title, { status: "open", description: "" });
    await tracker.succeed("q", title);
    acknowledge();
    wrong.push(...ledger.wrongIn(await tracker.list()));
    const acknowledgeSync = ledger.attemptSync();
    await tracker.succeed("sync");
    acknowledgeSync();
    const exported = tracker.face();
    wrong.push(...ledger.wrongInFace(exported.lines).map((each) => `issues.jsonl after sync: ${each}`));
    if (exported.damaged > 0) wrong.push(`${exported.damaged} lines of issues.jsonl are damaged after sync`);
    wrong.push(...(await tracker.ailments()).map((each) => `at the end, ${each}`));
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
  }
  return wrong.map((each) => `${when}: ${each}`);
}
