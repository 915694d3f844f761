import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chosenForms, type Form } from "../test/helpers/bz-forms";
import { usingCache } from "./cache";
import { type Place, runWell } from "./call";
import { quantile } from "./statistics";
import { openTracker, type Tracker, withoutExport } from "./stores";

interface Call {
  readonly atMs: number;
  readonly text: string;
}

interface Stage {
  readonly name: string;
  readonly ms: number;
  readonly calls: number;
}

/** A stage begins at the first call that fits, after those in front of it; one whose call never comes is left out. */
const beginnings: readonly (readonly [name: string, first: RegExp])[] = [
  ["runtime, program, arguments", /^execve/],
  ["who acts, where the workspace is", /^(?:statx|openat).*\/\.(?:git|beads)/],
  ["directories", /^openat\(AT_FDCWD.*\/\.beads", .*O_DIRECTORY/],
  ["status page, boot", /^openat\(.*"lock"/],
  ["snapshot", /^openat\(.*"snapshot"/],
  ["log", /^openat\(.*"wal\./],
  ["face, lines, decision", /^statx\(.*"issues\.jsonl"/],
  ["lock", /^flock\(.*LOCK_EX/],
  ["append", /^write\(.*\/wal\./],
  ["sync", /^fdatasync/],
  ["status page written", /^pwrite64\(.*\/lock>/],
  ["unlock", /^flock\(.*LOCK_UN/],
  ["answer", /^write\(1</],
  ["settle, exit", /^(?!write\(1<)/],
];

/**
 * `bun bench/waterfall.ts`: where the time of one `bz q` and one `bz show` goes. The stages are read off the system calls that strace sees, so the program knows nothing of
 * it. What strace costs, the tenth shortest of the times between two calls, is taken off each; the rest is still more than without it: compare stages, not runs.
 */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "11" } } });
const rounds = Number(values.rounds);
await usingCache(async () => {
  const [form] = await chosenForms("compiled");
  if (form === undefined) throw new Error("there is no form to measure");
  const tracker = await openTracker(form.command, 100);
  await tracker.alone(() => {
    for (const words of [
      ["q", "A new issue"],
      ["show", tracker.liveIds[0] ?? ""],
    ])
      show(form, tracker, words);
  });
});

function show(form: Form, tracker: Tracker, words: readonly string[]): void {
  const command = [...form.command, ...words];
  const runs = Array.from({ length: rounds }, () => {
    tracker.reset("short");
    // The first write into a store that was put back distrusts its status page, and begins another segment.
    runWell([...form.command, "q", "The first"], withoutExport(tracker));
    return stagesOf(traceOf(command, withoutExport(tracker)));
  });
  const names = beginnings
    .map(([name]) => name)
    .filter((name) => runs[0]?.some((stage) => stage.name === name));
  const stages = names.map((name) => {
    const each = runs.flatMap((run) => run.filter((stage) => stage.name === name));
    return {
      name,
      ms: quantile(
        each.map(({ ms }) => ms),
        0.5,
      ),
      calls: quantile(
        each.map(({ calls }) => calls),
        0.5,
      ),
    };
  });
  const totalMs = stages.reduce((sum, { ms }) => sum + ms, 0);
  print(`\n| ${`bz ${words[0]} (${form.name})`.padEnd(34)} |    ms | share | calls |`);
  print(`| ${"-".repeat(34)} | ----: | ----: | ----: |`);
  for (const { name, ms, calls } of stages) {
    const share = `${Math.round((100 * ms) / totalMs)} %`;
    print(
      `| ${name.padEnd(34)} | ${ms.toFixed(2).padStart(5)} | ${share.padStart(5)} | ${String(calls).padStart(5)} |`,
    );
  }
}

/** The calls of the main thread, in their order; the last is the end of the process. */
function traceOf(command: readonly string[], place: Place): Call[] {
  const file = join(place.directory, "trace");
  const strace = ["strace", "-f", "-qq", "-ttt", "-y", "-s", "32", "-e", "signal=none", "-o", file];
  runWell([...strace, ...command], place);
  const lines = readFileSync(file, "utf8").split("\n");
  const [processId = ""] = (lines[0] ?? "").split(" ");
  return lines.flatMap((line) => {
    const [, id, seconds, text = ""] = /^(\d+)\s+([\d.]+) (?!<\.\.\. )(.*)$/.exec(line) ?? [];
    return id === processId ? [{ atMs: Number(seconds) * 1000, text }] : [];
  });
}

function stagesOf(calls: readonly Call[]): Stage[] {
  const gaps = calls.slice(1).map(({ atMs }, at) => atMs - (calls[at]?.atMs ?? atMs));
  const tracerMs = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 10)] ?? 0;
  const stages: { name: string; ms: number; calls: number }[] = [];
  let next = 0;
  for (const [at, { text }] of calls.entries()) {
    const found = beginnings.findIndex(([, first], stage) => stage >= next && first.test(text));
    // The last one fits everything, and follows the answer alone.
    const isEnd = found === beginnings.length - 1 && stages.at(-1)?.name !== "answer";
    const name = beginnings[found]?.[0];
    if (name !== undefined && !isEnd) {
      stages.push({ name, ms: 0, calls: 0 });
      next = found + 1;
    }
    const stage = stages.at(-1);
    if (stage === undefined) continue;
    stage.ms += Math.max(0, (gaps[at] ?? 0) - tracerMs);
    stage.calls += 1;
  }
  return stages;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
