import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where everything of a run lies; what is mounted there is seen by this process and its children alone. */
export interface Rig {
  readonly directory: string;
  /** A name for a file or a directory that no other has. */
  newName(what: string): string;
  newDirectory(what: string): string;
  /** From now on the kernel names another boot, as after a power cut. */
  startBoot(): void;
  /** Takes away what a case that failed has left mounted. */
  tidy(): void;
}

const namespaceFlag = "BZ_DISKS_NAMESPACE";

/** Why nothing of this can be tried here; undefined when it can. */
export function hindrance(): string | undefined {
  if (process.platform !== "linux") return "real disks need Linux";
  if (process.getuid?.() !== 0) return "real disks need root, for mounts and loop devices";
  const tools = ["unshare", "mount", "losetup", "perl", "strace", "setpriv", "cp", "mkfs.ext4", "mkfs.xfs"];
  const missing = tools.filter((tool) => Bun.which(tool) === null);
  if (missing.length > 0) return `real disks need ${missing.join(", ")}`;
  if (Bun.spawnSync(["unshare", "--mount", "true"]).exitCode !== 0) return "mounts are not allowed here";
  if (Bun.spawnSync(["losetup", "--find"]).exitCode !== 0) return "there are no loop devices here";
  return undefined;
}

export function isInNamespace(): boolean {
  return process.env[namespaceFlag] !== undefined;
}

/** The same command line in a mount namespace of its own: whatever ends it, its mounts and loop devices are gone with its last process. */
export async function runInNamespace(seed: string): Promise<number> {
  const command = [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    process.execPath,
    ...Bun.argv.slice(1),
    `--seed=${seed}`,
  ];
  const env = { ...process.env, [namespaceFlag]: "1" };
  const child = Bun.spawn(command, { env, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  return child.exited;
}

/** On a tmpfs of its own, in it an XFS that copies files in no time, so that an image is caught at one moment. */
export function openRig(): Rig {
  const directory = `/var/tmp/disks/${process.pid}`;
  mkdirSync(directory, { recursive: true });
  run("mount", "-t", "tmpfs", "-o", "size=6g", "disks", directory);
  process.on("exit", () => {
    Bun.spawnSync(["umount", "--lazy", directory]);
    rmSync(directory, { recursive: true, force: true });
  });
  const images = join(directory, "images");
  makeImage(`${images}.img`, "5g", ["mkfs.xfs", "-q", "-m", "reflink=1"]);
  mkdirSync(images);
  run("mount", "-o", "loop,discard", `${images}.img`, images);
  const bootFile = join(directory, "boot_id");
  let count = 0;
  const startBoot = (): void => writeFileSync(bootFile, `${crypto.randomUUID()}\n`);
  startBoot();
  run("mount", "--bind", bootFile, "/proc/sys/kernel/random/boot_id");
  const newName = (what: string): string => {
    count += 1;
    return join(directory, `${what}.${count}`);
  };
  const newDirectory = (what: string): string => {
    const path = newName(what);
    mkdirSync(path);
    return path;
  };
  const tidy = (): void => {
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    const points = mounts.map((line) => line.split(" ")[1] ?? "");
    for (const point of points.reverse())
      if (point.startsWith(`${directory}/`) && point !== images) Bun.spawnSync(["umount", "--lazy", point]);
    for (const name of readdirSync(images)) rmSync(join(images, name), { force: true });
  };
  return { directory, newName, newDirectory, startBoot, tidy };
}

/** A sparse file with a file system in it. */
export function makeImage(path: string, size: string, format: readonly string[]): void {
  run("truncate", "--size", size, path);
  run(...format, path);
}

export function run(...command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr}`);
  return stdout.toString();
}

/** A process that was just killed may keep a mount busy for a moment. */
export function unmount(path: string): void {
  for (let attempt = 1; ; attempt += 1) {
    const { exitCode, stderr } = Bun.spawnSync(["umount", path]);
    if (exitCode === 0) return;
    if (attempt === 100) throw new Error(`umount ${path}: ${stderr}`);
    Bun.sleepSync(20);
  }
}
