import { describe, expect, test } from "bun:test";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

/** The epic eeee with the parts aaaa and bbbb, the epic ffff without any, and the issue cccc. */
async function tracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const create = async (name: string, ...words: string[]) => {
    const { exitCode, stderr } = await world.bz("create", `Issue ${name}`, "--id", `bd-${name}`, ...words);
    if (exitCode !== 0) throw new Error(stderr);
  };
  await create("eeee", "-t", "epic");
  await create("ffff", "-t", "epic", "-p", "3");
  await create("aaaa", "--parent", "bd-eeee");
  await create("bbbb", "--parent", "bd-eeee");
  await create("cccc");
  return world;
}

async function parentOf(world: TestWorld, id: string): Promise<unknown> {
  const { issues } = (await world.json("show", id)) as { issues: { parent?: string }[] };
  return issues[0]?.parent;
}

describe("epic create", () => {
  test("makes an issue of type epic, with the fields of create", async () => {
    const world = await initialisedWorld();
    const answer = await world.json(
      "epic",
      "create",
      "Payments",
      "-p",
      "1",
      "-l",
      "money",
      "-d",
      "All of it",
    );
    expect(answer).toMatchObject({
      title: "Payments",
      issue_type: "epic",
      priority: 1,
      labels: ["money"],
      description: "All of it",
    });
    expect((await world.bz("epics", "new", "Another")).stdout).toMatch(/^Created bd-\w+: Another\n$/);
    const before = await sequenceOf(world);
    expect((await world.bz("epic", "create")).exitCode).toBe(1);
    expect((await world.bz("epic", "create", "x", "-t", "bug")).exitCode).toBe(1);
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("epic add", () => {
  test("makes issues parts of the epic and says what they were part of before", async () => {
    const world = await tracker();
    expect(await world.bz("epic", "add", "ffff", "aaaa", "cccc")).toEqual({
      exitCode: 0,
      stdout:
        "Added bd-aaaa: Issue aaaa (part of bd-ffff instead of bd-eeee)\n" +
        "Added bd-cccc: Issue cccc (part of bd-ffff)\n",
      stderr: "",
    });
    expect(await parentOf(world, "cccc")).toBe("bd-ffff");
    const before = await sequenceOf(world);
    expect((await world.bz("epic", "add", "ffff", "cccc")).stdout).toBe(
      "Was there already: bd-cccc: Issue cccc (part of bd-ffff)\n",
    );
    expect(await sequenceOf(world)).toBe(before);
    expect(await world.json("epic", "add", "eeee", "cccc")).toEqual({
      issues: [expect.objectContaining({ id: "bd-cccc", parent: "bd-eeee" })],
      total: 1,
      returned: 1,
      truncated: false,
    });
  });

  test("refuses what is no epic, is deleted, unknown, or would hold itself", async () => {
    const world = await tracker();
    await world.bz("epic", "add", "eeee", "ffff");
    await world.bz("create", "Gone", "--id", "bd-gone", "-t", "epic");
    await world.bz("delete", "bd-gone");
    const before = await sequenceOf(world);
    const refusal = async (...words: string[]) => {
      const { exitCode, stderr } = await world.bz("epic", "add", ...words, "--json");
      return [exitCode, (JSON.parse(stderr) as { error: { code: string } }).error.code];
    };
    expect(await refusal("cccc", "aaaa")).toEqual([1, "INVALID"]);
    expect(await refusal("gone", "aaaa")).toEqual([1, "INVALID"]);
    expect(await refusal("none", "aaaa")).toEqual([1, "NOT_FOUND"]);
    expect(await refusal("eeee", "none")).toEqual([1, "NOT_FOUND"]);
    expect(await refusal("eeee", "eeee")).toEqual([1, "INVALID"]);
    expect(await refusal("ffff", "eeee")).toEqual([1, "CYCLE"]);
    expect(await refusal("eeee")).toEqual([1, "USAGE"]);
    expect(await sequenceOf(world)).toBe(before);
  });

  test("does what it can of several and reports the rest", async () => {
    const world = await tracker();
    const { exitCode, stdout } = await world.bz("epic", "add", "eeee", "cccc", "none", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [{ id: "bd-cccc" }],
      failed: [{ id: "none", code: "NOT_FOUND" }],
    });
  });
});

describe("epic remove", () => {
  test("takes a part out, and nothing that is none", async () => {
    const world = await tracker();
    await world.bz("dep", "add", "bd-eeee", "bd-cccc");
    expect((await world.bz("epic", "rm", "eeee", "aaaa")).stdout).toBe(
      "Removed bd-aaaa: Issue aaaa (no longer part of bd-eeee)\n",
    );
    expect(await parentOf(world, "aaaa")).toBeUndefined();
    const before = await sequenceOf(world);
    const refused = await world.bz("epic", "remove", "eeee", "cccc");
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining("bd-cccc is not a part of bd-eeee"),
    ]);
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("epic list", () => {
  test("lists the parts of one, closed ones among them, or the epics", async () => {
    const world = await tracker();
    await world.bz("close", "aaaa");
    expect((await world.bz("epic", "list", "eeee", "-q")).stdout).toBe("bd-aaaa\nbd-bbbb\n");
    expect((await world.bz("epic", "list", "eeee", "-q", "-s", "open")).stdout).toBe("bd-bbbb\n");
    expect((await world.bz("epic", "ls", "-q")).stdout).toBe("bd-eeee\nbd-ffff\n");
    expect(await world.json("epic", "list", "eeee", "-n", "1")).toMatchObject({
      issues: [{ id: "bd-aaaa", status: "closed" }],
      total: 2,
      truncated: true,
    });
    await world.bz("close", "ffff");
    expect((await world.bz("epic", "list", "-q")).stdout).toBe("bd-eeee\n");
    expect((await world.bz("epic", "list", "-q", "--all")).stdout).toBe("bd-eeee\nbd-ffff\n");
    expect(await world.bz("epic", "list", "ffff")).toMatchObject({
      exitCode: 0,
      stderr: "bd-ffff has no such parts\n",
    });
    expect((await world.bz("epic", "list", "cccc")).exitCode).toBe(1);
  });
});

describe("epic status", () => {
  test("says how far epics are, in every form", async () => {
    const world = await tracker();
    await world.bz("close", "aaaa");
    const words = `bd-eeee  P2  open  epic  Issue eeee  1/2 closed (50%)
bd-ffff  P3  open  epic  Issue ffff  no parts
`;
    expect(await world.bz("epic", "status")).toEqual({ exitCode: 0, stdout: words, stderr: "" });
    expect((await world.bz("epics")).stdout).toBe(words);
    expect(await world.json("epic", "status", "eeee")).toEqual({
      epics: [
        {
          epic: expect.objectContaining({ id: "bd-eeee", issue_type: "epic", dependent_count: 0 }),
          total_children: 2,
          closed_children: 1,
          eligible_for_close: false,
        },
      ],
      total: 1,
      returned: 1,
      truncated: false,
    });
    expect((await world.bz("epic", "status", "eeee", "--format", "csv")).stdout).toMatch(
      /^id,title,.*,updated_at,total_children,closed_children,eligible_for_close\nbd-eeee,Issue eeee,.*,2,1,false\n$/,
    );
    world.terminals = [1];
    world.env = { ...world.env, NO_COLOR: "1" };
    expect((await world.bz("epic", "status")).stdout).toBe(`ID       PRI  STATUS  PROGRESS      CLOSED  TITLE
bd-eeee  P2   open    ██████░░░░░░  1/2     Issue eeee
bd-ffff  P3   open    ░░░░░░░░░░░░  0/0     Issue ffff
`);
  });

  test("lists what can be closed alone; deleted parts do not count", async () => {
    const world = await tracker();
    expect(await world.bz("epic", "status", "--eligible-only")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "no epics\n",
    });
    await world.bz("close", "aaaa");
    await world.bz("delete", "bbbb", "-f");
    expect(await world.json("epic", "status", "--eligible-only")).toMatchObject({
      epics: [{ epic: { id: "bd-eeee" }, total_children: 1, closed_children: 1, eligible_for_close: true }],
      total: 1,
    });
  });
});

describe("epic close-eligible", () => {
  test("closes what is finished, and what is finished by that, and says what became ready", async () => {
    const world = await tracker();
    await world.bz("epic", "add", "ffff", "eeee");
    await world.bz("dep", "add", "bd-cccc", "bd-ffff");
    await world.bz("close", "aaaa", "bbbb");
    const before = await sequenceOf(world);
    expect((await world.bz("epic", "close-eligible", "--dry-run")).stdout).toBe(
      "Would close bd-eeee: Issue eeee\nWould close bd-ffff: Issue ffff\n",
    );
    expect(await world.json("epic", "close-eligible", "-n")).toMatchObject({ dry_run: true, total: 2 });
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("epic", "close-eligible")).stdout).toBe(
      "Closed bd-eeee: Issue eeee\nClosed bd-ffff: Issue ffff\nUnblocked bd-cccc: Issue cccc\n",
    );
    expect(await sequenceOf(world)).toBe(before + 1);
    expect(await world.json("show", "ffff")).toMatchObject({
      issues: [{ status: "closed", close_reason: "all children closed" }],
    });
    expect(await world.bz("epic", "close-eligible")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "no epic can be closed\n",
    });
    expect(await world.json("epic", "close-eligible")).toEqual({
      issues: [],
      total: 0,
      returned: 0,
      truncated: false,
      unblocked: [],
    });
  });
});

test("a misspelt verb of epic is told from an id", async () => {
  const world = await tracker();
  expect((await world.bz("epic", "statsu")).stderr).toContain("did you mean `bz epic status`?");
});
