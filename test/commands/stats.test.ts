import { expect, test } from "bun:test";
import { initialisedWorld } from "./test-world";

async function busyWorld() {
  const world = await initialisedWorld();
  const add = async (...words: string[]) => (await world.bz("q", ...words)).stdout.trim();
  const first = await add("First", "-p", "1", "-l", "parser");
  const second = await add("Second", "--dep", first);
  const third = await add("Third");
  await world.bz("close", third, "--actor", "ann");
  return { world, first, second, third };
}

test("stats answers the summary, with every key, and the breakdowns", async () => {
  const { world } = await busyWorld();
  const answer = await world.json("stats");
  expect(answer).toMatchObject({
    summary: {
      total_issues: 3,
      open_issues: 2,
      in_progress_issues: 0,
      closed_issues: 1,
      blocked_issues: 1,
      deferred_issues: 0,
      ready_issues: 1,
      pinned_issues: 0,
      tombstone_issues: 0,
      epics_eligible_for_closure: 0,
      average_lead_time_hours: expect.any(Number),
    },
  });
  expect(Object.keys(JSON.parse(JSON.stringify(answer)))).toEqual(["summary", "breakdowns"]);
  expect(await world.json("status")).toEqual(answer);
});

test("as text stats is one fact a line, and -q has nothing to list", async () => {
  const { world } = await busyWorld();
  const { stdout } = await world.bz("stats");
  expect(stdout).toStartWith("Issues: 3\nOpen: 2\nReady: 1\n");
  expect(stdout).toContain("\nBy status: open 2, closed 1\n");
  expect(stdout).toContain("\nBy label: parser 1\n");
  expect((await world.bz("stats", "-q")).stdout).toBe("");
  const empty = await initialisedWorld();
  expect((await empty.bz("stats")).stdout).toContain("Average lead time: nothing is closed yet\n");
});

test("with --activity it says what was done lately, by whom and when", async () => {
  const { world } = await busyWorld();
  const counts = { issues_closed: 1, issues_reopened: 0, issues_deleted: 0, issues_updated: 0 };
  const quiet = { ...counts, issues_closed: 0 };
  expect(await world.json("stats", "--activity")).toMatchObject({
    recent_activity: {
      hours_tracked: 168,
      issues_created: 3,
      ...counts,
      total_changes: 4,
      by_actor: [
        { actor: "tester", issues_created: 3, ...quiet, total_changes: 3 },
        { actor: "ann", issues_created: 0, ...counts, total_changes: 1 },
      ],
      by_day: [{ day: "2026-01-15", issues_created: 3, ...counts, total_changes: 4 }],
    },
  });
  const { stdout } = await world.bz("stats", "-a", "--days", "3");
  expect(stdout).toContain("\nIn the last 3 days: 4 changes, 3 created, 1 closed\nBy tester: 3 changes");
  world.timeMs += 2 * 24 * 3_600_000;
  const later = await world.json("stats", "--activity-hours", "24");
  expect(later).toMatchObject({ recent_activity: { hours_tracked: 24, total_changes: 0 } });
});

test("names in stats cannot speak to the terminal", async () => {
  const world = await initialisedWorld();
  await world.bz("create", "Title", "-a", "mallory\u001b[31m", "--actor", "eve\u001b[2J");
  const { stdout } = await world.bz("stats", "--activity");
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain("mallory");
  expect(stdout).toContain("By eve");
});

test("stats refuses a span that is none", async () => {
  const world = await initialisedWorld();
  for (const words of [
    ["--days", "0"],
    ["--days", "soon"],
    ["--activity-hours", "-1"],
    ["--days", "1", "--activity-hours", "2"],
  ]) {
    const { exitCode, stderr } = await world.bz("stats", ...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "USAGE"]);
  }
});
