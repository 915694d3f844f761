import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../protocol-model/random";
import { Agents } from "./agents";
import { Ledger } from "./ledger";
import { type Outcome, verify } from "./power-cut";
import { makeImage, type Rig, run, unmount } from "./rig";
import { DiskTracker, errorCode } from "./tracker";

/** A place that can be full: how it is made, and how full it is made by the ballast. */
export interface Place {
  readonly name: string;
  /** Mounts it. */
  readonly make: (rig: Rig, mountPoint: string) => void;
  /** Programs that it takes. */
  readonly needs?: readonly string[];
}

export const places: readonly Place[] = [
  { name: "tmpfs", make: (_, path) => run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", path) },
  { name: "ext4", make: (rig, path) => mountImage(rig, path, "6m", ["mkfs.ext4", "-q", "-F", "-m", "0"]) },
  { name: "xfs", make: (rig, path) => mountImage(rig, path, "320m", ["mkfs.xfs", "-q"]) },
  {
    name: "btrfs with a quota",
    needs: ["mkfs.btrfs", "btrfs"],
    make: (rig, path) => {
      mountImage(rig, path, "256m", ["mkfs.btrfs", "-q"]);
      run("btrfs", "quota", "enable", path);
      run("btrfs", "subvolume", "create", join(path, "work"));
      run("btrfs", "qgroup", "limit", "3M", join(path, "work"));
    },
  },
];

function mountImage(rig: Rig, mountPoint: string, size: string, format: readonly string[]): void {
  const image = rig.newName("small");
  makeImage(image, size, format);
  run("mount", "-o", "loop", image, mountPoint);
  rmSync(image);
}

/** The disk fills up under three agents, stays full while every command is tried, and is freed again. */
export async function fullDisk(rig: Rig, place: Place, random: Random): Promise<Outcome> {
  const { tracker, mountPoint, ledger } = await begin(rig, place);
  const wrong: string[] = [];
  const agents = new Agents(tracker, ledger, "filling", random);
  const working = agents.work(3);
  await Bun.sleep(random.between(100, 500));
  fill(tracker.directory, 0);
  await Bun.sleep(random.between(100, 500));
  agents.stop();
  await working;
  for (const { words, code, stderr } of agents.refusals)
    if (code !== "NO_SPACE") wrong.push(`bz ${words}: ${code}: ${stderr}`);
  wrong.push(...(await whileFull(tracker, ledger)));
  free(tracker.directory);
  wrong.push(...(await verify(tracker, ledger, "after space was made")));
  await succeedOr(wrong, tracker, "compact");
  wrong.push(...(await verify(tracker, ledger, "after a compaction")));
  unmount(mountPoint);
  return { wrong, counts: { "calls on a full disk": agents.refusals.length + mutations.length } };
}

/** A compaction with room for so many bytes, from none to enough for all of its steps. */
export async function fullInCompaction(rig: Rig, place: Place, random: Random): Promise<Outcome> {
  const { tracker, mountPoint, ledger } = await begin(rig, place);
  const wrong: string[] = [];
  let refused = 0;
  const rooms = random.shuffle([0, 1, 2, 3, 5, 8, 13, 20, 30, 50, 80, 120]).slice(0, 5);
  for (const [index, kibibytes] of rooms.entries()) {
    for (let number = 0; number < 3; number += 1)
      await create(tracker, ledger, `room ${index} ${number}`, "x".repeat(random.between(100, 9000)));
    fill(tracker.directory, kibibytes * 1024);
    const compaction = await tracker.run("compact", "--json");
    if (compaction.code !== 0 && errorCode(compaction) !== "NO_SPACE")
      wrong.push(`compact with ${kibibytes} KiB: ${compaction.code} ${compaction.stderr}`);
    if (compaction.code !== 0) refused += 1;
    wrong.push(...ledger.wrongIn(await tracker.list()).map((each) => `with ${kibibytes} KiB: ${each}`));
    free(tracker.directory);
    wrong.push(...(await verify(tracker, ledger, `after ${kibibytes} KiB`)));
    if (wrong.length > 0) break;
  }
  await succeedOr(wrong, tracker, "compact");
  unmount(mountPoint);
  return { wrong, counts: { "compactions with little room": rooms.length, "of them refused": refused } };
}

async function begin(
  rig: Rig,
  place: Place,
): Promise<{ tracker: DiskTracker; mountPoint: string; ledger: Ledger }> {
  const mountPoint = rig.newDirectory("mnt");
  place.make(rig, mountPoint);
  const directory = join(mountPoint, "work");
  mkdirSync(directory, { recursive: true });
  const tracker = new DiskTracker(directory, rig.newDirectory("home"));
  await tracker.succeed("init", "--here");
  const ledger = new Ledger();
  for (let number = 0; number < 3; number += 1) await create(tracker, ledger, `early ${number}`, "early");
  return { tracker, mountPoint, ledger };
}

async function create(
  tracker: DiskTracker,
  ledger: Ledger,
  title: string,
  description: string,
): Promise<void> {
  const acknowledge = ledger.attempt(title, { status: "open", description });
  await tracker.succeed("q", title, "--description", description);
  acknowledge();
}

/** Leaves room for `bytes` and no more. */
export function fill(directory: string, bytes: number): void {
  const path = join(directory, "ballast");
  if (bytes > 0) writeFileSync(join(directory, "room"), new Uint8Array(bytes));
  // Large pieces, then small ones, each until nothing more fits; synced, as some file systems promise space that they do not have.
  for (const piece of ["64k", "4k", "512"]) {
    Bun.spawnSync([
      "dd",
      "if=/dev/zero",
      `of=${path}.${piece}`,
      `bs=${piece}`,
      "oflag=append",
      "conv=notrunc,fsync",
    ]);
  }
  rmSync(join(directory, "room"), { force: true });
  run("sync", "--file-system", directory);
}

export function free(directory: string): void {
  for (const piece of ["64k", "4k", "512"]) rmSync(join(directory, `ballast.${piece}`), { force: true });
  run("sync", "--file-system", directory);
}

const long = "y".repeat(20_000);
const mutations: readonly (readonly string[])[] = [
  ["q", "refused 1", "--description", long],
  ["create", "refused 2", "--description", long],
  ["compact"],
  ["sync"],
];
const reads: readonly (readonly string[])[] = [
  ["list", "--all"],
  ["ready"],
  ["stats"],
  ["doctor"],
  ["info"],
  ["audit"],
  ["where"],
];

/** Reads go on; what cannot be written says so. What is small may fit still. */
async function whileFull(tracker: DiskTracker, ledger: Ledger): Promise<string[]> {
  const wrong: string[] = [];
  for (const words of mutations) {
    const acknowledge =
      words[0] === "q" || words[0] === "create"
        ? ledger.attempt(words[1] ?? "", { status: "open", description: long })
        : () => undefined;
    const finished = await tracker.run(...words, "--json");
    if (finished.code === 0) acknowledge();
    else if (errorCode(finished) !== "NO_SPACE")
      wrong.push(`bz ${words[0]} on a full disk: ${finished.code} ${finished.stderr}`);
  }
  for (const words of reads) {
    const { code, stdout, stderr } = await tracker.run(...words, "--json");
    const isDone = code === 0 || (words[0] === "doctor" && code === 1);
    if (!isDone || stdout === "") wrong.push(`bz ${words.join(" ")} on a full disk: ${code} ${stderr}`);
  }
  wrong.push(...ledger.wrongIn(await tracker.list()).map((each) => `while it is full: ${each}`));
  if (!existsSync(join(tracker.beads, "issues.jsonl"))) wrong.push("issues.jsonl is gone");
  return wrong;
}

async function succeedOr(wrong: string[], tracker: DiskTracker, ...words: string[]): Promise<void> {
  const { code, stderr } = await tracker.run(...words, "--json");
  if (code !== 0) wrong.push(`bz ${words.join(" ")}: ${code} ${stderr}`);
}
