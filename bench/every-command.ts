import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commandTable } from "../commands/main";
import { compiled, ensureBuilt, sources } from "../test/helpers/bz-forms";
import { extraLines, preparations, refusals } from "./example-needs";
import { realisticLines } from "./realistic-lines";

/**
 * `bun bench/every-command.ts [--issues N] [--only NAME] [--form sources] [--json FILE]`: runs every example of every command in a tracker of
 * so many issues, and says what it answered and how long that took. README.md says more.
 */
const { values } = parseArgs({
  options: {
    issues: { type: "string", default: "10000" },
    only: { type: "string" },
    form: { type: "string", default: "compiled" },
    json: { type: "string" },
  },
});

interface Answer {
  readonly line: string;
  readonly exitCode: number;
  readonly ms: number;
  /** Of processors: what a busy machine does not change. */
  readonly cpuMs: number;
  readonly bytes: number;
  readonly stderr: string;
}

const slowMs = 1000;
const place = join(tmpdir(), `bz-every-command-${process.pid}`);
const base = join(place, "base");

try {
  await main();
} finally {
  rmSync(place, { recursive: true, force: true });
}

async function main(): Promise<void> {
  if (values.form !== "sources") await ensureBuilt();
  makeBase(Number(values.issues ?? 10_000));
  const answers: Answer[] = [];
  for (const { name, lines } of await calls()) {
    if (values.only !== undefined && name !== values.only) continue;
    for (const line of lines) {
      const answer = runAlone(name, line);
      answers.push(answer);
      process.stdout.write(`${answerText(answer)}\n`);
    }
  }
  const wrong = answers.filter(({ line, exitCode }) => exitCode !== (refusals[line] ?? 0));
  const slow = answers
    .filter(({ ms, cpuMs }) => Math.min(ms, cpuMs) >= slowMs)
    .sort((left, right) => right.cpuMs - left.cpuMs);
  process.stdout.write(`\n${answers.length} command lines, ${values.issues} issues, ${values.form}\n`);
  report(`${wrong.length} answered with another exit code than they should`, wrong);
  report(`${slow.length} took ${slowMs} ms or more of the clock and of CPU`, slow);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(answers, null, 2)}\n`);
  if (wrong.length > 0 || slow.length > 0) process.exitCode = 1;
}

/** Every command by its whole name, with the examples of its help and what they leave out. */
async function calls(): Promise<{ name: string; lines: readonly string[] }[]> {
  const found: { name: string; lines: readonly string[] }[] = [];
  for (const entry of commandTable())
    for (const verb of entry.verbs ?? [entry]) {
      const { command } = await verb.load();
      const { name } = command.meta;
      found.push({ name, lines: [...command.examples, ...(extraLines[name] ?? [])] });
    }
  return found;
}

/** A repository with a tracker in it, and the files that the examples read. */
function makeBase(issueCount: number): void {
  for (const folder of ["", ".zfunc", ".config/fish/completions", ".local/share/bash-completion/completions"])
    mkdirSync(join(base, folder), { recursive: true });
  mkdirSync(join(place, "bin"));
  const { command } = values.form === "sources" ? sources : compiled;
  const program = command.map((word) => `'${word}'`).join(" ");
  writeFileSync(join(place, "bin/bz"), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(base, "issues.jsonl"), `${[...realisticLines(issueCount)].join("\n")}\n`);
  const made = shell(base, preparations.base ?? "");
  if (made.exitCode !== 0) throw new Error(`the tracker could not be made: ${made.stderr}`);
}

/** In a copy of its own, so that no line sees what another one did. What a copy makes bz look at anew is looked at before. */
function runAlone(name: string, line: string): Answer {
  const directory = join(place, "copy");
  rmSync(directory, { recursive: true, force: true });
  cpSync(base, directory, { recursive: true, preserveTimestamps: true });
  const preparation = [preparations.everywhere, preparations[name] ?? "", preparations[line] ?? ""];
  const prepared = shell(directory, preparation.filter((text) => text !== "").join("\n"));
  if (prepared.exitCode !== 0)
    return {
      line,
      exitCode: -1,
      ms: 0,
      cpuMs: 0,
      bytes: 0,
      stderr: `preparation failed: ${prepared.stderr}`,
    };
  const within = name === "init" ? join(place, "elsewhere") : directory;
  rmSync(join(place, "elsewhere"), { recursive: true, force: true });
  mkdirSync(join(place, "elsewhere/.git"), { recursive: true });
  return { line, ...shell(within, line) };
}

function shell(directory: string, script: string): Omit<Answer, "line"> {
  const startMs = performance.now();
  const { exitCode, stdout, stderr, resourceUsage } = Bun.spawnSync(["sh", "-c", `set -e\n${script}`], {
    cwd: directory,
    env: {
      PATH: `${join(place, "bin")}:${process.env.PATH}`,
      HOME: directory,
      BEADS_ACTOR: "ann",
      GIT_CONFIG_GLOBAL: "/dev/null",
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 120_000,
  });
  const ms = Math.round(performance.now() - startMs);
  const cpuMs = Math.round(Number(resourceUsage?.cpuTime.total ?? 0n) / 1000);
  return { exitCode: exitCode ?? -1, ms, cpuMs, bytes: stdout.length, stderr: stderr.toString().trim() };
}

function answerText({ line, exitCode, ms, cpuMs, bytes }: Answer): string {
  return `${String(exitCode).padStart(3)} ${String(ms).padStart(6)} ms ${String(cpuMs).padStart(6)} ms of CPU ${String(bytes).padStart(9)} B  ${line}`;
}

function report(heading: string, answers: readonly Answer[]): void {
  process.stdout.write(`${heading}\n`);
  for (const answer of answers) {
    const [said = ""] = answer.stderr.split("\n");
    process.stdout.write(`  ${answerText(answer)}${said === "" ? "" : `\n      ${said.slice(0, 200)}`}\n`);
  }
}
