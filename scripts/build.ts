import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findRunner, runArtefact } from "./artefact-run";
import { buildExecutable, type Target, targets } from "./compiled-form";
import { root } from "./hot-chunk";
import { buildPackage } from "./package-form";

/**
 * `bun run build`: `dist/bz`, the executable, and `dist/package`, the script form as it is published, for this machine.
 * `bun run build --target linux-x64,darwin-arm64` or `--all`: `dist/bz-linux-x64` and so on.
 * Everything that can be started on this machine is, before it gets its name; the build fails when it does not work.
 */
const { values } = parseArgs({ options: { target: { type: "string" }, all: { type: "boolean" } } });
const wanted = values.all === true ? targets : values.target?.split(",").map(asTarget);
const unfinished = join(root, "dist/unfinished");
rmSync(unfinished, { recursive: true, force: true });
mkdirSync(unfinished, { recursive: true });
try {
  if (wanted === undefined) await buildForThisMachine();
  else for (const target of wanted) await buildFor(target);
} finally {
  rmSync(unfinished, { recursive: true, force: true });
}

async function buildForThisMachine(): Promise<void> {
  await Promise.all([buildExecutable(join(unfinished, "bz")), buildPackage(join(unfinished, "package"))]);
  await runArtefact([join(unfinished, "bz")]);
  await runArtefact([join(unfinished, "package/index.js")]);
  finish("package");
  finish("bz");
  await say("dist/bz and dist/package: built, and run\n");
}

async function buildFor(target: Target): Promise<void> {
  const executable = join(unfinished, `bz-${target}`);
  await buildExecutable(executable, target);
  const runner = findRunner(executable, target);
  const isRun = typeof runner !== "string";
  if (isRun) await runArtefact([...runner, executable]);
  finish(`bz-${target}`);
  await say(`dist/bz-${target}: built, ${isRun ? "and run" : `NOT run: ${runner}`}\n`);
}

/** An executable takes the place of the one before it at once: somebody may be starting it. */
function finish(name: string): void {
  const place = join(root, "dist", name);
  if (name === "package") rmSync(place, { recursive: true, force: true });
  renameSync(join(unfinished, name), place);
}

function asTarget(name: string): Target {
  const target = targets.find((each) => each === name);
  if (target !== undefined) return target;
  const isWindows = /^win/.test(name);
  const advice = isWindows ? "bz runs inside WSL there, as linux-x64" : `there are ${targets.join(", ")}`;
  process.stderr.write(`error: there is no target ${JSON.stringify(name)}; ${advice}\n`);
  process.exit(1);
}

async function say(text: string): Promise<void> {
  await Bun.write(Bun.stdout, text);
}
