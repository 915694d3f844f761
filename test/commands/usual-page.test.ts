import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

function lineOf(index: number): string {
  const created = new Date(Date.UTC(2026, 0, 1) + ((index * 7) % 50) * 60_000).toISOString();
  const id = idOf(index);
  const dependencies = [
    ...(index % 10 === 9 ? [{ type: "blocks", depends_on_id: idOf(index - 1 - (index % 7)) }] : []),
    ...(index % 20 > 15 ? [{ type: "parent-child", depends_on_id: idOf(index - (index % 20)) }] : []),
  ];
  return JSON.stringify({
    id,
    title: `Issue ${index}`,
    status: index % 6 === 1 ? "closed" : "open",
    priority: index % 5,
    issue_type: index % 20 === 0 ? "epic" : "task",
    created_at: created,
    updated_at: created,
    ...(index % 30 === 3 ? { status: "deferred", defer_until: "2026-01-15T12:30:00Z" } : {}),
    ...(index % 11 === 5 ? { assignee: "ann" } : {}),
    ...(dependencies.length === 0 ? {} : { dependencies }),
  });
}

function idOf(index: number): string {
  return `bd-${String(index).padStart(4, "0")}`;
}

async function compactedTracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.stdin = Array.from({ length: 300 }, (_, index) => lineOf(index)).join("\n");
  await run(world, "import", "-");
  await run(world, "compact");
  return world;
}

async function run(world: TestWorld, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await world.bz(...words);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

interface Answer {
  readonly issues: unknown[];
  readonly total: number;
}

/** What is said of each issue. */
async function listed(world: TestWorld, ...words: string[]): Promise<string[]> {
  const text = await run(world, ...words);
  return text.split("\n").filter((line) => line.startsWith("bd-"));
}

/** A page that no snapshot knows is looked for among all issues. */
const tooLong = "600";

async function expectSamePages(world: TestWorld): Promise<void> {
  const { total } = JSON.parse(await run(world, "list", "--json", "-n", tooLong));
  expect(JSON.parse(await run(world, "count", "--json"))).toEqual({ count: total });
  for (const command of ["list", "ready"]) {
    const all: Answer = JSON.parse(await run(world, command, "--json", "-n", tooLong));
    expect(all.issues).toHaveLength(all.total);
    const lines = await listed(world, command, "-n", tooLong);
    for (const [limit, offset] of [
      [1, 0],
      [50, 0],
      [7, 33],
      [20, all.total - 5],
      [5, all.total + 1],
    ] as const) {
      const words = ["--json", "-n", String(limit), "--offset", String(offset)];
      const page: Answer = JSON.parse(await run(world, command, ...words));
      expect(page.issues).toEqual(all.issues.slice(offset, offset + limit));
      expect(page.total).toBe(all.total);
      expect(await listed(world, command, ...words.slice(1))).toEqual(lines.slice(offset, offset + limit));
    }
  }
}

describe("a page of list or ready, after a compaction", () => {
  test("is what looking at all issues finds, whatever was changed since", async () => {
    const world = await compactedTracker();
    await expectSamePages(world);
    const changes = [
      ["create", "New", "--id", "bd-new1", "-p", "0", "--dep", idOf(10)],
      ["close", idOf(8), idOf(10), idOf(36), idOf(37)],
      ["update", idOf(20), "-p", "0"],
      ["reopen", idOf(1)],
      ["delete", idOf(40), "--force"],
      ["dep", "add", idOf(55), idOf(60)],
      ["update", idOf(78), "--parent", idOf(60)],
      ["defer", idOf(65), "--until", "2026-02-01"],
      ["claim", idOf(70)],
      ["undelete", idOf(40)],
    ];
    for (const change of changes) {
      await run(world, ...change);
      await expectSamePages(world);
    }
    await run(world, "compact");
    await expectSamePages(world);
  });

  test("shows again what was put off when its time has come, without a change", async () => {
    const world = await compactedTracker();
    const totalBefore: Answer = JSON.parse(await run(world, "ready", "--json", "-n", "5"));
    world.timeMs = Date.UTC(2026, 0, 15, 13);
    const totalAfter: Answer = JSON.parse(await run(world, "ready", "--json", "-n", "5"));
    expect(totalAfter.total).toBeGreaterThan(totalBefore.total);
    await expectSamePages(world);
  });

  test("next and ready --claim hand out what ready lists first for the actor", async () => {
    const world = await compactedTracker();
    for (let round = 0; round < 12; round += 1) {
      const all: { issues: { id: string; assignee?: string; unblocks: number }[] } = JSON.parse(
        await run(world, "ready", "--json", "-n", tooLong),
      );
      const first = all.issues.find(({ assignee }) => assignee === undefined || assignee === "tester");
      if (first === undefined) throw new Error("nothing is ready");
      expect(JSON.parse(await run(world, "next", "--json"))).toMatchObject({
        id: first.id,
        unblocks: first.unblocks,
      });
      const words = round % 2 === 0 ? ["ready", "--claim"] : ["next", "--claim"];
      expect(await run(world, ...words, "-q")).toBe(`${first.id}\n`);
    }
  });

  test("names the issues that wait for each other for ever", async () => {
    const world = await compactedTracker();
    const waiting = (id: string, target: string): string =>
      JSON.stringify({
        ...JSON.parse(lineOf(2)),
        id,
        dependencies: [{ type: "blocks", depends_on_id: target }],
      });
    world.stdin = [waiting("bd-one", "bd-two"), waiting("bd-two", "bd-one")].join("\n");
    await run(world, "import", "-");
    for (const command of ["ready", "blocked"]) {
      const { stderr } = await world.bz(command, "-n", "3");
      expect(stderr).toContain("wait for each other for ever");
    }
    await expectSamePages(world);
  });
});
