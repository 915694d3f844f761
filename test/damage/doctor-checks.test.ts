import { expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { initialisedWorld, type TestWorld } from "../commands/test-world";
import { withForgedSection } from "../helpers/forged-section";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** Which check of `doctor` tells of which damage, and how loud. The files are below `.beads/`. */
const table: readonly [string, string, "FAIL" | "warn" | "note", (path: (name: string) => string) => void][] =
  [
    ["a byte of the snapshot", "snapshot", "FAIL", (path) => flip(path("store/snapshot"), 200)],
    [
      "a section that says something else, with right checksums",
      "sections",
      "FAIL",
      (path) => {
        const content = (bytes: Uint8Array): Uint8Array => bytes.fill(2, 16, 20);
        const bytes = readFileSync(path("store/snapshot"));
        writeFileSync(path("store/snapshot"), withForgedSection(bytes, "columns", { content }));
      },
    ],
    ["no snapshot", "log", "FAIL", (path) => rmSync(path("store/snapshot"))],
    ["a byte of the log", "log", "FAIL", (path) => flip(path("store/wal.2"), 130)],
    ["the end of the log", "log", "FAIL", (path) => truncateSync(path("store/wal.2"), 150)],
    ["a byte of the record", "history", "FAIL", (path) => flip(path("store/history/wal.1"), 130)],
    ["no beginning of the record", "history", "warn", (path) => rmSync(path("store/history/wal.1"))],
    ["a byte of the base", "base", "FAIL", (path) => flip(path("store/history/snapshot.1"), 20)],
    ["no base", "base", "note", (path) => rmSync(path("store/history/snapshot.1"))],
    [
      "something that is no backup",
      "backups",
      "warn",
      (path) => {
        mkdirSync(path("store/backups"));
        writeFileSync(path("store/backups/x"), "no backup");
      },
    ],
    ["a byte of the status page", "status page", "note", (path) => flip(path("store/lock"), 70)],
    ["half a lock file", "lock file", "note", (path) => truncateSync(path("store/lock"), 5000)],
    [
      "a directory in the place of the lock file",
      "lock file",
      "FAIL",
      (path) => {
        rmSync(path("store/lock"));
        mkdirSync(path("store/lock"));
      },
    ],
    ["a store that others may look into", "permissions", "warn", (path) => chmodSync(path("store"), 0o755)],
    [
      "a segment that others may write",
      "permissions",
      "warn",
      (path) => chmodSync(path("store/wal.2"), 0o622),
    ],
    [
      "a record that others may write",
      "permissions",
      "warn",
      (path) => chmodSync(path("store/history/wal.1"), 0o622),
    ],
    ["a face that all may write", "permissions", "warn", (path) => chmodSync(path("issues.jsonl"), 0o666)],
    ["settings that all may write", "permissions", "warn", (path) => chmodSync(path("config.yaml"), 0o666)],
    [
      "a link in the place of a segment of the record",
      "links",
      "FAIL",
      (path) => {
        renameSync(path("store/history/wal.1"), path("elsewhere"));
        symlinkSync("../../elsewhere", path("store/history/wal.1"));
      },
    ],
    ["a second name of the log", "links", "warn", (path) => linkSync(path("store/wal.2"), path("second"))],
    [
      "a second name of the log within the store",
      "links",
      "warn",
      (path) => linkSync(path("store/wal.2"), path("store/history/again")),
    ],
    [
      "what a dead process left",
      "leftovers",
      "note",
      (path) => writeFileSync(path("store/snapshot.tmp.4194304.abc"), ""),
    ],
    [
      "what a repair kept",
      "quarantine",
      "note",
      (path) => mkdirSync(path("store/quarantine/earlier"), { recursive: true }),
    ],
    ["settings that are no YAML", "settings", "warn", (path) => writeFileSync(path("config.yaml"), "a: [")],
    [
      "a setting that is not allowed",
      "settings",
      "FAIL",
      (path) => writeFileSync(path("config.yaml"), "sync.auto_flush: often\n"),
    ],
    ["metadata that is no JSON", "settings", "warn", (path) => writeFileSync(path("metadata.json"), '{"a')],
    ["a line of the face", "face lines", "FAIL", (path) => appendFileSync(path("issues.jsonl"), "{\n")],
    [
      "an unfinished merge",
      "face conflict",
      "FAIL",
      (path) => appendFileSync(path("issues.jsonl"), "=======\n"),
    ],
    ["a face behind the store", "face", "note", (path) => rmSync(path("issues.jsonl"))],
    ["no .gitignore in the store", "git", "FAIL", (path) => rmSync(path("store/.gitignore"))],
    ["no .gitattributes", "git", "note", (path) => rmSync(path(".gitattributes"))],
  ];

/** These keep other checks from seeing theirs. */
const alone: ReadonlySet<string> = new Set([
  "a byte of the snapshot",
  "a section that says something else, with right checksums",
  "no snapshot",
  "a byte of the log",
  "the end of the log",
  "a directory in the place of the lock file",
  "a link in the place of a segment of the record",
  "a face behind the store",
]);

test("doctor tells of every damage by the check that is there for it", async () => {
  const whole = marksOf((await (await filledWorld()).bz("doctor")).stdout);
  const wrong = table
    .filter(([, check, mark]) => whole.get(check) === mark)
    .map(([name]) => `${name} before`);
  for (const round of rounds()) {
    const world = await filledWorld();
    for (const [, , , strike] of round) strike((name) => join(world.directory, ".beads", name));
    const { exitCode, stdout } = await world.bz("doctor");
    const marks = marksOf(stdout);
    for (const [name, check, mark] of round)
      if (marks.get(check) !== mark) wrong.push(`${name}: ${check} is ${marks.get(check)}`);
    if (exitCode !== ([...marks.values()].includes("FAIL") ? 1 : 0)) wrong.push(`exit ${exitCode}`);
  }
  expect(wrong).toEqual([]);
});

test("a birth that was killed before it wrote anything is no damage, and the next write finishes it", async () => {
  const world = await filledWorld();
  await world.bz("sync");
  const store = join(world.directory, ".beads/store");
  rmSync(store, { recursive: true });
  mkdirSync(store, { mode: 0o700 });
  const { exitCode, stdout } = await world.bz("doctor");
  expect([exitCode, marksOf(stdout).get("git")]).toEqual([0, "note"]);
  expect((await world.bz("q", "Next")).exitCode).toBe(0);
  expect(existsSync(join(store, ".gitignore"))).toBe(true);
});

/** One damage for each check at a time. */
function rounds(): (typeof table)[number][][] {
  const found: (typeof table)[number][][] = [];
  for (const entry of table) {
    const free = found.find(
      ([first, ...rest]) =>
        !alone.has(entry[0]) &&
        first !== undefined &&
        !alone.has(first[0]) &&
        [first, ...rest].every(([, check]) => check !== entry[1]),
    );
    if (free === undefined) found.push([entry]);
    else free.push(entry);
  }
  return found;
}

test("doctor tells of files of the store in git's index", async () => {
  const world = await filledWorld();
  const git = (...words: string[]): void => {
    const { exitCode, stderr } = Bun.spawnSync(["git", ...words], { cwd: world.directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
  };
  if (!existsSync(join(world.directory, ".git"))) git("init", "-q");
  git("add", ".beads");
  // A store that is a sample for somebody's tests.
  mkdirSync(join(world.directory, "samples/.beads/store"), { recursive: true });
  writeFileSync(join(world.directory, "samples/.beads/store/snapshot"), "");
  git("add", "-f", "samples");
  expect(marksOf((await world.bz("doctor")).stdout).get("tracked")).toBe("ok");
  git("add", "-f", ".beads/store/snapshot");
  expect(marksOf((await world.bz("doctor")).stdout).get("tracked")).toBe("FAIL");
});

async function filledWorld(): Promise<TestWorld> {
  const world = await initialisedWorld();
  await world.bz("q", "One");
  await world.bz("compact");
  await world.bz("q", "Two");
  await world.bz("sync");
  return world;
}

function marksOf(stdout: string): Map<string, string> {
  return new Map(
    [...stdout.matchAll(/^(FAIL|warn|note|ok) +([a-z ]+):/gm)].map(([, mark = "", check = ""]) => [
      check,
      mark,
    ]),
  );
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
