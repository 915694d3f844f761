import { describe, expect, test } from "bun:test";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { issueTree } from "../../model/issue-tree";
import { State } from "../../model/state";
import { initialisedWorld, type TestWorld } from "./test-world";

interface Given {
  readonly id: string;
  readonly parent?: string;
  readonly status?: string;
  readonly priority?: number;
}

function lineOf({ id, parent, status = "open", priority = 2 }: Given): string {
  const dependencies =
    parent === undefined ? [] : [{ issue_id: id, depends_on_id: parent, type: "parent-child" }];
  return JSON.stringify({ id, title: `Title ${id}`, status, priority, dependencies });
}

/** The tree of the issues that `matches` names, as `depth id`, in brackets where one does not match itself. */
function treeOf(given: readonly Given[], matches: readonly string[]): string[] {
  const state = new State(emptySource);
  for (const each of given) state.apply({ op: "put", id: each.id, line: lineOf(each) }, 1);
  const issues = matches.map((id) => parseIssue(state.line(id) ?? ""));
  return issueTree(state, issues).map(({ issue, depth, isMatch }) =>
    isMatch ? `${depth} ${issue.id}` : `${depth} (${issue.id})`,
  );
}

describe("issues as a tree", () => {
  test("stand below their parents, siblings in the order of the list", () => {
    const given = [{ id: "p" }, { id: "a", parent: "p" }, { id: "b", parent: "p" }, { id: "x" }];
    expect(treeOf(given, ["b", "x", "p", "a"])).toEqual(["0 p", "1 b", "1 a", "0 x"]);
  });

  test("bring parents along that do not match, however many", () => {
    const given = [{ id: "g" }, { id: "p", parent: "g" }, { id: "a", parent: "p" }, { id: "b", parent: "g" }];
    expect(treeOf(given, ["a"])).toEqual(["0 (g)", "1 (p)", "2 a"]);
    expect(treeOf(given, ["a", "b"])).toEqual(["0 (g)", "1 (p)", "2 a", "1 b"]);
  });

  test("stand alone below a parent that is deleted or unknown", () => {
    const given = [
      { id: "p", status: "tombstone" },
      { id: "a", parent: "p" },
      { id: "b", parent: "none" },
    ];
    expect(treeOf(given, ["a", "b"])).toEqual(["0 a", "0 b"]);
  });

  test("each stand there once where parents go round in a circle", () => {
    const given = [
      { id: "a", parent: "c" },
      { id: "b", parent: "a" },
      { id: "c", parent: "b" },
      { id: "d", parent: "d" },
    ];
    expect(treeOf(given, ["b", "c", "d"])).toEqual(["0 c", "1 (a)", "2 b", "0 d"]);
    expect(treeOf(given, ["a", "b", "c"])).toHaveLength(3);
  });

  test("may be ten thousand deep", () => {
    const given = Array.from({ length: 10_000 }, (_, at) => ({
      id: `i${at}`,
      ...(at === 0 ? {} : { parent: `i${at - 1}` }),
    }));
    const rows = treeOf(given, ["i9999", "i5000"]);
    expect([rows.length, rows.at(-1), rows[5000]]).toEqual([10_000, "9999 i9999", "5000 i5000"]);
  });
});

async function worldWithTree(): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.stdin = [
    { id: "bd-e" },
    { id: "bd-a", parent: "bd-e", priority: 1 },
    { id: "bd-b", parent: "bd-a" },
    { id: "bd-c", parent: "bd-e" },
    { id: "bd-x", priority: 0 },
  ]
    .map(lineOf)
    .join("\n");
  await world.bz("import", "-");
  return world;
}

describe("list --tree", () => {
  test("draws branches, in a pipe and on a terminal", async () => {
    const world = await worldWithTree();
    expect((await world.bz("list", "--tree")).stdout).toBe(
      [
        "bd-x  P0  open  task  Title bd-x",
        "bd-e  P2  open  task  Title bd-e",
        "├─ bd-a  P1  open  task  Title bd-a",
        "│  └─ bd-b  P2  open  task  Title bd-b",
        "└─ bd-c  P2  open  task  Title bd-c",
        "",
      ].join("\n"),
    );
    world.terminals = [1];
    world.env = { ...world.env, NO_COLOR: "1" };
    expect((await world.bz("list", "--tree", "-p", "1")).stdout).toBe(
      [
        "ID       PRI  STATUS  TYPE  TITLE",
        "(bd-e)   P2   open    task  Title bd-e",
        "└─ bd-a  P1   open    task  Title bd-a",
        "",
      ].join("\n"),
    );
  });

  test("dims on a terminal with colours what does not match", async () => {
    const world = await worldWithTree();
    world.terminals = [1];
    const { stdout } = await world.bz("list", "--tree", "-p", "1");
    expect(stdout).toContain("\u001b[2mbd-e");
    expect(stdout).not.toContain("\u001b[1mbd-e");
    expect(stdout).toContain("\u001b[1mbd-a");
  });

  test("gives programs the matches in that order, and their depths", async () => {
    const world = await worldWithTree();
    const document = await world.json("list", "--tree", "--fields", "id,depth");
    expect(document).toEqual({
      issues: [
        { id: "bd-x", depth: 0 },
        { id: "bd-e", depth: 0 },
        { id: "bd-a", depth: 1 },
        { id: "bd-b", depth: 2 },
        { id: "bd-c", depth: 1 },
      ],
      total: 5,
      returned: 5,
      truncated: false,
    });
    expect(await world.json("list", "--tree", "--parent", "bd-a")).toMatchObject({
      issues: [{ id: "bd-b", depth: 2 }],
      total: 1,
    });
    expect((await world.bz("list", "--tree", "-p", "2", "-q")).stdout).toBe("bd-e\nbd-b\nbd-c\n");
  });

  test("counts and cuts off matches as the list does, and says when there are none", async () => {
    const world = await worldWithTree();
    const { stdout, stderr } = await world.bz("list", "--tree", "-n", "2");
    expect(stdout.split("\n")).toHaveLength(4);
    expect(stderr).toContain("3 more");
    expect(await world.bz("list", "--tree", "-t", "epic")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "no issues\n",
    });
  });
});
