import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inUsualStore, isFreeToClaim, otherId } from "./usual-calls";

type UsualCall = readonly [words: readonly string[], variables?: Record<string, string>];

/** Some of them, from where an issue can wait for others, be related to them and part of one. */
const others = Array.from({ length: 60 }, (_, at) => 400 + at);
const free = others.filter(isFreeToClaim).map(otherId);
const shown = others.slice(0, 25).map(otherId);

/** What a unit of the fast path is asked most: with an empty log, behind a short one and a long one, behind changes, by an actor whom nothing names, and with an export behind the answer. */
const calls: readonly UsualCall[] = [
  [["list"]],
  [["ready", "--limit", "50"]],
  [["show", "bd-x7k1"]],
  [["q", "Found on the way"]],
  [["q", "By whoever git names"], { BEADS_ACTOR: "" }],
  [["list", "--limit", "50"]],
  [["ready"]],
  [["claim", "bd-x7k1"]],
  [["show", "bd-x7k1"]],
  [["close", "bd-x7k1", "-r", "Done"]],
  [["show", "bd-x7k2"]],
  [["claim", "bd-x7k2"]],
  [["close", "bd-x7k2", "-r", "Done"]],
  [["show", "bd-x7k3"]],
  [["close", "bd-x7k3"]],
  [["show", "bd-x7k3"]],
  [["show", "bd-x7k5"]],
  [["claim", "bd-x7k5"]],
  [["close", "bd-x7k5", "-r", "Done"]],
  [["show", "bd-x7k5"]],
  ...shown.map((id): UsualCall => [["show", id]]),
  ...free.map((id): UsualCall => [["claim", id]]),
  ...free.map((id, at): UsualCall => [at % 2 === 0 ? ["show", id] : ["close", id, "-r", "Done"]]),
  [["close", otherId(406)]],
  [["list", "--limit", "2"]],
  [["ready", "--limit", "2"]],
  [["q", "And told in git"], { BEADS_SYNC_AUTO_FLUSH: "true" }],
  // Of a log so long the frames are not parsed one by one.
  ...Array.from({ length: 60 }, () => [["q", "Found on the way"]] as const),
  [["list"]],
  [["ready"]],
  // With a page that ends among the issues of the snapshot.
  [["list", "--limit", "1"]],
  [["ready", "--limit", "1"]],
];

/** So many writes, of which each hundredth folds the log, with changes of what the snapshot holds between these numbers. */
function folding(writes: number, from: number, end: number): UsualCall[] {
  const taken = Array.from({ length: end - from }, (_, at) => from + at)
    .filter(isFreeToClaim)
    .map(otherId);
  const changing = [
    ...taken.map((id): UsualCall => [["claim", id]]),
    ...taken.filter((_, at) => at % 2 === 0).map((id): UsualCall => [["close", id, "-r", "Done"]]),
  ];
  const bringing = Array.from(
    { length: writes - changing.length },
    (): UsualCall => [["q", "Found on the way"]],
  );
  return [...changing, ...bringing];
}

/** The same of lists of which all is known at once. */
const callsOfFew: readonly UsualCall[] = [
  [["list"]],
  [["ready"]],
  [["q", "Found on the way"]],
  [["claim", "bd-x7k1"]],
  [["list"]],
  [["ready"]],
  [["close", "bd-x7k1"]],
  [["list"]],
  [["ready", "--limit", "2"]],
];

/** Calls in a store with so many issues that what is known of them does not fit into one block, in a few and in hardly any. */
const stores: readonly (readonly [others: number, calls: readonly UsualCall[]])[] = [
  [1500, [...calls, ...folding(130, 500, 800)]],
  [900, callsOfFew],
  [300, callsOfFew],
  [100, [...callsOfFew, ...folding(110, 0, 100)]],
  [0, callsOfFew],
];

/** What is asked while others write: each behind somebody who holds the lock, and somebody who waits for it. */
const waitingCalls: typeof calls = [
  [["q", "Found on the way"]],
  [["claim", "bd-x7k1"]],
  [["close", "bd-x7k1", "-r", "Done"]],
  [["q", "And left to be told"], { BEADS_SYNC_AUTO_FLUSH: "true" }],
];

/** What is to stand for "this belongs to `name` in the unit, and is run", in the text that `recordUsualRuns` is given. */
export function markOf(unit: string, name: string): string {
  return `$run("${unit} ${name}")`;
}

/** By unit, the names at its top. */
export type Runs = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What the usual calls run of the units, and what those run that have to wait for the lock.
 * @param entry the text of the entry, with marks
 * @param program bz, to make the store with
 * @throws Error where the fast path gives up: what is usual has to be answered by it
 */
export async function recordUsualRuns(
  entry: string,
  program: readonly string[],
): Promise<{ readonly usual: Runs; readonly waiting: Runs }> {
  return withText(`${recorder}\n${entry.replace(/^#!.*/, "")}`, async (text) => {
    const told = { usual: `${text}.runs`, waiting: `${text}.waiting` };
    await makeUsualCalls(text, program, { BZ_RUNS: told.usual });
    await makeWaitingCalls(text, program, { BZ_RUNS: told.waiting });
    return { usual: readRuns(told.usual), waiting: readRuns(told.waiting) };
  });
}

function readRuns(told: string): Runs {
  const runs = new Map<string, Set<string>>();
  for (const line of readFileSync(told, "utf8").split(";").slice(0, -1)) {
    const [unit = "", name = ""] = line.split(" ");
    runs.set(unit, (runs.get(unit) ?? new Set()).add(name));
  }
  return runs;
}

/**
 * Makes the usual calls with an entry as it is to be: whatever was done to the units wrongly would be hidden by the whole program, which answers where they fail.
 * @throws Error where the fast path gives up
 */
export async function requireUsualAnswers(entry: string, program: readonly string[]): Promise<void> {
  await withText(entry, async (text) => {
    await makeUsualCalls(text, program);
    await makeWaitingCalls(text, program);
  });
}

async function makeUsualCalls(
  text: string,
  program: readonly string[],
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [count, asked] of stores)
    await inUsualStore(program, count, (call) => {
      for (const [words, variables] of asked)
        call([process.execPath, text], words, { ...variables, ...given });
    });
}

async function makeWaitingCalls(
  text: string,
  program: readonly string[],
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  await inUsualStore(program, 100, async (_, callBehindOthers) => {
    for (const [words, variables] of waitingCalls)
      await callBehindOthers([process.execPath, text], words, { ...variables, ...given });
  });
}

/** In a directory of its own, which has nothing that the fast path could go on with. */
async function withText<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "bz-runs-"));
  try {
    const path = join(directory, "entry.js");
    writeFileSync(path, text);
    return await use(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Told at once, since a call ends through libc. */
const recorder = [
  'import { appendFileSync as $append } from "node:fs";',
  "const $names = new Set();",
  "const $run = (name) => {",
  "  if (!$names.has(name)) $append(process.env.BZ_RUNS, name + ';');",
  "  $names.add(name);",
  "};",
].join("\n");
