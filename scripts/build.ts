import { join } from "node:path";
import { parseArgs } from "node:util";
import { findRunner, runArtefact } from "./artefact-run";
import { buildExecutable, type Target, targets } from "./compiled-form";
import { root } from "./hot-chunk";
import { buildPackage } from "./package-form";

/**
 * `bun run build`: `dist/bz`, the executable, and `dist/package`, the script form as it is published, for this machine.
 * `bun run build --target linux-x64,darwin-arm64` or `--all`: `dist/bz-linux-x64` and so on.
 * Everything that can be started on this machine is, and the build fails when it does not work.
 */
const { values } = parseArgs({ options: { target: { type: "string" }, all: { type: "boolean" } } });
const wanted = values.all === true ? targets : values.target?.split(",").map(asTarget);

if (wanted !== undefined) {
  for (const target of wanted) await buildFor(target);
} else {
  const executable = join(root, "dist/bz");
  const directory = join(root, "dist/package");
  await Promise.all([buildExecutable(executable), buildPackage(directory)]);
  await runArtefact([executable]);
  await runArtefact([join(directory, "index.js")]);
  await say("dist/bz and dist/package: built, and run\n");
}

async function buildFor(target: Target): Promise<void> {
  const executable = join(root, `dist/bz-${target}`);
  await buildExecutable(executable, target);
  const runner = findRunner(executable, target);
  const isRun = typeof runner !== "string";
  if (isRun) await runArtefact([...runner, executable]);
  await say(`dist/bz-${target}: built, ${isRun ? "and run" : `NOT run: ${runner}`}\n`);
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
