import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inUsualStore } from "./usual-calls";

/** What a unit of the fast path is asked most: with an empty log, behind a short one and a long one, behind changes, by an actor whom nothing names, and with an export behind the answer. */
const calls: readonly (readonly [words: readonly string[], variables?: Record<string, string>])[] = [
  [["list"]],
  [["ready", "--limit", "50"]],
  [["show", "bd-4f1a"]],
  [["q", "Found on the way"]],
  [["q", "By whoever git names"], { BEADS_ACTOR: "" }],
  [["list", "--limit", "50"]],
  [["ready"]],
  [["claim", "bd-4f1a"]],
  [["show", "bd-4f1a"]],
  [["close", "bd-4f1a", "-r", "Done"]],
  [["show", "bd-4f1b"]],
  [["claim", "bd-4f1b"]],
  [["close", "bd-4f1b", "-r", "Done"]],
  [["show", "bd-4f1c"]],
  [["close", "bd-4f1c"]],
  [["show", "bd-4f1c"]],
  [["show", "bd-4f1e"]],
  [["claim", "bd-4f1e"]],
  [["close", "bd-4f1e", "-r", "Done"]],
  [["show", "bd-4f1e"]],
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

/** What is to stand for "this belongs to `name` in the unit, and is run", in the text that `recordUsualRuns` is given. */
export function markOf(unit: string, name: string): string {
  return `$run("${unit} ${name}")`;
}

/**
 * What the usual calls run of the units.
 * @param entry the text of the entry, with marks
 * @param program bz, to make the store with
 * @returns by unit, the names at its top
 * @throws Error where the fast path gives up: what is usual has to be answered by it
 */
export function recordUsualRuns(entry: string, program: readonly string[]): Map<string, Set<string>> {
  return withText(`${recorder}\n${entry.replace(/^#!.*/, "")}`, (text) => {
    const told = `${text}.runs`;
    makeUsualCalls(text, program, { BZ_RUNS: told });
    const runs = new Map<string, Set<string>>();
    for (const line of readFileSync(told, "utf8").split(";").slice(0, -1)) {
      const [unit = "", name = ""] = line.split(" ");
      runs.set(unit, (runs.get(unit) ?? new Set()).add(name));
    }
    return runs;
  });
}

/**
 * Makes the usual calls with an entry as it is to be: whatever was done to the units wrongly would be hidden by the whole program, which answers where they fail.
 * @throws Error where the fast path gives up
 */
export function requireUsualAnswers(entry: string, program: readonly string[]): void {
  withText(entry, (text) => makeUsualCalls(text, program));
}

function makeUsualCalls(
  text: string,
  program: readonly string[],
  given: Readonly<Record<string, string>> = {},
): void {
  inUsualStore(program, (call) => {
    for (const [words, variables] of calls) call([process.execPath, text], words, { ...variables, ...given });
  });
}

/** In a directory of its own, which has nothing that the fast path could go on with. */
function withText<T>(text: string, use: (path: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "bz-runs-"));
  try {
    const path = join(directory, "entry.js");
    writeFileSync(path, text);
    return use(path);
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
