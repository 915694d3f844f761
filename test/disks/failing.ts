import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../protocol-model/random";
import { Agents } from "./agents";
import { Disk, media } from "./disk";
import { fill, free } from "./full";
import { Ledger } from "./ledger";
import { newStore, type Outcome, verify } from "./power-cut";
import { makeImage, type Rig, run, unmount } from "./rig";
import { DiskTracker, errorCode } from "./tracker";

const ext4 = ["mkfs.ext4", "-q", "-F", "-b", "4096"];

/** An image that cannot grow, since it lies on a tmpfs that is full: whatever needs a new block fails when it is synced, and not before. */
export async function failingSyncs(rig: Rig, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  let failed = 0;
  const host = rig.newDirectory("host");
  run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", host);
  const image = join(host, "image");
  makeImage(image, "64m", [...ext4, "-E", "nodiscard,lazy_journal_init=0,lazy_itable_init=0"]);
  const mountPoint = rig.newDirectory("mnt");
  run("mount", "-o", "loop", image, mountPoint);
  const { tracker, ledger } = await storeIn(rig, mountPoint);
  for (let round = 1; round <= 3 && wrong.length === 0; round += 1) {
    fill(host, 0);
    for (let number = 1; number <= 6; number += 1) {
      const finished = await write(tracker, ledger, `${round} ${number}`, random.between(3000, 60_000));
      if (finished.code === 0) continue;
      failed += 1;
      const code = errorCode(finished);
      if (finished.code !== 2 || !["STORAGE_FAILED", "NO_SPACE", "READ_ONLY"].includes(code))
        wrong.push(`a write whose sync fails ended with ${finished.code}: ${finished.stderr}`);
    }
    free(host);
    // What ext4 makes of a failed write of its own.
    if (Bun.spawnSync(["touch", join(mountPoint, "probe")]).exitCode !== 0) {
      unmount(mountPoint);
      Bun.spawnSync(["e2fsck", "-f", "-y", image]);
      run("mount", "-o", "loop", image, mountPoint);
    }
    wrong.push(...(await verify(tracker, ledger, `round ${round}`)));
    for (const name of readdirSync(tracker.store))
      Bun.spawnSync(["dd", `if=${join(tracker.store, name)}`, "iflag=nocache", "count=0"]);
    wrong.push(...ledger.wrongIn(await tracker.list()).map((each) => `without the cache: ${each}`));
    unmount(mountPoint);
    run("mount", "-o", "loop", image, mountPoint);
    wrong.push(...(await verify(tracker, ledger, `round ${round}, mounted again`)));
  }
  unmount(mountPoint);
  unmount(host);
  return { wrong, counts: { "failed syncs": failed } };
}

/** The kernel takes a part of a frame: the file may not grow any further. */
export async function shortWrites(rig: Rig, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  let refused = 0;
  const { tracker, ledger } = await storeIn(rig, rig.newDirectory("plain"));
  for (let number = 1; number <= 8 && wrong.length === 0; number += 1) {
    // In units of 512 bytes; the lock file must fit.
    const limit = `ulimit -f ${random.between(33, 60)}; exec "$@"`;
    const finished = await write(tracker, ledger, `short ${number}`, 40_000, ["sh", "-c", limit, "sh"]);
    if (finished.code !== 0) refused += 1;
    if (finished.code !== 0 && errorCode(finished) !== "NO_SPACE")
      wrong.push(`a short write ended with ${finished.code}: ${finished.stderr}`);
    wrong.push(...ledger.wrongIn(await tracker.list()));
    if (random.chance(0.5)) wrong.push(...(await verify(tracker, ledger, `after short write ${number}`)));
  }
  wrong.push(...(await verify(tracker, ledger, "at the end")));
  return { wrong, counts: { "short writes": refused } };
}

/** No descriptor is left after so many. */
export async function fewDescriptors(rig: Rig, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  let refused = 0;
  const { tracker, ledger } = await storeIn(rig, rig.newDirectory("plain"));
  const commands = [["list", "--all"], ["sync"], ["compact"], ["doctor"], ["q"]];
  for (let limit = 24; limit >= 8; limit -= 1) {
    const wrapper = ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh"];
    const words = random.pick(commands) ?? [];
    const finished =
      words[0] === "q"
        ? await write(tracker, ledger, `limit ${limit}`, 10, wrapper)
        : await tracker.start(wrapper, ...words, "--json").finished;
    if (finished.code !== 0) refused += 1;
    // With fewer, the runtime itself does not start.
    const isOurs = limit >= 12;
    if (isOurs && finished.code !== 0 && errorCode(finished) === "" && words[0] !== "doctor")
      wrong.push(
        `bz ${words[0]} with ${limit} descriptors: ${finished.signal ?? finished.code} ${finished.stderr}`,
      );
    wrong.push(...ledger.wrongIn(await tracker.list()));
  }
  wrong.push(...(await verify(tracker, ledger, "at the end")));
  return { wrong, counts: { "calls without descriptors": refused } };
}

/** Mounted read-only, and closed to another user: reads go on, writes say so. */
export async function readOnly(rig: Rig): Promise<Outcome> {
  const wrong: string[] = [];
  const image = rig.newName("image");
  makeImage(image, "64m", ext4);
  const mountPoint = rig.newDirectory("mnt");
  run("mount", "-o", "loop", image, mountPoint);
  const { tracker, ledger } = await storeIn(rig, mountPoint);
  run("mount", "-o", "remount,ro", mountPoint);
  wrong.push(...(await whileReadOnly(tracker, ledger, [], "read-only mount")));
  run("mount", "-o", "remount,rw", mountPoint);
  wrong.push(...(await verify(tracker, ledger, "writable again")));

  const nobody = 65_534;
  const asNobody = ["setpriv", "--reuid", `${nobody}`, "--regid", `${nobody}`, "--clear-groups"];
  const paths = [
    tracker.beads,
    ...readdirSync(tracker.beads, { recursive: true }).map((each) => join(tracker.beads, `${each}`)),
  ];
  const modes = new Map(paths.map((path) => [path, run("stat", "--format=%a", path).trim()]));
  for (const path of paths) {
    chownSync(path, nobody, nobody);
    chmodSync(path, Number.parseInt(modes.get(path) ?? "", 8) & 0o555);
  }
  wrong.push(...(await whileReadOnly(tracker, ledger, asNobody, "read-only directories")));
  for (const path of paths) chmodSync(path, Number.parseInt(modes.get(path) ?? "", 8));
  wrong.push(...(await verify(tracker, ledger, "permitted again")));
  unmount(mountPoint);
  rmSync(image);
  return { wrong, counts: {} };
}

async function whileReadOnly(
  tracker: DiskTracker,
  ledger: Ledger,
  wrapper: readonly string[],
  when: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const words of [["ready"], ["stats"], ["info"], ["where"], ["doctor"], ["audit"]]) {
    const { code, stdout, stderr } = await tracker.start(wrapper, ...words, "--json").finished;
    if ((code !== 0 && words[0] !== "doctor") || stdout === "")
      wrong.push(`${when}: bz ${words[0]}: ${code} ${stderr}`);
  }
  const listed = await tracker.start(
    wrapper,
    "list",
    "--all",
    "--json",
    "--fields",
    "id,title,status,description",
  ).finished;
  if (listed.code !== 0) wrong.push(`${when}: bz list: ${listed.code} ${listed.stderr}`);
  else wrong.push(...ledger.wrongIn((JSON.parse(listed.stdout) as { issues: never[] }).issues));
  for (const words of [["q", "refused"], ["sync"], ["compact"]]) {
    const finished = await tracker.start(wrapper, ...words, "--json").finished;
    const isNothingToDo = finished.code === 0 && words[0] !== "q";
    if (!isNothingToDo && (finished.code !== 2 || errorCode(finished) !== "READ_ONLY"))
      wrong.push(`${when}: bz ${words[0]}: ${finished.code} ${finished.stderr}`);
  }
  return wrong;
}

/** Every sync says that it is done, and nothing is: what was acknowledged may be lost then, but what is shown is a part of what was written, or CORRUPT. */
export async function lyingDisk(rig: Rig, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  const counts = { "disks that lied": 1, "of them with a loss": 0, "of them called CORRUPT": 0 };
  const medium = random.pick(media);
  if (medium === undefined) throw new Error("there are media");
  let disk = Disk.make(rig, medium);
  const tracker = await newStore(disk, random.chance(0.5));
  const ledger = new Ledger();
  const lie = [
    "strace",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    "trace=fdatasync,fsync",
    "-e",
    "inject=fdatasync,fsync:retval=0",
  ];
  for (let number = 1; number <= 10; number += 1) {
    if (random.chance(0.15)) await tracker.start(lie, "compact").finished;
    const isHonest = random.chance(0.3);
    await write(tracker, ledger, `lie ${number}`, random.between(10, 9000), isHonest ? [] : lie);
  }
  disk = disk.startAgain(disk.copyImage());
  const listed = await tracker.run("list", "--all", "--json", "--fields", "id,title,status,description");
  if (listed.code === 0) {
    const found = ledger.wrongIn((JSON.parse(listed.stdout) as { issues: never[] }).issues);
    const isLoss = (each: string): boolean => each.endsWith("was acknowledged and is lost");
    if (found.some(isLoss)) counts["of them with a loss"] += 1;
    wrong.push(...found.filter((each) => !isLoss(each)));
  } else if (["CORRUPT", "STORAGE_FAILED"].includes(errorCode(listed))) counts["of them called CORRUPT"] += 1;
  else if (errorCode(listed) !== "NOT_INITIALIZED") wrong.push(`list: ${listed.code} ${listed.stderr}`);
  const doctor = await tracker.run("doctor", "--json");
  if (doctor.signal !== null || (doctor.stdout === "" && errorCode(doctor) === ""))
    wrong.push(`doctor: ${doctor.signal ?? doctor.code} ${doctor.stderr}`);
  disk.close();
  return { wrong: wrong.map((each) => `${medium.name}: ${each}`), counts };
}

/** Not a disk of its own: layers, a directory shown elsewhere through FUSE, memory. */
export async function oddFileSystem(
  rig: Rig,
  kind: "overlayfs" | "FUSE" | "tmpfs",
  random: Random,
): Promise<Outcome> {
  const below = rig.newDirectory("below");
  const mountPoint = rig.newDirectory("mnt");
  const { tracker: lower, ledger } = await storeIn(rig, below);
  if (kind === "overlayfs") {
    const [upper, work] = [rig.newDirectory("upper"), rig.newDirectory("overlaywork")];
    run(
      "mount",
      "-t",
      "overlay",
      "-o",
      `lowerdir=${below},upperdir=${upper},workdir=${work}`,
      "overlay",
      mountPoint,
    );
  } else if (kind === "FUSE") run("bindfs", below, mountPoint);
  else run("mount", "--bind", below, mountPoint);
  const tracker = new DiskTracker(join(mountPoint, "work"), lower.home);
  const agents = new Agents(tracker, ledger, "odd", random);
  const working = agents.work(3);
  await Bun.sleep(random.between(300, 900));
  agents.stop();
  await working;
  const wrong = agents.refusals.map(({ words, stderr }) => `bz ${words}: ${stderr}`);
  wrong.push(...(await verify(tracker, ledger, "at the end")));
  unmount(mountPoint);
  return { wrong, counts: {} };
}

/** A file system that grants every lock to everybody. */
export async function lockForAll(rig: Rig): Promise<Outcome> {
  const directory = rig.newDirectory("plain");
  const tracker = new DiskTracker(directory, rig.newDirectory("home"));
  const grant = [
    "strace",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    "trace=flock",
    "-e",
    "inject=flock:retval=0",
  ];
  const finished = await tracker.start(grant, "init", "--here", "--json").finished;
  const isRefused = finished.code === 2 && errorCode(finished) === "LOCK_FAILED";
  return { wrong: isRefused ? [] : [`init: ${finished.code} ${finished.stderr}`], counts: {} };
}

async function storeIn(rig: Rig, place: string): Promise<{ tracker: DiskTracker; ledger: Ledger }> {
  const directory = join(place, "work");
  mkdirSync(directory);
  const tracker = new DiskTracker(directory, rig.newDirectory("home"));
  await tracker.succeed("init", "--here");
  const ledger = new Ledger();
  for (let number = 1; number <= 4; number += 1) await write(tracker, ledger, `early ${number}`, 300);
  return { tracker, ledger };
}

async function write(
  tracker: DiskTracker,
  ledger: Ledger,
  title: string,
  length: number,
  wrapper: readonly string[] = [],
): ReturnType<DiskTracker["run"]> {
  const description = "z".repeat(length);
  const acknowledge = ledger.attempt(title, { status: "open", description });
  const finished = await tracker.start(wrapper, "q", title, "--description", description, "--json").finished;
  if (finished.code === 0) acknowledge();
  return finished;
}
