import { beforeAll, describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

let world: TestWorld;

/** The world's clock stands on 15 January 2026. */
beforeAll(async () => {
  world = await filled([
    { id: "bd-bug1", issue_type: "bug", title: "Crash", description: "## Steps to reproduce\nclick" },
    {
      id: "bd-lost",
      issue_type: "chore",
      title: "Lost\u001b[2J",
      edges: [
        ["gone", "blocks"],
        ["external:x:y", "blocks"],
      ],
    },
    { id: "bd-kid", issue_type: "chore", title: "Kid", edges: [["bd-dead", "parent-child"]] },
    { id: "bd-top.1", issue_type: "chore", title: "crash" },
    { id: "bd-dead", status: "tombstone", deleted_at: "2026-01-03T00:00:00Z" },
    { id: "bd-shut", status: "closed", issue_type: "chore", title: "Shut", edges: [["gone", "related"]] },
    {
      id: "bd-time",
      issue_type: "chore",
      title: "Time",
      created_at: "2027-01-01T00:00:00Z",
      due_at: "soon",
      closed_at: "2026-01-02T00:00:00Z",
    },
    { id: "bd-epic", issue_type: "epic", title: "Epic", acceptance_criteria: "done", status: "deferred" },
    { id: "bd-ring", issue_type: "chore", title: "Ring", edges: [["bd-rung", "blocks"]] },
    {
      id: "bd-rung",
      issue_type: "chore",
      title: "Rung",
      edges: [["bd-ring", "blocks"]],
      status: "in_progress",
    },
  ]);
});

async function filled(issues: Record<string, unknown>[]): Promise<TestWorld> {
  const made = await initialisedWorld();
  made.stdin = issues
    .map(({ edges = [], ...issue }) => ({
      title: "T",
      status: "open",
      priority: 2,
      issue_type: "task",
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-02T00:00:00Z",
      dependencies: (edges as string[][]).map(([to, type]) => ({ depends_on_id: to, type })),
      ...issue,
    }))
    .map((issue) => JSON.stringify(issue))
    .join("\n");
  const { exitCode, stderr } = await made.bz("import", "-");
  if (exitCode !== 0) throw new Error(stderr);
  return made;
}

describe("orphans", () => {
  test("names the edge and what is missing at its end, deleted issues among it, other projects not", async () => {
    expect(await world.json("orphans")).toMatchObject({
      orphans: [
        { id: "bd-kid", title: "Kid", orphan_type: "hierarchy", missing_ref: "bd-dead", deleted: true },
        { id: "bd-lost", orphan_type: "dependency", missing_ref: "gone", dependency_type: "blocks" },
        { id: "bd-top.1", orphan_type: "hierarchy", missing_ref: "bd-top" },
      ],
      total: 3,
      returned: 3,
      truncated: false,
    });
    const { stdout } = await world.bz("orphans", "--deps-only");
    expect(stdout).toBe("bd-lost  blocks gone, which does not exist  Lost\\x1b[2J\n");
    world.terminals = [1];
    expect((await world.bz("orphans")).stdout).toContain("part of bd-dead, which is deleted");
    world.terminals = [];
  });

  test.each([
    [["--hierarchy-only"], "bd-kid\nbd-top.1\n"],
    [["--deps-only"], "bd-lost\n"],
    [["--deps-only", "--all"], "bd-lost\nbd-shut\n"],
    [["-n", "1"], "bd-kid\n"],
  ])("%p", async (words, ids) => {
    expect((await world.bz("orphans", "-q", ...words)).stdout).toBe(ids);
  });

  test("of one kind only, and of the other only, is refused; without any it says so", async () => {
    expect((await world.bz("orphans", "--deps-only", "--hierarchy-only")).exitCode).toBe(1);
    const clean = await initialisedWorld();
    expect(await clean.bz("orphans")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringMatching(/^nothing/),
    });
    expect(await clean.json("orphans")).toEqual({ orphans: [], total: 0, returned: 0, truncated: false });
  });
});

describe("lint", () => {
  test("names what is wrong, the worst first, and exits 0: findings are data", async () => {
    const { exitCode, stdout, stderr } = await world.bz("lint");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(0, -1)).toEqual([
      "error    wait for each other: bd-ring -> bd-rung -> bd-ring",
      "warning  bd-kid  is part of bd-dead, which is deleted",
      "warning  bd-lost  has an edge (blocks) to gone, which does not exist",
      "warning  bd-time  is open, and yet has a time at which it was closed",
      "warning  bd-time  created_at is in the future: 2027-01-01T00:00:00Z",
      "warning  bd-time  due_at is no time: soon",
      "warning  bd-time  updated_at is before created_at",
      "warning  bd-time  closed_at is before created_at",
      "warning  bd-top.1  is part of bd-top, which does not exist",
      'info     bd-bug1  the description of a bug has no "Acceptance Criteria"',
      "info     bd-epic  is deferred, and nothing says until when",
      "info     bd-rung  is in progress, and nobody is assigned",
    ]);
    expect(stderr).toBe("1 error, 8 warnings, 3 infos\n");
  });

  test("speaks of an epic with the right article", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "E", "-t", "epic");
    expect((await world.bz("lint")).stdout).toContain('the description of an epic has no "Success Criteria"');
  });

  test("answers counts and the issues of each finding", async () => {
    expect(await world.json("lint", "bd-ring", "bd-bug1")).toEqual({
      findings: [
        {
          ids: ["bd-ring", "bd-rung"],
          severity: "error",
          category: "circular_dependency",
          message: "wait for each other: bd-ring -> bd-rung -> bd-ring",
        },
        {
          id: "bd-bug1",
          severity: "info",
          category: "missing_section",
          message: 'the description of a bug has no "Acceptance Criteria"',
        },
      ],
      total: 2,
      returned: 2,
      truncated: false,
      errors: 1,
      warnings: 0,
      infos: 1,
    });
  });

  test.each([
    [["--severity", "error"], "bd-ring\nbd-rung\n"],
    [["--severity", "warning", "-n", "2"], "bd-ring\nbd-rung\nbd-kid\n"],
    [["-t", "bug"], "bd-bug1\n"],
    [["bd-shut"], "bd-shut\n"],
    [["--all", "--title-contains", "shut"], "bd-shut\n"],
  ])("%p", async (words, ids) => {
    expect((await world.bz("lint", "-q", ...words)).stdout).toBe(ids);
  });

  test("of an unknown issue is refused, and of none has nothing to say", async () => {
    expect((await world.bz("lint", "bd-nope")).exitCode).toBe(1);
    expect((await (await initialisedWorld()).bz("lint")).stderr).toBe("nothing to complain about\n");
  });
});

describe("duplicates", () => {
  test("groups what looks alike, and says why", async () => {
    expect(await world.json("duplicates")).toMatchObject({
      groups: [{ kind: "title", issues: [{ id: "bd-bug1", status: "open" }, { id: "bd-top.1" }] }],
      total: 1,
      returned: 1,
      truncated: false,
    });
    expect((await world.bz("duplicates")).stdout).toBe(
      "Same title\nbd-bug1  P2  open  bug  Crash\nbd-top.1  P2  open  chore  crash\n",
    );
    expect((await world.bz("duplicates", "-q", "-t", "chore")).stdout).toBe("");
  });

  test("finds similar ones from a threshold on", async () => {
    const other = await filled([
      { id: "bd-a", title: "parser crashes on empty input" },
      { id: "bd-b", title: "parser crashes on empty input files" },
    ]);
    expect(await other.json("duplicates")).toMatchObject({ groups: [{ kind: "similar", similarity: 0.83 }] });
    expect((await other.bz("duplicates")).stdout).toStartWith("83 % of the words in common\n");
    expect(await other.json("duplicates", "--threshold", "0.9")).toMatchObject({ groups: [] });
    expect((await other.bz("duplicates", "--exact")).stderr).toBe("no two issues look alike\n");
  });

  test.each([
    [["--threshold", "2"]],
    [["--threshold", "0.1"]],
    [["--threshold", "x"]],
    [["--exact", "--threshold", "0.8"]],
  ])("%p is refused", async (words) => {
    expect((await world.bz("duplicates", ...words)).exitCode).toBe(1);
  });
});
