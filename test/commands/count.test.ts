import { beforeAll, describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

let world: TestWorld;

/** The world's clock stands on 15 January 2026. */
beforeAll(async () => {
  world = await initialisedWorld();
  const issues = [
    {
      id: "bd-aaaa",
      priority: 0,
      labels: ["ui", "api"],
      assignee: "ann",
      updated_at: "2025-12-01T00:00:00Z",
    },
    {
      id: "bd-bbbb",
      labels: ["ui"],
      issue_type: "bug",
      updated_at: "2025-11-01T00:00:00Z",
      status: "in_progress",
    },
    { id: "bd-cccc", status: "deferred", updated_at: "2025-10-01T00:00:00Z" },
    {
      id: "bd-dddd",
      status: "closed",
      closed_at: "2025-10-01T00:00:00Z",
      updated_at: "2025-10-01T00:00:00Z",
    },
    { id: "bd-eeee" },
  ];
  const usual = { title: "T", status: "open", priority: 2, issue_type: "task" };
  const times = { created_at: "2025-09-01T00:00:00Z", updated_at: "2026-01-10T00:00:00Z" };
  world.stdin = issues.map((issue) => JSON.stringify({ ...usual, ...times, ...issue })).join("\n");
  await world.bz("import", "-");
});

describe("count", () => {
  test.each([
    [[], { count: 4 }],
    [["--all"], { count: 5 }],
    [["-l", "ui", "-t", "bug"], { count: 1 }],
    [["-s", "closed"], { count: 1 }],
    [
      ["--by", "priority"],
      {
        total: 4,
        groups: [
          { group: "P0", count: 1 },
          { group: "P2", count: 3 },
        ],
      },
    ],
    [
      ["--by-type"],
      {
        total: 4,
        groups: [
          { group: "task", count: 3 },
          { group: "bug", count: 1 },
        ],
      },
    ],
    [
      ["-g", "assignee"],
      {
        total: 4,
        groups: [
          { group: "(unassigned)", count: 3 },
          { group: "ann", count: 1 },
        ],
      },
    ],
    [
      ["--by", "label", "--by-label"],
      {
        total: 4,
        groups: [
          { group: "(no labels)", count: 2 },
          { group: "ui", count: 2 },
          { group: "api", count: 1 },
        ],
      },
    ],
  ])("%p", async (words, answer) => {
    expect(await world.json("count", ...words)).toEqual(answer);
  });

  test("counts the closed as a group when asked for all, and deleted ones never", async () => {
    const text = await world.bz("count", "--by", "status", "--all");
    expect(text).toEqual({
      exitCode: 0,
      stdout: "open         2\nclosed       1\ndeferred     1\nin_progress  1\n",
      stderr: "5 in all\n",
    });
  });

  test("is a bare number in a pipe and under -q", async () => {
    expect(await world.bz("count")).toEqual({ exitCode: 0, stdout: "4\n", stderr: "" });
    expect((await world.bz("count", "-q")).stdout).toBe("4\n");
  });

  test.each([
    [["--by", "size"]],
    [["--by-type", "--by", "label"]],
    [["--by-type", "--by-status"]],
    [["surplus"]],
  ])("%p is refused", async (words) => {
    const { exitCode, stderr } = await world.bz("count", ...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "USAGE"]);
  });
});

describe("stale", () => {
  test("lists what nobody has changed for 30 days, the longest untouched first, but not what waits on purpose", async () => {
    expect(await world.bz("stale")).toEqual({
      exitCode: 0,
      stdout:
        "bd-bbbb  P2  in_progress  bug  T  unchanged for 75 days\nbd-aaaa  P0  open  task  T  @ann  unchanged for 45 days\n",
      stderr: "",
    });
    expect(await world.json("stale", "-n", "1")).toMatchObject({
      issues: [{ id: "bd-bbbb", stale_days: 75 }],
      total: 2,
      returned: 1,
      truncated: true,
      stale_threshold_days: 30,
    });
  });

  test.each([
    [["--days", "60"], "bd-bbbb\n"],
    [["-d5"], "bd-bbbb\nbd-aaaa\nbd-eeee\n"],
    [["--days", "365"], ""],
    [["-s", "deferred"], "bd-cccc\n"],
    [["--status", "open"], "bd-aaaa\n"],
    [["--deferred"], "bd-cccc\n"],
    [["--all", "--sort", "id"], "bd-aaaa\nbd-bbbb\nbd-dddd\n"],
    [["--unassigned"], "bd-bbbb\n"],
  ])("%p", async (words, ids) => {
    expect((await world.bz("stale", "-q", ...words)).stdout).toBe(ids);
  });

  test("takes whole days", async () => {
    expect((await world.bz("stale", "--days", "soon")).exitCode).toBe(1);
    expect((await world.bz("stale", "--days", "365")).stderr).toBe(
      "nothing has been left alone for 365 days\n",
    );
  });
});
