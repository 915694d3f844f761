import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@toon-format/toon";
import * as v from "valibot";
import type { AnyCommand } from "../../commands/command";
import { BzError, type ErrorCode } from "../../model/errors";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { lockBefore } from "../../native/file-lock";
import { exitCodeOf } from "../../output/exit-code";
import { answers } from "../../output/schema/answers";
import { formatToon } from "../../output/toon";
import { type Request, special } from "./contract/cases";
import { loadCases, loadCommands } from "./contract/load";
import { copyOfTracker } from "./contract/tracker";
import { initialisedWorld, type Outcome, TestWorld } from "./test-world";

/**
 * The contract: what every command of the table answers under `--json`, key by key, whatever the outcome. The schemas are those that
 * `bz schema` prints; the cases stand in `contract/`.
 */
const commands = await loadCommands();
const cases = await loadCases();
const tracker = await copyOfTracker();
const emptyTracker = await initialisedWorld();
const damaged = await damagedTracker();
const nowhere = new TestWorld();
const locked = await copyOfTracker();
const heldLock = openAt(currentDirectory, join(locked.directory, ".beads/store/lock"), "update");
if (!lockBefore(heldLock, 1000)) throw new Error("nobody else should hold this lock");
afterAll(() => closeFile(heldLock));

test("has cases for every command and for nothing else", () => {
  expect([...cases.keys()].sort()).toEqual(commands.map(({ name }) => name).sort());
});

const untouched = logOf(tracker);
afterAll(() => expect(logOf(tracker)).toBe(untouched));

for (const { name, command } of commands) {
  const { done, empty, refused = [], whenDamaged = "refuses" } = cases.get(name) ?? { done: [] };
  const run = (world: TestWorld, request: Request, ...more: string[]) => call(world, name, request, more);
  const check = (outcome: Outcome, exitCode = 0) => {
    expect(outcome).toMatchObject({ exitCode });
    checkAnswer(command, outcome);
  };

  describe(name, () => {
    for (const request of done) {
      test(`answers ${told(request)} as its schema says, and waits for the lock if it writes`, async () => {
        const { exitCode = 0 } = special(request);
        const look = await run(tracker, request, "--readonly");
        const isRefused = look.stderr.includes("WRITE_REFUSED");
        const world = isRefused ? await copyOfTracker() : tracker;
        const before = logOf(world);
        check(isRefused ? await run(world, request) : look, exitCode);
        const outcome = await run(locked, request, "--lock-timeout", "1");
        if (logOf(world) === before) check(outcome, exitCode);
        else checkError(outcome, "LOCK_TIMEOUT");
      });
    }

    if (empty !== undefined) {
      test("answers as its schema says where there are no issues", async () => {
        check(await run(emptyTracker, empty), special(empty).exitCode);
      });
    }

    for (const [code, request] of refused) {
      test(`refuses ${told(request)} with ${code}`, async () => {
        checkError(await run(tracker, request), code);
      });
    }

    test("refuses an unknown flag", async () => {
      checkError(await run(tracker, ["--no-such-flag"]), "USAGE");
    });

    if (command.args().fields !== undefined) {
      test("lists the fields that are asked for, in that order, and no others", async () => {
        const { stdout, stderr } = await run(tracker, done[0] ?? [], "--fields", "title,id", "--readonly");
        if (stderr.includes("WRITE_REFUSED")) return;
        const { issues } = JSON.parse(stdout);
        expect(issues).toEqual(issues.map(({ title, id }: Record<string, unknown>) => ({ title, id })));
        expect(issues.length).toBeGreaterThan(0);
      });
    }

    test("says where there is no workspace that there is none, or does without", async () => {
      const outcome = await run(nowhere, done[0] ?? ["--readonly"]);
      if (outcome.stdout === "")
        checkError(outcome, command.meta.name === "init" ? "WRITE_REFUSED" : "NOT_INITIALIZED");
      else check(outcome);
    });

    const unknown = withUnknownId(command, done[0]);
    if (unknown !== undefined) {
      test(`does not find ${told(unknown)}`, async () => {
        checkError(await run(tracker, unknown), "NOT_FOUND");
      });
    }

    const [first] = done;
    if (first !== undefined) {
      test("tells of a damaged store, or does without it", async () => {
        const outcome = await run(damaged, first);
        if (whenDamaged === "refuses") checkError(outcome, "CORRUPT");
        else checkAnswer(command, outcome);
      });
    }
  });
}

/** A bit of the log's first frame is another one, below what is confirmed: damage to acknowledged data. */
async function damagedTracker(): Promise<TestWorld> {
  const world = await copyOfTracker();
  const store = join(world.directory, ".beads/store");
  const segment = readdirSync(store).find((file) => file.startsWith("wal.")) ?? "";
  const bytes = readFileSync(join(store, segment));
  const at = bytes.indexOf('"bd-aaaa"');
  bytes.writeUInt8((bytes[at + 2] ?? 0) ^ 1, at + 2);
  writeFileSync(join(store, segment), bytes);
  return world;
}

/** What the log looks like from outside; another one after every transaction. */
function logOf(world: TestWorld): string {
  const store = join(world.directory, ".beads/store");
  const segments = readdirSync(store).filter((file) => file.startsWith("wal."));
  return segments.map((file) => `${file} ${statSync(join(store, file)).size}`).join("\n");
}

function told(request: Request): string {
  return `\`${special(request).words.join(" ")}\``;
}

function call(world: TestWorld, name: string, request: Request, more: readonly string[]): Promise<Outcome> {
  const { words, stdin = "" } = special(request);
  world.stdin = stdin;
  return world.bz("--json", ...name.split(" "), ...words, ...more);
}

function checkAnswer({ answer }: AnyCommand, { stdout, stderr }: Outcome): void {
  expect(stderr).not.toMatch(/^\{/m);
  expect(stdout).toMatch(/^[^\n]+\n$/);
  const document = JSON.parse(stdout);
  expect(problemsOf(answers[answer], document)).toEqual([]);
  if (stdout.length < longestForToon) expect(decode(formatToon(document))).toEqual(document);
  const [records] = Object.values(document).filter(Array.isArray);
  if ("returned" in document && records !== undefined) expect(document.returned).toBe(records.length);
}

/** The decoder takes half a second for the schemas of everything. */
const longestForToon = 10_000;

function checkError({ exitCode, stdout, stderr }: Outcome, code: ErrorCode): void {
  expect({ stdout, stderr }).toEqual({
    stdout: "",
    stderr: expect.stringMatching(/^(warning: .*\n)*\{.*\}\n$/),
  });
  const document: unknown = JSON.parse(stderr.slice(stderr.lastIndexOf("\n{") + 1));
  expect(problemsOf(answers.error, document)).toEqual([]);
  expect(document).toMatchObject({ error: { code, hint: expect.any(String) } });
  expect(exitCode).toBe(exitCodeOf(new BzError(code, "")));
}

function problemsOf(schema: v.GenericSchema, document: unknown): string[] {
  const { issues = [] } = v.safeParse(schema, document);
  return issues.flatMap(flattened);
}

/** Of a union, what is wrong with each of its forms. */
function flattened(issue: v.BaseIssue<unknown>): string[] {
  if (issue.issues !== undefined) return issue.issues.flatMap(flattened);
  return [`${v.getDotPath(issue) ?? "the document"}: ${issue.message}`];
}

/** What the first request is with an id that nobody knows; undefined where the command is not about issues. */
function withUnknownId({ args }: AnyCommand, request: Request | undefined): Request | undefined {
  const about = Object.entries(args).find(([, argument]) => argument.type === "positional");
  if (request === undefined || about === undefined || !["id", "ids", "issue", "words"].includes(about[0]))
    return undefined;
  const [, ...others] = special(request).words;
  const isId = (word: string) => about[1].repeat === true && word.startsWith("bd-");
  return { ...special(request), words: ["bd-none", ...others.filter((word) => !isId(word))] };
}
