import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

async function worldWithComment(): Promise<{ world: TestWorld; id: string }> {
  const world = await initialisedWorld();
  await world.bz("create", "Title", "--id", "bd-a");
  return { world, id: (await world.bz("comment", "a", "It is solw", "-q")).stdout.trim() };
}

/** The face, once it is written. */
function faceOf(world: TestWorld): string {
  return readFileSync(faceIn(world), "utf8");
}

function faceIn(world: TestWorld): string {
  return join(world.directory, ".beads/issues.jsonl");
}

describe("comments edit", () => {
  test("gives a comment another text and tells that and when", async () => {
    const { world, id } = await worldWithComment();
    const row = await world.json("comments", "edit", "a", id, "It", "is", "slow", "--actor", "bob");
    expect(row).toEqual({
      id,
      issue_id: "bd-a",
      author: "tester",
      text: "It is slow",
      created_at: expect.any(String),
      edited_at: expect.stringMatching(/^2026-.*Z$/),
    });
    expect(await world.json("comments", "a")).toMatchObject({ comments: [row], total: 1 });
    expect(await world.json("show", "a")).toMatchObject({ issues: [{ comments: [row] }] });
    expect((await world.bz("comments", "a")).stdout).toMatch(
      /^tester, 2026-\S* \(edited 2026-\S*\) {2}#\d+:\n {2}It is slow\n$/,
    );
    expect(await world.bz("comment", "edit", "a", id.slice(0, 5), "-m", "It is fast")).toEqual({
      exitCode: 0,
      stdout: `Edited comment #${id} on bd-a: Title\n`,
      stderr: "",
    });
    await world.bz("sync");
    expect(faceOf(world)).toContain("It is fast");
    expect(faceOf(world)).not.toContain("solw");
  });

  test("with the same text changes nothing", async () => {
    const { world, id } = await worldWithComment();
    const before = await sequenceOf(world);
    expect((await world.bz("comments", "edit", "a", id, "It is solw")).stdout).toStartWith("Unchanged: ");
    expect(await sequenceOf(world)).toBe(before);
  });

  test("is told by history with what was said before, and taken back by undo", async () => {
    const { world, id } = await worldWithComment();
    await world.bz("comments", "edit", "a", id, "It is slow", "--actor", "bob");
    const { stdout } = await world.bz("history", "a");
    expect(stdout.split("\n").at(-2)).toEndWith(
      `bob  edited comment  #${id}: "It is slow", was: "It is solw"`,
    );
    expect(await world.json("history", "a")).toMatchObject({
      events: [{}, {}, { action: "edited comment", changes: { comments: [{ id, was: "It is solw" }] } }],
    });
    expect((await world.bz("undo", "--actor", "bob")).exitCode).toBe(0);
    const { comments } = (await world.json("comments", "a")) as { comments: Record<string, unknown>[] };
    expect(comments[0]).toMatchObject({ text: "It is solw" });
    expect(comments[0]).not.toHaveProperty("edited_at");
  });
});

describe("comments delete", () => {
  test("takes a comment away, tells it in the history, and undo brings it back", async () => {
    const { world, id } = await worldWithComment();
    expect(await world.json("comments", "rm", "a", `#${id}`)).toMatchObject({
      id,
      text: "It is solw",
      deleted: true,
    });
    expect(await world.json("comments", "a")).toMatchObject({ comments: [], total: 0 });
    const { stdout } = await world.bz("history", "a");
    expect(stdout.split("\n").at(-2)).toEndWith(`deleted comment  #${id}, was: "It is solw"`);
    await world.bz("undo");
    expect(await world.json("comments", "a")).toMatchObject({ comments: [{ id, text: "It is solw" }] });
  });

  test("stays done when a face from before comes back", async () => {
    const { world, id } = await worldWithComment();
    await world.bz("sync");
    const face = faceOf(world);
    await world.bz("comments", "delete", "a", id);
    await Bun.write(join(world.directory, ".beads/issues.jsonl"), face);
    expect(await world.json("comments", "a")).toMatchObject({ comments: [] });
  });
});

test("a comment of another tool that gives none an id is edited, taken away and brought back", async () => {
  const { world } = await worldWithComment();
  await world.bz("sync");
  const time = "2026-01-02T00:00:00Z";
  const comments = `[{"author":"ann","text":"It is solw","created_at":"${time}"}]`;
  const row = `{"id":"bd-b","title":"Theirs","status":"open","priority":2,"issue_type":"task","created_at":"${time}","updated_at":"${time}","comments":${comments}}`;
  writeFileSync(faceIn(world), `${faceOf(world)}${row}\n`);
  const text = async () => (await world.bz("comments", "b")).stdout.split("\n")[1];
  expect(await world.bz("comments", "edit", "b", `@${time}`, "It is slow")).toMatchObject({ exitCode: 0 });
  expect(await text()).toBe("  It is slow");
  expect(await world.bz("comments", "delete", "b", `@${time}`)).toMatchObject({ exitCode: 0 });
  expect(await text()).toBeUndefined();
  expect(await world.bz("undo")).toMatchObject({ exitCode: 0 });
  expect(await text()).toBe("  It is slow");
  await world.bz("sync");
  expect(faceOf(world)).toContain("It is slow");
  expect(await world.bz("doctor")).toMatchObject({ exitCode: 0 });
});

test("what names no comment, says nothing or is deleted is refused, and nothing is written", async () => {
  const { world, id } = await worldWithComment();
  await world.bz("create", "Gone", "--id", "bd-gone");
  const gone = (await world.bz("comment", "bd-gone", "x", "-q")).stdout.trim();
  await world.bz("delete", "bd-gone");
  const before = await sequenceOf(world);
  for (const [words, code] of [
    [["edit", "a"], "USAGE"],
    [["edit", "a", id], "USAGE"],
    [["edit", "a", id, " "], "INVALID"],
    [["edit", "a", id, "x", "-m", "y"], "USAGE"],
    [["edit", "a", "zzz", "x"], "NOT_FOUND"],
    [["edit", "zz", id, "x"], "NOT_FOUND"],
    [["edit", "bd-gone", gone, "x"], "INVALID"],
    [["delete", "a"], "USAGE"],
    [["delete", "a", "zzz"], "NOT_FOUND"],
    [["delete", "a", id, id], "USAGE"],
    [["delete", "zz", id], "NOT_FOUND"],
    [["delete", "bd-gone", gone], "INVALID"],
  ] as const) {
    const { exitCode, stdout, stderr } = await world.bz("comments", ...words, "--json");
    expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
    expect([words, JSON.parse(stderr).error.code]).toEqual([words, code]);
  }
  expect(await sequenceOf(world)).toBe(before);
});
