import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Target } from "./compiled-form";

const machineNames: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** What an executable for that target is started through on this machine, or why it cannot be. */
export function findRunner(file: string, target: Target): readonly string[] | string {
  const [platform = "", architecture = "", libc = "glibc"] = target.split("-");
  if (platform !== process.platform) return `this is ${process.platform}`;
  const machine = machineNames[architecture];
  if (architecture === process.arch) {
    if (libc !== "musl") return [];
    const loader = `/lib/ld-musl-${machine}.so.1`;
    const canLoad = existsSync(loader) && Bun.spawnSync([loader, "--list", file]).exitCode === 0;
    return canLoad ? [] : "musl or its libstdc++ is not installed here";
  }
  const emulator = Bun.which(`qemu-${machine}`);
  const libraries = `/usr/${machine}-linux-gnu`;
  if (emulator === null) return `qemu-${machine} is not installed here`;
  if (libc === "musl" || !existsSync(libraries)) return `there is no ${libc} of ${machine} here`;
  return [emulator, "-L", libraries];
}

/**
 * Runs what was built: a bundle can be built without complaint and still die at its first line. It makes a store, writes and reads in it, in a
 * directory whose files would act if it let them. Throws when anything but that comes of it.
 */
export async function runArtefact(command: readonly string[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bz-build-"));
  try {
    const alarm = join(directory, "sprung");
    writeFileSync(join(directory, "bunfig.toml"), 'preload = ["./trap.ts"]\n');
    writeFileSync(join(directory, "trap.ts"), `await Bun.write(${JSON.stringify(alarm)}, "sprung");\n`);
    writeFileSync(join(directory, ".env"), "BEADS_ACTOR=mallory\n");
    const run = (...words: string[]) => answerOf([...command, ...words], directory);
    await run("init", "--here");
    const id = (await run("q", "Built")).trim();
    // Between them they load what is loaded at the start, on demand, and from libraries.
    await run("version");
    await run("list", "--toon");
    await run("config", "set", "lock.timeout_ms", "4000");
    const shown = await run("show", id, "--json");
    if (!shown.includes('"Built"') || shown.includes("mallory") || existsSync(alarm))
      throw new Error(`${command.join(" ")} took orders from the directory it was started in:\n${shown}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function answerOf(command: readonly string[], directory: string): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: directory,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: directory, USER: "builder" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
  });
  const [code, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  // A write whose export fails has been saved all the same, and says no more than a warning.
  if (code !== 0 || stderr !== "")
    throw new Error(`${command.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}
