import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commentLimitBytes } from "../../model/comment";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

interface Comment {
  readonly id: string;
  readonly author: string;
  readonly text: string;
}

async function worldWithIssue(): Promise<TestWorld> {
  const world = await initialisedWorld();
  await world.bz("create", "Title", "--id", "bd-a");
  return world;
}

async function commentsOf(world: TestWorld): Promise<readonly Comment[]> {
  // The shape is what the first test is about.
  return ((await world.json("comments", "a")) as { comments: Comment[] }).comments;
}

describe("comments add", () => {
  test("says something, and list shows it, oldest first", async () => {
    const world = await worldWithIssue();
    expect(await world.bz("comments", "add", "a", "It", "is", "slow")).toEqual({
      exitCode: 0,
      stdout: "Commented on bd-a: Title\n",
      stderr: "",
    });
    const added = await world.json("comment", "a", "On Safari only", "--author", "alice");
    expect(added).toEqual({
      id: expect.stringMatching(/^\d+$/),
      issue_id: "bd-a",
      author: "alice",
      text: "On Safari only",
      created_at: expect.stringMatching(/^2026-.*Z$/),
    });
    expect(await world.json("comments", "list", "a")).toEqual({
      comments: [expect.objectContaining({ author: "tester", text: "It is slow" }), added],
      total: 2,
      returned: 2,
      truncated: false,
    });
    expect((await world.bz("comments", "a")).stdout).toMatch(
      /^tester, 2026-[^ ]* {2}#\d+:\n {2}It is slow\n\nalice, .* {2}#\d+:\n {2}On Safari only\n$/,
    );
    const ids = (await commentsOf(world)).map(({ id }) => id);
    expect((await world.bz("comments", "a", "-q")).stdout).toBe(`${ids.join("\n")}\n`);
    const { stdout } = await world.bz("comment", "a", "third", "-q");
    expect((await commentsOf(world)).at(-1)?.id).toBe(stdout.trim());
    expect(await world.json("show", "a")).toMatchObject({ issues: [{ comment_count: 3 }] });
  });

  test("of an issue without any says so beside the data", async () => {
    const world = await worldWithIssue();
    expect(await world.bz("comments", "a")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "bd-a has no comments\n",
    });
    expect(await world.json("comments", "a")).toMatchObject({ comments: [], total: 0 });
  });

  test("takes the text from stdin, a flag, a file, and behind a double hyphen", async () => {
    const world = await worldWithIssue();
    world.stdin = "from\nstdin\n";
    writeFileSync(join(world.directory, "text.md"), "from a file\n");
    for (const words of [
      ["comments", "add", "a", "-"],
      ["comment", "a", "-m", "a flag"],
      ["comment", "a", "--message", "@text.md"],
      ["comments", "add", "a", "--file", "text.md"],
      ["comments", "add", "--json", "a", "--", "--not-a-flag", "-x"],
      ["comment", "add", "a", "in the long form"],
    ]) {
      expect([words, (await world.bz(...words)).exitCode]).toEqual([words, 0]);
    }
    expect((await commentsOf(world)).map(({ text }) => text)).toEqual([
      "from\nstdin",
      "a flag",
      "from a file",
      "from a file",
      "--not-a-flag -x",
      "in the long form",
    ]);
  });

  test("shows text safely", async () => {
    const world = await worldWithIssue();
    await world.bz("comment", "a", "one\n\u001b[2Jtwo\n", "--author", "ev\u001b[1mil");
    const { stdout } = await world.bz("comments", "a");
    expect(stdout).toContain("ev\\x1b[1mil");
    expect(stdout).toContain("  one\n  \\x1b[2Jtwo\n");
    expect(stdout).not.toContain("\u001b");
  });

  test("holds a megabyte as it is", async () => {
    const world = await worldWithIssue();
    world.stdin = "é\u0001\n".repeat(250_000);
    expect((await world.bz("comments", "add", "a", "-")).exitCode).toBe(0);
    expect((await commentsOf(world))[0]?.text).toBe(world.stdin.slice(0, -1));
  });

  test("refuses more than a change can hold, names the limit, and writes nothing", async () => {
    const world = await worldWithIssue();
    const before = await sequenceOf(world);
    world.stdin = "x".repeat(20_000_000);
    const { exitCode, stdout, stderr } = await world.bz("comments", "add", "a", "-", "--json");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "INVALID",
      message: `the comment has 20000000 bytes; ${commentLimitBytes} are the most`,
      context: { bytes: 20_000_000, limit_bytes: commentLimitBytes },
    });
    // Under the limit as text, above it as JSON: the store refuses.
    world.stdin = "\u0001".repeat(10_000_000);
    expect(await world.bz("comments", "add", "a", "-")).toMatchObject({ exitCode: 1, stdout: "" });
    world.stdin = "x".repeat(commentLimitBytes);
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("comments", "add", "a", "-")).exitCode).toBe(0);
  });

  test("refuses what says nothing or nowhere, and writes nothing", async () => {
    const world = await worldWithIssue();
    await world.bz("create", "Gone", "--id", "bd-gone");
    await world.bz("delete", "bd-gone");
    const before = await sequenceOf(world);
    for (const [words, code] of [
      [["comments", "add", "a"], "USAGE"],
      [["comment", "a"], "USAGE"],
      [["comments", "add"], "USAGE"],
      [["comments"], "USAGE"],
      [["comments", "add", "a", ""], "INVALID"],
      [["comments", "add", "a", " \n"], "INVALID"],
      [["comments", "add", "a", "x", "--author", " "], "INVALID"],
      [["comments", "add", "a", "x", "-m", "y"], "USAGE"],
      [["comments", "add", "a", "-m", "y", "-f", "z"], "USAGE"],
      [["comments", "add", "a", "-f", "none"], "FILE_UNREADABLE"],
      [["comments", "add", "zz", "x"], "NOT_FOUND"],
      [["comments", "add", "bd-gone", "x"], "INVALID"],
      [["comments", "list", "zz"], "NOT_FOUND"],
      [["comments", "zz"], "NOT_FOUND"],
      [["comments", "a", "b"], "USAGE"],
    ] as const) {
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect([words, JSON.parse(stderr).error.code]).toEqual([words, code]);
    }
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("note", () => {
  test("adds a line to the notes", async () => {
    const world = await worldWithIssue();
    expect((await world.bz("note", "a", "Tried", "it")).stdout).toBe("Noted on bd-a: Title\n");
    world.stdin = "second\n";
    expect(await world.json("note", "a", "-")).toMatchObject({
      issues: [{ id: "bd-a", notes: "Tried it\nsecond" }],
      total: 1,
    });
    expect((await world.bz("note", "a", "-q", "--", "--third")).stdout).toBe("bd-a\n");
    expect(await world.json("show", "a")).toMatchObject({ issues: [{ notes: "Tried it\nsecond\n--third" }] });
  });

  test("without a text or an issue is refused, and writes nothing", async () => {
    const world = await worldWithIssue();
    const before = await sequenceOf(world);
    for (const words of [["note", "a"], ["note"], ["note", "a", " "], ["note", "zz", "x"]]) {
      expect([words, (await world.bz(...words)).exitCode]).toEqual([words, 1]);
    }
    expect(await sequenceOf(world)).toBe(before);
  });
});
