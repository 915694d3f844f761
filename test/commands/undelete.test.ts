import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseIssue } from "../../model/issue-json";
import { undeleteIssue } from "../../model/undelete";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

async function rowOf(world: TestWorld, id: string): Promise<Record<string, unknown>> {
  const { issues } = (await world.json("show", id)) as { issues: Record<string, unknown>[] };
  return issues[0] ?? {};
}

const moving = ["updated_at", "version"];

function still(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !moving.includes(key)));
}

describe("undelete", () => {
  test("brings an issue back as it was, in whatever state that was", async () => {
    const world = await initialisedWorld();
    for (const [id, ...words] of [
      ["bd-open", "update", "-l", "x", "-d", "text"],
      ["bd-taken", "update", "--claim"],
      ["bd-closed", "close", "-r", "Fixed"],
      ["bd-off", "defer", "--until", "+2d"],
      ["bd-someday", "defer"],
      ["bd-stuck", "update", "-s", "blocked"],
    ] as const) {
      await world.bz("create", "Title", "--id", id, "-t", "bug");
      const [verb, ...flags] = words;
      expect([id, (await world.bz(verb ?? "", id, ...flags)).exitCode]).toEqual([id, 0]);
      const before = await rowOf(world, id);
      await world.bz("delete", id, "--reason", "By mistake");
      expect((await rowOf(world, id)).status).toBe("tombstone");
      expect(await world.bz("undelete", id)).toEqual({
        exitCode: 0,
        stdout: `Brought back ${id}: Title\n`,
        stderr: "",
      });
      expect(still(await rowOf(world, id))).toEqual(still(before));
    }
  });

  test("answers the usual envelope, and names what depends on what came back", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Blocker", "--id", "bd-b");
    await world.bz("create", "Waits", "--id", "bd-w", "--dep", "bd-b");
    await world.bz("delete", "bd-b", "--force");
    expect(await world.json("ready")).toMatchObject({ issues: [{ id: "bd-w" }] });
    expect(await world.json("undelete", "bd-b", "bd-w", "zz")).toMatchObject({
      issues: [
        { id: "bd-b", status: "open" },
        { id: "bd-w", status: "open" },
      ],
      total: 2,
      returned: 2,
      truncated: false,
      dependents: [{ id: "bd-w", depends_on_id: "bd-b", type: "blocks" }],
      failed: [{ id: "zz", code: "NOT_FOUND" }],
    });
    expect(await world.json("blocked")).toMatchObject({ issues: [{ id: "bd-w" }] });
    await world.bz("delete", "bd-b", "--force");
    expect((await world.bz("undelete", "bd-b")).stderr).toBe("bd-w depends on bd-b again (blocks)\n");
    expect((await world.bz("history", "bd-b")).stdout).toContain("  undeleted  ");
  });

  test("says that the parent is still deleted, and keeps a reason as a comment", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Whole", "--id", "bd-p");
    await world.bz("create", "Part", "--id", "bd-c", "--parent", "bd-p");
    await world.bz("delete", "bd-p", "bd-c");
    const { stderr } = await world.bz("undelete", "bd-c", "-r", "Needed");
    expect(stderr).toContain("bd-c is part of bd-p, which is deleted");
    expect(await rowOf(world, "bd-c")).toMatchObject({ parent: "bd-p", comments: [{ text: "Needed" }] });
  });

  test("changes nothing of a live issue", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a");
    const before = await sequenceOf(world);
    expect((await world.bz("undelete", "bd-a")).stdout).toBe("Was not deleted: bd-a: Title\n");
    expect(await sequenceOf(world)).toBe(before);
  });

  test("refuses a purged issue, an unknown one and none at all; undo takes it back", async () => {
    const world = await initialisedWorld();
    for (const id of ["bd-a", "bd-b"]) await world.bz("create", "Title", "--id", id);
    await world.bz("delete", "--hard", "bd-a");
    await world.bz("delete", "bd-b");
    const before = await sequenceOf(world);
    for (const [words, code, message] of [
      [["bd-a"], "INVALID", "purged"],
      [["zz"], "NOT_FOUND", "no issue"],
      [[], "USAGE", "IDS"],
    ] as const) {
      const { exitCode, stderr } = await world.bz("undelete", ...words, "--json");
      const { error } = JSON.parse(stderr);
      expect([exitCode, error.code]).toEqual([1, code]);
      expect(error.message).toContain(message);
    }
    expect(await sequenceOf(world)).toBe(before);
    await world.bz("undelete", "bd-b");
    await world.bz("undo");
    expect((await rowOf(world, "bd-b")).status).toBe("tombstone");
  });

  test("wins over the deletion when another clone brings that again", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a");
    await world.bz("delete", "bd-a");
    await world.bz("sync");
    const face = join(world.directory, ".beads/issues.jsonl");
    const old = readFileSync(face, "utf8");
    await world.bz("undelete", "bd-a");
    await Bun.write(face, old);
    expect((await rowOf(world, "bd-a")).status).toBe("open");
  });

  test("keeps the type that somebody gave it who had not seen the deletion", async () => {
    const [world, other] = [await initialisedWorld(), await initialisedWorld()];
    await world.bz("create", "Title", "--id", "bd-a", "-t", "bug");
    await world.bz("sync");
    const face = join(world.directory, ".beads/issues.jsonl");
    other.stdin = readFileSync(face, "utf8");
    other.timeMs = world.timeMs;
    await other.bz("import", "-");
    await other.bz("update", "bd-a", "-t", "epic");
    await world.bz("delete", "bd-a");
    world.stdin = (await other.bz("export")).stdout;
    await world.bz("import", "-", "--merge");
    await world.bz("undelete", "bd-a");
    expect(await rowOf(world, "bd-a")).toMatchObject({ status: "open", issue_type: "epic" });
  });
});

describe("a tombstone of another tool", () => {
  const tombstone = (more: string) =>
    `{"id":"i","title":"T","status":"tombstone","priority":2,"issue_type":"task","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"${more}}`;

  test("becomes closed or deferred again if it has the date of that, else open, of the type that it was", () => {
    for (const [more, expected] of [
      [',"original_type":"bug"', { status: "open" }],
      [
        ',"closed_at":"2026-01-01T00:00:00Z","close_reason":"done"',
        { status: "closed", close_reason: "done" },
      ],
      [',"defer_until":"2027-01-01T00:00:00Z"', { status: "deferred" }],
    ] as const) {
      const line = tombstone(more);
      const change = undeleteIssue(parseIssue(line), { line, nowMs: 0 });
      expect(change?.work).toMatchObject({ ...expected, reopens: 1 });
      expect(change?.set?.issue_type).toBe(more.includes("bug") ? "bug" : undefined);
    }
  });
});
