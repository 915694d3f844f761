import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** A world with the issues bd-a, bd-b ... */
async function worldWith(...names: string[]): Promise<TestWorld> {
  const world = await initialisedWorld();
  for (const name of names) {
    const { exitCode, stderr } = await world.bz("create", `Title ${name}`, "--id", `bd-${name}`);
    if (exitCode !== 0) throw new Error(stderr);
  }
  return world;
}

async function labelsOf(world: TestWorld, id: string): Promise<string[]> {
  const { stdout } = await world.bz("label", "list", id);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("label add", () => {
  test("adds labels to one issue", async () => {
    const world = await worldWith("a");
    expect(await world.bz("label", "add", "a", "urgent", "backend")).toEqual({
      exitCode: 0,
      stdout: "bd-a is now labelled urgent\nbd-a is now labelled backend\n",
      stderr: "",
    });
    expect(await world.json("tag", "add", "bd-a", "urgent", "new one")).toEqual({
      labels: [
        { status: "unchanged", issue_id: "bd-a", label: "urgent" },
        { status: "added", issue_id: "bd-a", label: "new one" },
      ],
      total: 2,
      returned: 2,
      truncated: false,
    });
    expect(await labelsOf(world, "a")).toEqual(["backend", "new one", "urgent"]);
  });

  test("adds one label to several issues, by their whole ids or with -l, in one transaction", async () => {
    const world = await worldWith("a", "b", "c");
    const before = await sequenceOf(world);
    expect((await world.bz("label", "add", "a", "bd-b", "urgent", "-q")).stdout).toBe("bd-a\nbd-b\n");
    expect(await sequenceOf(world)).toBe(before + 1);
    expect((await world.bz("label", "add", "a", "b", "c", "-l", "x,y", "-l", "z")).exitCode).toBe(0);
    expect(await labelsOf(world, "b")).toEqual(["urgent", "x", "y", "z"]);
    expect(await labelsOf(world, "c")).toEqual(["x", "y", "z"]);
  });

  test("takes a word that is a part of an id for a label, but not one that looks like an id", async () => {
    const world = await worldWith("a", "api");
    await world.bz("label", "add", "a", "api", "web");
    expect(await labelsOf(world, "a")).toEqual(["api", "web"]);
    const before = await sequenceOf(world);
    const { exitCode, stderr } = await world.bz("label", "add", "a", "bd-apy", "web");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("if it is meant as a label, write -l bd-apy");
    expect((await world.bz("label", "add", "a", "web", "bd-api")).stderr).toContain("no label follows");
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("label", "add", "a", "-l", "bd-apy")).exitCode).toBe(0);
  });

  test("that changes nothing writes nothing", async () => {
    const world = await worldWith("a");
    await world.bz("label", "add", "a", "x");
    const before = await sequenceOf(world);
    expect((await world.bz("label", "add", "a", "x")).stdout).toBe("bd-a was labelled x already\n");
    expect((await world.bz("label", "remove", "a", "y")).stdout).toBe("bd-a was not labelled y\n");
    expect(await sequenceOf(world)).toBe(before);
  });

  test("does what it can, and names the issues that it could not", async () => {
    const world = await worldWith("a", "b");
    await world.bz("delete", "b");
    const { exitCode, stdout } = await world.bz("label", "add", "a", "b", "zz", "-l", "x", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      labels: [{ status: "added", issue_id: "bd-a", label: "x" }],
      failed: [
        { id: "zz", code: "NOT_FOUND" },
        { id: "bd-b", code: "INVALID" },
      ],
    });
    expect(await labelsOf(world, "a")).toEqual(["x"]);
  });

  test("refuses what cannot be a label or is no issue, and writes nothing", async () => {
    const world = await worldWith("a");
    const before = await sequenceOf(world);
    for (const [words, code] of [
      [["label", "add", "a", ""], "INVALID"],
      [["label", "add", "a", "x,y"], "INVALID"],
      [["label", "add", "a", "x".repeat(101)], "INVALID"],
      [["label", "add", "a", "two\nlines"], "INVALID"],
      [["label", "add", "a"], "USAGE"],
      [["label", "add", "a", "-l", ","], "USAGE"],
      [["label", "add"], "USAGE"],
      [["label", "add", "zz", "x"], "NOT_FOUND"],
      [["label", "remove", "zz", "x"], "NOT_FOUND"],
      [["label"], "USAGE"],
      [["label", "a", "x"], "USAGE"],
      [["label", "ad", "a", "x"], "USAGE"],
    ] as const) {
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect([words, JSON.parse(stderr).error.code]).toEqual([words, code]);
    }
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("label")).stderr).toContain(
      "label needs a verb: add, remove, list, list-all, rename",
    );
    expect((await world.bz("label", "ad", "a", "x")).stderr).toContain("did you mean `bz label add`");
  });
});

describe("label remove", () => {
  test("takes labels away from one or several issues", async () => {
    const world = await worldWith("a", "b");
    await world.bz("label", "add", "a", "b", "-l", "x,y,z");
    expect((await world.bz("label", "rm", "a", "x", "y")).stdout).toBe(
      "bd-a is no longer labelled x\nbd-a is no longer labelled y\n",
    );
    expect(await world.json("label", "remove", "a", "bd-b", "z")).toMatchObject({
      labels: [
        { status: "removed", issue_id: "bd-a", label: "z" },
        { status: "removed", issue_id: "bd-b", label: "z" },
      ],
    });
    expect(await labelsOf(world, "a")).toEqual([]);
    expect(await labelsOf(world, "b")).toEqual(["x", "y"]);
  });

  test("takes one away that came in from elsewhere and could not be added here", async () => {
    const world = await worldWith("a");
    world.stdin = '{"id":"bd-z","title":"Z","labels":["x,y","v"]}';
    expect((await world.bz("import", "-")).exitCode).toBe(0);
    expect((await world.bz("label", "rm", "bd-z", "x,y")).stdout).toBe("bd-z is no longer labelled x,y\n");
    expect(await labelsOf(world, "bd-z")).toEqual(["v"]);
    expect((await world.bz("label", "add", "bd-z", "x,y")).exitCode).toBe(1);
  });
});

describe("label list and list-all", () => {
  test("show the labels of one issue, all in use, and how many have them; deleted issues have none", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("label", "add", "a", "bd-b", "x");
    world.stdin = '{"id":"bd-a","title":"A","updated_at":"2030-01-01T00:00:00Z","labels":["x","é\\u202e"]}';
    await world.bz("import", "-", "--merge");
    await world.bz("label", "add", "c", "gone");
    await world.bz("delete", "c");
    expect(await world.json("label", "list", "b")).toEqual({
      labels: ["x"],
      total: 1,
      returned: 1,
      truncated: false,
    });
    expect(await world.json("label", "list")).toMatchObject({ labels: ["x", "é\u202e"], total: 2 });
    expect((await world.bz("label", "list", "a", "-q")).stdout).toBe("x\né\\u{202e}\n");
    expect((await world.bz("label", "list-all")).stdout).toBe("x  2\né\\u{202e}  1\n");
    expect(await world.json("label", "all")).toMatchObject({
      labels: [
        { label: "x", count: 2 },
        { label: "é\u202e", count: 1 },
      ],
      total: 2,
    });
    expect(await world.bz("label", "list", "zz")).toMatchObject({ exitCode: 1, stdout: "" });
    await world.bz("label", "remove", "b", "x");
    expect(await world.bz("label", "list", "b")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "bd-b has no labels\n",
    });
  });
});

describe("label rename", () => {
  test("gives a label another name everywhere, in one transaction", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("label", "add", "a", "b", "-l", "old");
    await world.bz("label", "add", "b", "c", "-l", "new");
    const before = await sequenceOf(world);
    expect(await world.json("label", "rename", "old", " new ")).toEqual({
      old_name: "old",
      new_name: "new",
      affected_issues: 2,
      ids: ["bd-a", "bd-b"],
    });
    expect(await sequenceOf(world)).toBe(before + 1);
    expect(await world.json("label", "list-all")).toMatchObject({ labels: [{ label: "new", count: 3 }] });
    expect((await world.bz("label", "mv", "none", "x")).stdout).toBe('Renamed "none" to "x" on 0 issues\n');
    expect((await world.bz("label", "rename", "new", "new")).exitCode).toBe(0);
    expect((await world.bz("label", "rename", "new", "a,b")).exitCode).toBe(1);
    expect(await sequenceOf(world)).toBe(before + 1);
  });
});
