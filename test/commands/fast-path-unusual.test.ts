import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { tryLock } from "../../native/file-lock";
import { decodeStatusPage, encodeStatusPage, type StatusPage } from "../../storage/status-page";
import { type TwinWorld, twins } from "./twin-worlds";

/** What is unusual, the call that meets it, and how it came about. */
type Case = readonly [what: string, words: readonly string[], arrange?: (world: TwinWorld) => unknown];

const wordsCases: readonly Case[] = [
  ["a flag", ["q", "--json", "Title"]],
  ["a flag behind the title", ["q", "Title", "-p", "1"]],
  ["a title from stdin", ["q", "-"]],
  ["a hyphen in a title", ["q", "Title", "- and"]],
  ["the end of flags", ["q", "--", "Title"]],
  ["no title", ["q"]],
  ["an empty title", ["q", ""]],
  ["a title that is refused", ["q", " "]],
  ["an unknown command", ["shwo", "bd-one"]],
  ["a flag before the command", ["--json", "show", "bd-one"]],
  ["two issues", ["show", "bd-one", "bd-two"]],
  ["no issue", ["show"]],
  ["half an id", ["show", "bd-on"]],
  ["an id without its prefix", ["show", "one"]],
  ["an unknown id", ["show", "bd-none"]],
  ["an empty id", ["show", ""]],
  ["a claim with force", ["claim", "bd-one", "--force"]],
  ["a claim of half an id", ["claim", "bd-on"]],
  ["a closing with force", ["close", "bd-one", "-f"]],
  ["a closing of two", ["close", "bd-one", "bd-two"]],
  ["a reason from a file", ["close", "bd-one", "-r", "@reason.txt"]],
  ["a reason that begins with an at sign", ["close", "bd-one", "-r", "@@reason"]],
  ["a reason from stdin", ["close", "bd-one", "-r", "-"]],
  ["a reason behind an equals sign", ["close", "bd-one", "--reason=Done"]],
  ["a flag without its value", ["close", "bd-one", "-r"]],
  ["a reason and more", ["close", "bd-one", "-r", "Done", "bd-two"]],
];

const worldCases: readonly Case[] = [
  ["BEADS_DIR", ["show", "bd-one"], setting("BEADS_DIR", "/nowhere")],
  ["BZ_COMPAT", ["show", "bd-one"], setting("BZ_COMPAT", "bd")],
  [
    "the name of another tool",
    ["show", "bd-one"],
    (world) => Object.assign(world, { calledAs: "/usr/bin/bd" }),
  ],
  ["a terminal", ["show", "bd-one"], (world) => Object.assign(world, { terminals: [1] })],
  ["colours that are forced", ["show", "bd-one"], setting("CLICOLOR_FORCE", "1")],
  ["a timeout that is none", ["q", "Title"], setting("BEADS_LOCK_TIMEOUT_MS", "soon")],
  ["a switch that is none", ["q", "Title"], setting("BEADS_SYNC_AUTO_FLUSH", "perhaps")],
  [
    "a setting of the project",
    ["q", "Title"],
    (world) => appendFileSync(inBeads(world, "config.yaml"), "\nsync:\n  auto_flush: true\n"),
  ],
  ["settings that are a link", ["q", "Title"], (world) => linked(inBeads(world, "config.yaml"))],
  [
    "settings of many bytes",
    ["q", "Title"],
    (world) => appendFileSync(inBeads(world, "config.yaml"), `# ${"x".repeat(5000)}\n`),
  ],
  [
    "a setting of the user",
    ["q", "Title"],
    (world) => {
      mkdirSync(join(world.directory, ".config/beads"), { recursive: true });
      writeFileSync(join(world.directory, ".config/beads/config.yaml"), "lock.timeout_ms: 20000\n");
    },
  ],
  [
    "a directory that is gone",
    ["show", "bd-one"],
    (world) => {
      world.currentDirectory = () => {
        throw new Error("no longer there");
      };
    },
  ],
  [
    "no workspace",
    ["show", "bd-one"],
    (world) => rmSync(join(world.directory, ".beads"), { recursive: true }),
  ],
  [
    "a workspace above the repository",
    ["show", "bd-one"],
    (world) => {
      mkdirSync(join(world.directory, "inner/.git"), { recursive: true });
      world.directory = join(world.directory, "inner");
    },
  ],
  ["the workspace at home, from below", ["show", "bd-one"], (world) => below(world)],
  [
    "a workspace where everybody may write",
    ["show", "bd-one"],
    (world) => {
      chmodSync(world.directory, 0o777);
      world.env.HOME = "/nowhere";
      below(world);
    },
  ],
  [
    "a linked worktree",
    ["show", "bd-one"],
    (world) => writeFileSync(join(world.directory, ".git"), "gitdir: /nowhere\n"),
  ],
  [
    "a repository behind a link",
    ["show", "bd-one"],
    (world) => symlinkSync("/nowhere", join(world.directory, ".git")),
  ],
  ["a workspace behind a link", ["show", "bd-one"], (world) => linked(join(world.directory, ".beads"))],
  ["a redirect", ["show", "bd-one"], (world) => writeFileSync(inBeads(world, "redirect"), "/nowhere\n")],
];

const storeCases: readonly Case[] = [
  ["a fresh clone", ["show", "bd-one"], ({ storePath }) => rmSync(storePath, { recursive: true })],
  ["a store behind a link", ["show", "bd-one"], ({ storePath }) => linked(storePath)],
  [
    "a copied directory",
    ["show", "bd-one"],
    (world) => {
      cpSync(join(world.directory, ".beads"), join(world.directory, "copy/.beads"), { recursive: true });
      world.directory = join(world.directory, "copy");
    },
  ],
  ["no face", ["show", "bd-one"], (world) => rmSync(inBeads(world, "issues.jsonl"))],
  [
    "a face that somebody has written",
    ["show", "bd-one"],
    (world) => appendFileSync(inBeads(world, "issues.jsonl"), "\n"),
  ],
  [
    "a face that is not signed",
    ["show", "bd-one"],
    ({ storePath }) => {
      for (const name of readdirSync(storePath)) if (name.startsWith("face.")) rmSync(join(storePath, name));
    },
  ],
  ["no lock file", ["show", "bd-one"], ({ storePath }) => rmSync(join(storePath, "lock"))],
  [
    "a lock file that is not complete",
    ["q", "Title"],
    ({ storePath }) => truncateSync(join(storePath, "lock"), 128),
  ],
  ["a torn page", ["show", "bd-one"], (world) => writePage(world, (bytes) => bytes.fill(0, 40, 50))],
  ["a page of another boot", ["show", "bd-one"], changingPage(() => ({ bootId: new Uint8Array(16) }))],
  ["a page of another store", ["show", "bd-one"], changingPage(() => ({ storeId: new Uint8Array(16) }))],
  ["a page of an earlier mount", ["show", "bd-one"], changingPage(({ mount }) => ({ mount: mount - 1 }))],
  [
    "a page that confirms more than there is",
    ["show", "bd-one"],
    changingPage(({ confirmedOffset }) => ({ confirmedOffset: confirmedOffset + 1 })),
  ],
  [
    "a page that confirms another sequence",
    ["show", "bd-one"],
    changingPage(({ confirmedSequence }) => ({ confirmedSequence: confirmedSequence + 1 })),
  ],
  [
    "a prefix that is another one",
    ["show", "bd-one"],
    changingPage(({ prefix }) => ({ prefix: prefix && { ...prefix, checksum: 1n } })),
  ],
  ["a sealed segment", ["q", "Title"], changingPage(() => ({ sealed: true }))],
  ["a tail that nobody confirmed", ["q", "Title"], (world) => appendFileSync(segmentOf(world), "tail")],
  ["a segment that was replaced", ["show", "bd-one"], (world) => copied(segmentOf(world))],
  ["a segment that is gone", ["show", "bd-one"], (world) => rmSync(segmentOf(world))],
  [
    "a second segment",
    ["show", "bd-one"],
    async (world) => {
      appendFileSync(segmentOf(world), "tail");
      await world.bz("q", "In the next segment");
    },
  ],
  ["damage in the log", ["show", "bd-one"], (world) => flip(segmentOf(world), -10)],
  ["damage in the header of the log", ["show", "bd-one"], (world) => flip(segmentOf(world), 50)],
  ["no snapshot", ["show", "bd-one"], ({ storePath }) => rmSync(join(storePath, "snapshot"))],
  [
    "damage in the header of the snapshot",
    ["show", "bd-one"],
    ({ storePath }) => flip(join(storePath, "snapshot"), 60),
  ],
  [
    "damage in the trailer of the snapshot",
    ["show", "bd-one"],
    ({ storePath }) => flip(join(storePath, "snapshot"), -20),
  ],
  [
    "damage in the line",
    ["show", "bd-one"],
    ({ storePath }) => flipAt(join(storePath, "snapshot"), "Number one"),
  ],
  [
    "damage in the list of sections",
    ["show", "bd-one"],
    ({ storePath }) => flip(join(storePath, "snapshot"), -60),
  ],
  [
    "a snapshot that is cut off",
    ["show", "bd-one"],
    ({ storePath }) => truncateSync(join(storePath, "snapshot"), 1000),
  ],
  [
    "a delta of another snapshot",
    ["show", "bd-one"],
    ({ storePath }) => copyFileSync(join(storePath, "snapshot"), join(storePath, "snapshot.delta")),
  ],
  [
    "an escape in the log",
    ["show", "bd-one"],
    (world) => world.bz("comments", "add", "bd-two", "bell \u0007"),
  ],
];

const issueCases: readonly Case[] = [
  [
    "an issue of somebody else",
    ["claim", "bd-one"],
    (world) => world.bz("claim", "bd-one", "--actor", "other"),
  ],
  ["an issue that waits", ["claim", "bd-one"], (world) => world.bz("dep", "add", "bd-one", "bd-two")],
  [
    "an issue that was put off",
    ["claim", "bd-one"],
    (world) => world.bz("defer", "bd-one", "--until", "2099-01-01"),
  ],
  ["a closed issue", ["close", "bd-one"], (world) => world.bz("close", "bd-one")],
  [
    "a closed issue that gets a reason",
    ["close", "bd-one", "-r", "Why"],
    (world) => world.bz("close", "bd-one"),
  ],
  ["a deleted issue", ["close", "bd-one"], (world) => world.bz("delete", "bd-one")],
  [
    "an epic with open parts",
    ["close", "bd-one"],
    async (world) => {
      await world.bz("update", "bd-one", "--type", "epic");
      await world.bz("update", "bd-two", "--parent", "bd-one");
    },
  ],
];

describe.each([
  ["words", wordsCases],
  ["the world", worldCases],
  ["the store", storeCases],
  ["an issue", issueCases],
] as const)("of %s", (_, cases) => {
  test.each(cases.map(([what, words, arrange = untouched]) => [what, words, arrange] as const))(
    "%s makes it give up, having changed nothing and said nothing",
    async (_what, words, arrange) => {
      const world = await usualWorld();
      await arrange(world);
      const before = bytesIn(world.directory);
      expect(await world.fast(...words)).toBeUndefined();
      expect(world.output).toEqual({ 1: "", 2: "" });
      expect(bytesIn(world.directory)).toEqual(before);
      expect(isFree(world)).toBe(true);
    },
  );
});

test("without any of that, each of the calls is answered", async () => {
  for (const words of [
    ["q", "Title"],
    ["show", "bd-one"],
    ["claim", "bd-one"],
    ["close", "bd-one"],
    ["close", "bd-one", "-r", "Why"],
  ]) {
    const world = await usualWorld();
    expect({ words, ...(await world.fast(...words)) }).toMatchObject({ words, exitCode: 0, stderr: "" });
  }
});

/** With a log behind a snapshot, and a verified prefix. */
async function usualWorld(): Promise<TwinWorld> {
  const [world] = await twins(1);
  const time = "2026-01-02T03:04:05.678Z";
  const line = (id: string, title: string): string =>
    `${JSON.stringify({ id, title, status: "open", priority: 2, issue_type: "task", created_at: time, updated_at: time })}\n`;
  const path = join(world.directory, "seed.jsonl");
  writeFileSync(path, line("bd-one", "Number one") + line("bd-two", "Number two"));
  await world.bz("import", path);
  await world.bz("compact");
  await world.bz("comments", "add", "bd-one", "Spoken");
  await world.bz("comments", "add", "bd-two", "Spoken, too");
  await world.bz("sync");
  return world;
}

function untouched(): void {}

function setting(name: string, value: string): (world: TwinWorld) => void {
  return (world) => {
    world.env[name] = value;
  };
}

function below(world: TwinWorld): void {
  world.directory = join(world.directory, "below");
  mkdirSync(world.directory);
}

function inBeads({ directory }: TwinWorld, name: string): string {
  return join(directory, ".beads", name);
}

/** The same is behind a link from now on. */
function linked(path: string): void {
  const elsewhere = join(dirname(path), `${path.split("/").at(-1)}.elsewhere`);
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
}

/** The same bytes, in another file. */
function copied(path: string): void {
  copyFileSync(path, `${path}~`);
  renameSync(`${path}~`, path);
}

function segmentOf({ storePath }: TwinWorld): string {
  const name = readdirSync(storePath).find((each) => each.startsWith("wal."));
  return join(storePath, name ?? "");
}

/** @param at from the end, if it is below 0 */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function flipAt(path: string, text: string): void {
  flip(path, readFileSync(path).indexOf(text));
}

function writePage({ storePath }: TwinWorld, change: (bytes: Buffer) => unknown): void {
  const path = join(storePath, "lock");
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

function changingPage(change: (page: StatusPage) => Partial<StatusPage>): (world: TwinWorld) => void {
  return (world) =>
    writePage(world, (bytes) => {
      const page = decodeStatusPage(bytes);
      if (page === undefined) throw new Error("there is a page");
      bytes.set(encodeStatusPage({ ...page, ...change(page) }));
    });
}

/** All files but what is in the lock file behind the page, where every holder is noted. */
function bytesIn(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    found[path] = (entry.name === "lock" ? bytes.subarray(0, 128) : bytes).toHex();
  }
  return found;
}

/** Whether somebody else could write now. */
function isFree({ storePath }: TwinWorld): boolean {
  return [storePath, join(storePath, "lock")].every((path) => {
    if (!existsSync(path)) return true;
    const descriptor = openSync(path, "r");
    const isTaken = tryLock(descriptor);
    closeSync(descriptor);
    return isTaken;
  });
}
