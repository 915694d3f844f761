import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

let world: TestWorld;

beforeAll(fill);

async function fill(): Promise<void> {
  world = await initialisedWorld();
  world.stdin = [
    { id: "bd-aaaa", priority: 0, labels: ["ui"], assignee: "tester" },
    { id: "bd-bbbb", priority: 1, issue_type: "bug" },
    { id: "bd-cccc", status: "closed", closed_at: "2026-01-14T00:00:00Z" },
    { id: "bd-dddd", status: "tombstone", deleted_at: "2026-01-14T00:00:00Z" },
    { id: "bd-eeee", labels: ["ui"], status: "triage" },
  ]
    .map((issue) => ({ title: "T", status: "open", priority: 2, issue_type: "task", ...issue }))
    .map((issue) => ({ created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z", ...issue }))
    .map((issue) => JSON.stringify(issue))
    .join("\n");
  await world.bz("import", "-");
}

async function found(...words: string[]): Promise<string[]> {
  const { stdout, stderr } = await world.bz("query", ...words, "-q");
  if (stderr !== "") throw new Error(stderr);
  return stdout.split("\n").slice(0, -1);
}

describe("query with an expression", () => {
  test.each([
    [["priority<2"], ["bd-aaaa", "bd-bbbb"]],
    [
      ["where", "label=ui"],
      ["bd-aaaa", "bd-eeee"],
    ],
    [["label=ui", "and", "priority=0"], ["bd-aaaa"]],
    [["assignee=me"], ["bd-aaaa"]],
    [["assignee=me", "--actor", "ann"], []],
    [["status = triage"], ["bd-eeee"]],
    [["-t", "bug", "priority<2"], ["bd-bbbb"]],
    [["priority<3", "--sort", "id", "--reverse", "-n", "1"], ["bd-eeee"]],
    [["priority=2"], ["bd-eeee"]],
    [
      ["priority=2", "--all"],
      ["bd-cccc", "bd-eeee"],
    ],
    [["closed >= yesterday"], ["bd-cccc"]],
    [["status != open"], ["bd-cccc", "bd-eeee"]],
    [["status in (closed, tombstone)"], ["bd-cccc", "bd-dddd"]],
    [["status != open", "-s", "triage"], ["bd-eeee"]],
    [["id = aaaa"], ["bd-aaaa"]],
  ])("%p", async (words, ids) => {
    expect(await found(...words)).toEqual(ids);
  });

  test("answers as list does", async () => {
    expect(await world.json("query", "priority<2", "-n", "1", "--fields", "id,title")).toEqual({
      issues: [{ id: "bd-aaaa", title: "T" }],
      total: 2,
      returned: 1,
      truncated: true,
    });
    expect((await world.bz("query", "title=X")).stderr).toBe("no issues\n");
  });

  test("may come from stdin", async () => {
    world.stdin = "priority<2\nand label=ui\n";
    expect(await found("-")).toEqual(["bd-aaaa"]);
  });

  test("that cannot be read is refused with a caret under the place, or the place in JSON", async () => {
    expect(await world.bz("query", "label=ui and (statsu=open\u001b[2J)")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        'error: there is no field "statsu"\n' +
        "  label=ui and (statsu=open\\x1b[2J)\n" +
        "                ^^^^^^\n" +
        "hint: did you mean status or state?\n",
    });
    const { exitCode, stderr } = await world.bz("query", "label=ui and", "--json");
    expect([exitCode, JSON.parse(stderr)]).toMatchObject([
      1,
      {
        error: {
          code: "USAGE",
          context: { expression: "label=ui and", position: 12, expected: ["a field", "not", "("] },
        },
      },
    ]);
  });

  test("shows of a long expression what is around the place", async () => {
    const { stderr } = await world.bz(
      "query",
      `${"label=ui and ".repeat(20)}oops and ${"label=ui and ".repeat(20)} pinned`,
    );
    const [, excerpt = "", carets = ""] = stderr.split("\n");
    expect(excerpt).toMatch(/^ {2}….*oops.*…$/);
    expect(excerpt.indexOf("oops")).toBe(carets.indexOf("^"));
  });

  test("and a misspelt verb names the verb", async () => {
    expect((await world.bz("query", "sav", "x")).stderr).toContain("did you mean `bz query save`?");
    expect((await world.bz("query")).exitCode).toBe(1);
  });
});

describe("a saved query", () => {
  test("finds what it said, and further filters narrow it down", async () => {
    await fill();
    await world.bz("query", "save", "urgent", "priority<2 or label=ui", "-d", "first");
    expect(await found("run", "urgent")).toEqual(["bd-aaaa", "bd-bbbb", "bd-eeee"]);
    expect(await found("run", "urgent", "-t", "task")).toEqual(["bd-aaaa", "bd-eeee"]);
    expect(await found("run", "urgent", "-s", "triage", "-n", "1")).toEqual(["bd-eeee"]);
    await world.bz("query", "save", "tasks", "-t", "task,bug", "--mine", "--sort=id", "--reverse", "-n1");
    expect(await found("run", "tasks")).toEqual(["bd-aaaa"]);
    expect(await found("run", "tasks", "--actor", "ann")).toEqual([]);
    await world.bz("query", "save", "closed", "-s", "closed,open", "--no-pinned");
    expect(await found("run", "closed")).toEqual(["bd-aaaa", "bd-bbbb", "bd-cccc"]);
    expect(await found("run", "closed", "-s", "closed")).toEqual(["bd-cccc"]);
    expect(await found("run", "closed", "-t", "bug", "--sort", "id")).toEqual(["bd-bbbb"]);
  });

  test("is shown by list and once more by delete, which undo takes back", async () => {
    await fill();
    await world.bz("query", "save", "urgent", "priority<2", "-l", "ui,api", "-d", "first");
    const row = {
      name: "urgent",
      description: "first",
      expression: "priority<2",
      flags: ["--label=ui", "--label=api"],
      updated_at: expect.stringMatching(/^2026-01-15T12/),
      updated_by: "tester",
    };
    const document = { queries: [row], total: 1, returned: 1, truncated: false };
    expect(await world.json("query", "list")).toEqual(document);
    expect((await world.bz("query", "ls")).stdout).toBe("urgent  priority<2 --label=ui --label=api  first\n");
    expect((await world.bz("query", "list", "-q")).stdout).toBe("urgent\n");
    expect(await world.json("query", "delete", "urgent")).toEqual(document);
    expect((await world.bz("query", "list")).stderr).toBe("no query is saved yet\n");
    await world.bz("undo");
    expect(await world.json("query", "list")).toMatchObject({ total: 1 });
  });

  test("is written once, and replaced only when that is said", async () => {
    await fill();
    expect((await world.bz("query", "save", "a", "pinned")).stdout).toBe("Saved a\n");
    const before = await sequenceOf(world);
    expect((await world.bz("query", "save", "a", "pinned")).stdout).toBe("Saved already: a\n");
    expect((await world.bz("query", "save", "a", "overdue")).stderr).toContain("--replace");
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("query", "save", "a", "overdue", "--replace", "-q")).stdout).toBe("a\n");
    expect(await world.json("query", "list")).toMatchObject({ queries: [{ expression: "overdue" }] });
  });

  test.each([
    [["save", "a b", "pinned"], "USAGE"],
    [["save"], "USAGE"],
    [["save", "x"], "USAGE"],
    [["save", "x", "statsu=open"], "USAGE"],
    [["save", "x", "parent=nobody"], "USAGE"],
    [["save", "x", "--status", "opne"], "INVALID"],
    [["save", "x", "-n", "many"], "USAGE"],
    [["run", "nothing"], "NOT_FOUND"],
    [["delete", "nothing"], "NOT_FOUND"],
  ])("%p is refused before anything is written", async (words, code) => {
    const before = await sequenceOf(world);
    const { exitCode, stderr } = await world.bz("query", ...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, code]);
    expect(await sequenceOf(world)).toBe(before);
  });

  test("that is not found names the nearest one", async () => {
    await world.bz("query", "save", "urgent", "pinned");
    expect((await world.bz("query", "run", "urgnet")).stderr).toContain("did you mean urgent?");
  });
});
