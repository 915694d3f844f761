import { describe, expect, spyOn, test } from "bun:test";
import { statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { initialisedWorld, type TestWorld } from "../commands/test-world";
import { ensureBuilt, type Form, packaged, root, sources } from "../helpers/bz-forms";
import { hasStrace, readThreads, type SystemCall, straceTo } from "../helpers/strace";

/**
 * What a call costs in things that can be counted, which are the same on every machine: in a tracker of 100 issues in a snapshot and three in the log, with automatic
 * exports switched off. `docs/benchmarks/start-up.md` tells what each is for. A number that rises is a call that got slower for every agent: find out
 * what came in, and take it out again. Raise one here only for what the command cannot do without; lower those that fell.
 *
 * Counted are calls on what is in `.beads`: names opened, asked for their status, pieces read and written (and how many bytes), syncs, locks, any other
 * (mapped, renamed, removed); sources that are loaded; files of the published script that are loaded, and their KiB with the bytecode; texts that
 * are parsed as JSON (lines, frames, the signature of the face).
 */
const columns = [
  "opened",
  "asked",
  "read",
  "written",
  "writtenBytes",
  "synced",
  "locked",
  "other",
  "modules",
  "parts",
  "partsKibibytes",
  "parsed",
] as const;
type Budget = Readonly<Record<(typeof columns)[number], number>>;

// biome-ignore format: a table
const table: readonly (readonly [words: string, ...counts: number[]])[] = [
  ["q Anything",            9,  23,  11,   2, 516,   1,   4,   1,  73,   2,  205,   2],
  ["show bd-1001",          7,  11,  12,   0,   0,   0,   0,   0,  74,   2,  270,   2],
  ["close bd-1001",         9,  23,  17,   2, 362,   1,   4,   1,  96,   2,  345,  18],
  ["claim bd-1001",         9,  23,  15,   2, 398,   1,   4,   1,  96,   2,  320,   9],
  ["list --limit 50",       7,  11,  10,   0,   0,   0,   0,   0,  90,   3,  305,   6],
  ["ready",                 7,  11,  12,   0,   0,   0,   0,   0,  90,   3,  360,   6],
  // What the fast path knows nothing of.
  ["version",               0,   0,   0,   0,   0,   0,   0,   0, 106,   4, 1680,   0],
];

const canTrace = hasStrace();

describe.each(table.map(([words]) => words))("bz %s", (line) => {
  const words = line.split(" ");
  const budget = budgetOf(line);

  test("parses no more JSON than it was decided to", async () => {
    const world = await smallTracker();
    const parse = spyOn(JSON, "parse");
    try {
      const { exitCode } = await world.bz(...words);
      expect(exitCode).toBe(0);
      expectWithin(
        { parsed: parse.mock.calls.length },
        budget,
        parse.mock.calls.map(([text]) => text),
      );
    } finally {
      parse.mockRestore();
    }
  });

  test.skipIf(!canTrace)("asks no more of the system, and loads no more sources", async () => {
    const calls = await trace(await smallTracker(), sources, words);
    const ours = calls.filter(({ args }) => args.includes("/.beads"));
    const among = (...names: string[]) => ours.filter((call) => names.includes(call.name));
    const written = among("write", "pwrite64");
    const counted = {
      opened: among("openat").length,
      asked: among("statx").length,
      read: among("read", "pread64").length,
      written: written.length,
      writtenBytes: written.reduce((sum, { result = 0 }) => sum + result, 0),
      synced: among("fdatasync", "fsync").length,
      locked: among("flock").length,
    };
    const other = ours.filter((call) => !known.includes(call.name)).length;
    expectWithin(
      { ...counted, other },
      budget,
      ours.map(({ name: call, args }) => `${call}(${args})`),
    );
    const modules = opened(calls, /\.ts$/);
    expectWithin({ modules: modules.length }, budget, modules);
  });

  test.skipIf(!canTrace)("loads no more of what is published", async () => {
    const parts = opened(await trace(await smallTracker(), packaged, words), /\.js(?:\.jsc|c)?$/);
    const bytes = parts.reduce((sum, path) => sum + statSync(path).size, 0);
    const scripts = parts.filter((path) => path.endsWith(".js"));
    expectWithin({ parts: scripts.length, partsKibibytes: Math.ceil(bytes / 1024) }, budget, parts);
  });
});

describe("an issue whose label, link and comment stand in the log", () => {
  const answered = ["show bd-1001", "claim bd-1001", "close bd-1001 -r done"];

  test.skipIf(!canTrace).each(answered)("is answered by the published fast path: bz %s", async (line) => {
    const world = await smallTracker();
    for (const change of ["label add bd-1001 urgent", "dep add bd-1002 bd-1001", "comments add bd-1001 Said"])
      expect((await world.bz(...change.split(" "))).exitCode).toBe(0);
    const words = line.split(" ");
    const calls = await trace(world, packaged, words);
    const [command = ""] = words;
    const scripts = opened(calls, /\.js$/).map((path) => basename(path));
    expect(scripts.filter((name) => !name.startsWith(`${command}-seldom-`))).toEqual(
      ["index.js", `${command}.js`].sort(),
    );
  });
});

const known = ["openat", "statx", "read", "pread64", "write", "pwrite64", "fdatasync", "fsync", "flock"];
const traced = [...known, "mmap", "renameat", "renameat2", "unlinkat", "mkdirat", "ftruncate"];

if (canTrace) await ensureBuilt();

/** 100 issues in the snapshot, three in the log, and a face that shows them all. */
async function smallTracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.env = { ...world.env, BEADS_SYNC_AUTO_FLUSH: "false" };
  const lines = Array.from({ length: 100 }, (_, index) => `${lineOf(index)}\n`);
  writeFileSync(join(world.directory, "in.jsonl"), lines.join(""));
  for (const line of ["import in.jsonl", "compact", "q One", "q Two", "q Three", "sync"]) {
    const { exitCode, stderr } = await world.bz(...line.split(" "));
    if (exitCode !== 0) throw new Error(stderr);
  }
  return world;
}

function lineOf(index: number): string {
  const time = new Date(1_700_000_000_000 + index * 60_000).toISOString();
  return JSON.stringify({
    id: `bd-${(index + 36 ** 3).toString(36)}`,
    title: `Issue ${index}`,
    description: "What this one is about, told in a sentence or two. ".repeat(8),
    status: "open",
    priority: index % 5,
    issue_type: "task",
    created_at: time,
    updated_at: time,
  });
}

async function trace(world: TestWorld, form: Form, words: readonly string[]): Promise<SystemCall[]> {
  const prefix = join(world.directory, "trace");
  const child = Bun.spawn([...straceTo(prefix, traced), ...form.command, ...words], {
    cwd: world.directory,
    env: { PATH: process.env.PATH, HOME: world.directory, ...world.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
  });
  const [code, errors] = await Promise.all([child.exited, child.stderr.text(), child.stdout.text()]);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${errors}`);
  return readThreads(prefix).flat();
}

/** The files of the project that were opened, each once. */
function opened(calls: readonly SystemCall[], pattern: RegExp): string[] {
  const paths = calls.flatMap(({ name, args, result = -1 }) =>
    name === "openat" && result >= 0 ? [/"([^"]*)"/.exec(args)?.[1] ?? ""] : [],
  );
  return [...new Set(paths)].filter((path) => path.startsWith(`${root}/`) && pattern.test(path)).sort();
}

function budgetOf(line: string): Budget {
  const [, ...counts] = table.find(([words]) => words === line) ?? [line];
  const entries = columns.map((column, at) => [column, counts[at] ?? 0] as const);
  return Object.fromEntries(entries) as Budget;
}

/** Fails with the name of what is over its budget, and everything that was counted. */
function expectWithin(counted: Partial<Budget>, budget: Budget, details: readonly string[]): void {
  const over = Object.entries(counted).filter(([what, count]) => count > budget[what as keyof Budget]);
  if (over.length === 0) return;
  const sentences = over.map(([what, count]) => `${what}: ${count}, budget ${budget[what as keyof Budget]}`);
  throw new Error(
    `${sentences.join("; ")}. docs/benchmarks/start-up.md explains the budgets. What was counted:\n  ${details.join("\n  ")}`,
  );
}
