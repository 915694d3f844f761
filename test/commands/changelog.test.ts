import { beforeAll, describe, expect, test } from "bun:test";
import { escapeMarkdown } from "../../output/markdown";
import { Git, hasGit } from "../helpers/git";
import { initialisedWorld, type TestWorld } from "./test-world";

let world: TestWorld;

/** The world's clock stands on 15 January 2026. */
beforeAll(async () => {
  world = await initialisedWorld();
  world.stdin = [
    {
      id: "bd-aaaa",
      issue_type: "bug",
      title: "Crash <b>",
      closed_at: "2026-01-10T00:00:00Z",
      labels: ["ui", "api"],
    },
    {
      id: "bd-bbbb",
      issue_type: "feature",
      title: "# Login",
      closed_at: "2026-01-12T23:00:00Z",
      close_reason: "done\nby me",
    },
    { id: "bd-cccc", issue_type: "bug", title: "Slow", closed_at: "2026-01-14T00:00:00Z", labels: ["ui"] },
    { id: "bd-dddd", issue_type: "riddle", title: "When" },
    { id: "bd-eeee", title: "Live", status: "open" },
  ]
    .map((issue) => ({ status: "closed", priority: 2, issue_type: "task", ...issue }))
    .map((issue) => ({ created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z", ...issue }))
    .map((issue) => JSON.stringify(issue))
    .join("\n");
  await world.bz("import", "-");
});

describe("changelog", () => {
  test("is Markdown with the types that users ask for first, in which titles cannot be anything but text", async () => {
    expect(await world.bz("changelog")).toEqual({
      exitCode: 0,
      stdout: `# Changelog

## Features

- \\# Login (bd-bbbb): done

## Bug fixes

- Slow (bd-cccc)
- Crash \\<b\\> (bd-aaaa)

## riddle

- When (bd-dddd)
`,
      stderr: "",
    });
    expect((await world.bz("changelog", "--group-by", "label", "--since", "2026-01-01")).stdout).toBe(
      "# Changelog\n\n## api\n\n- Crash \\<b\\> (bd-aaaa)\n\n## ui\n\n- Slow (bd-cccc)\n- Crash \\<b\\> (bd-aaaa)\n\n" +
        "## Other\n\n- \\# Login (bd-bbbb): done\n",
    );
    expect((await world.bz("changelog", "-g", "none", "-n", "1")).stdout).toBe(
      "# Changelog\n\n- Slow (bd-cccc)\n",
    );
  });

  test("answers entries, the last closed first", async () => {
    expect(await world.json("changelog", "--since", "2026-01-12", "--until=2026-01-12")).toEqual({
      entries: [
        {
          id: "bd-bbbb",
          title: "# Login",
          issue_type: "feature",
          priority: 2,
          labels: [],
          closed_at: "2026-01-12T23:00:00Z",
          close_reason: "done\nby me",
        },
      ],
      total: 1,
      returned: 1,
      truncated: false,
      since: "2026-01-12T00:00:00.000Z",
      until: "2026-01-12T23:59:59.999Z",
    });
  });

  test.each([
    [[], "bd-cccc\nbd-bbbb\nbd-aaaa\nbd-dddd\n"],
    [["--since", "yesterday"], "bd-cccc\n"],
    [["--since=-4d"], "bd-cccc\nbd-bbbb\n"],
    [["--until", "2026-01-10T00:00:00Z"], "bd-aaaa\n"],
    [["-t", "bug", "-n", "1"], "bd-cccc\n"],
    [["-l", "api"], "bd-aaaa\n"],
    [["--since", "tomorrow"], ""],
  ])("%p", async (words, ids) => {
    expect((await world.bz("changelog", "-q", ...words)).stdout).toBe(ids);
  });

  test.each([
    [["--since", "once"], "INVALID"],
    [["--since", "today", "--since-tag", "v1"], "USAGE"],
    [["--since-tag", "v1"], "NOT_FOUND"],
    [["-s", "open"], "USAGE"],
    [["--group-by", "size"], "USAGE"],
  ])("%p is refused", async (words, code) => {
    const { exitCode, stderr } = await world.bz("changelog", ...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, code]);
  });

  test.skipIf(!hasGit())("begins at a tag or a commit of git", async () => {
    const git = Git.init(world.directory);
    git.env.GIT_COMMITTER_DATE = "2026-01-11T00:00:00Z";
    git.succeed("commit", "-q", "--allow-empty", "-m", "x");
    git.succeed("tag", "v1");
    expect((await world.bz("changelog", "-q", "--since-tag", "v1")).stdout).toBe("bd-cccc\nbd-bbbb\n");
    expect((await world.bz("changelog", "-q", "--since-commit", "main")).stdout).toBe("bd-cccc\nbd-bbbb\n");
    expect((await world.bz("changelog", "--since-tag", "v2")).stderr).toContain("--since");
  });
});

test("a title in Markdown begins no block, makes no link and hides nothing", () => {
  for (const [title, shown] of [
    ["- [x] done", "\\- \\[x\\] done"],
    ["1. one", "1\\. one"],
    ["2) two", "2\\) two"],
    ["a\n# b", "a # b"],
    [
      "![x](y) `c` *d* _e_ ~~f~~ |g| $h$",
      "!\\[x\\](y) \\`c\\` \\*d\\* \\_e\\_ \\~\\~f\\~\\~ \\|g\\| \\$h\\$",
    ],
    ["<img src=x> &amp;", "\\<img src=x\\> \\&amp;"],
    ["a\u202eb\u001b", "a\\\\u\\{202e\\}b\\\\x1b"],
    ["snake_case __init__ _x", "snake_case \\_\\_init\\_\\_ \\_x"],
    ["plain v1.2-3 (x)", "plain v1.2-3 (x)"],
    ["see (https://x.y/?a=1&b) or www.x.y, ann@x.y", "see (https\\://x.y/?a=1\\&b) or www\\.x.y, ann\\@x.y"],
  ] as const)
    expect(escapeMarkdown(title)).toBe(shown);
});
