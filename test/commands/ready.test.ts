import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** bd-aaaa holds up bd-bbbb, and through the epic bd-eeee, which waits for bd-xxxx, bd-pppp is held up. */
async function tracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const create = async (id: string, ...words: string[]) => {
    const { exitCode, stderr } = await world.bz("create", `Issue ${id}`, "--id", id, ...words);
    if (exitCode !== 0) throw new Error(stderr);
  };
  await create("bd-ffff");
  await create("bd-aaaa");
  await create("bd-bbbb", "--dep", "bd-aaaa");
  await create("bd-xxxx", "-p", "3");
  await create("bd-eeee", "-t", "epic", "--dep", "bd-xxxx");
  await create("bd-pppp", "--parent", "bd-eeee");
  await create("bd-llll", "--defer", "2026-02-01");
  await create("bd-mmmm", "-a", "ann");
  await world.bz("update", "bd-mmmm", "-s", "in_progress");
  return world;
}

/** Merging can close a cycle, which inserting an edge never does. */
async function withCycle(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const line = (id: string, target: string) =>
    JSON.stringify({
      id,
      title: id,
      status: "open",
      priority: 2,
      issue_type: "task",
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
      dependencies: [{ issue_id: id, depends_on_id: target, type: "blocks" }],
    });
  world.stdin = [line("bd-aaaa", "bd-bbbb"), line("bd-bbbb", "bd-aaaa"), line("bd-cccc", "bd-aaaa")].join(
    "\n",
  );
  await world.bz("import", "-");
  return world;
}

describe("ready", () => {
  test("lists the best first and says what each would unblock, in every form", async () => {
    const world = await tracker();
    expect(await world.bz("ready")).toEqual({
      exitCode: 0,
      stdout:
        "bd-aaaa  P2  open  task  Issue bd-aaaa  unblocks 1\n" +
        "bd-ffff  P2  open  task  Issue bd-ffff\n" +
        "bd-xxxx  P3  open  task  Issue bd-xxxx  unblocks 1\n",
      stderr: "",
    });
    expect((await world.bz("ready", "-q")).stdout).toBe("bd-aaaa\nbd-ffff\nbd-xxxx\n");
    expect(await world.json("ready", "-n", "1")).toEqual({
      issues: [expect.objectContaining({ id: "bd-aaaa", dependent_count: 1, unblocks: 1 })],
      total: 3,
      returned: 1,
      truncated: true,
    });
    world.terminals = [1];
    world.env = { ...world.env, NO_COLOR: "1" };
    expect((await world.bz("ready")).stdout).toStartWith(
      "ID       PRI  STATUS  TYPE  TITLE          UNBLOCKS\nbd-aaaa  P2   open    task  Issue bd-aaaa  1\nbd-ffff",
    );
  });

  test("hands out what a closed blocker or a date that came held up before", async () => {
    const world = await tracker();
    await world.bz("close", "bd-aaaa", "bd-xxxx");
    expect((await world.bz("ready", "-q")).stdout).toBe("bd-pppp\nbd-ffff\nbd-bbbb\n");
    world.timeMs = Date.UTC(2026, 1, 1);
    expect((await world.bz("ready", "-q")).stdout).toBe("bd-pppp\nbd-ffff\nbd-bbbb\nbd-llll\n");
    expect((await world.bz("ready", "-q", "--include-epics")).stdout).toContain("bd-eeee\n");
    await world.bz("close", "bd-pppp");
    expect((await world.bz("ready", "-q")).stdout).toContain("bd-eeee\n");
  });

  test("explains what is ready and what is not", async () => {
    const world = await tracker();
    const { stdout } = await world.bz("ready", "--explain", "--priority-max", "2");
    expect(stdout).toBe(
      `Ready (2)
bd-aaaa is ready: it is open and waits for nothing; closing it makes 1 more ready.
bd-ffff is ready: it is open and waits for nothing.

Not ready (5)
bd-eeee is blocked: it waits for bd-xxxx (open).
bd-bbbb is blocked: it waits for bd-aaaa (open).
bd-pppp is blocked: bd-eeee above it waits for bd-xxxx (open).
bd-llll is deferred until 2026-02-01T00:00:00.000Z.
bd-mmmm is in progress: ann works on it since 2026-01-15T12:00:10.000Z.
`,
    );
    expect((await world.bz("ready", "--explain", "-q")).stdout).toBe("bd-aaaa\nbd-ffff\nbd-xxxx\n");
    expect(await world.json("ready", "--explain", "-n", "1")).toMatchObject({
      issues: [{ id: "bd-aaaa", class: "ready", reason: "free", unblocks: 1 }],
      total: 3,
      not_ready: [{ id: "bd-eeee", class: "blocked" }],
      not_ready_total: 5,
    });
  });

  test("says how many it leaves out of either part of an explanation, and pages only through what is ready", async () => {
    const world = await tracker();
    const { stderr } = await world.bz("ready", "--explain", "-n", "2");
    expect(stderr).toBe("1 more; -n 0 shows all\n3 more not ready; -n 0 shows all\n");
    expect((await world.bz("ready", "--explain", "-n", "0")).stderr).toBe("");
    expect(await world.json("ready", "--explain", "--offset", "2")).toMatchObject({
      issues: [{ id: "bd-xxxx" }],
      not_ready: [{ id: "bd-eeee" }, {}, {}, {}, {}],
    });
  });

  test("with nothing to list says so and exits 0", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("ready")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is ready\n" });
    expect((await world.bz("ready", "--explain")).stdout).toBe("");
    expect(await world.json("ready")).toEqual({ issues: [], total: 0, returned: 0, truncated: false });
  });

  test("names cycles in every form, since nothing in them becomes ready by itself", async () => {
    const world = await withCycle();
    for (const command of ["ready", "blocked"]) {
      for (const form of ["--json", "-q"]) {
        const { exitCode, stderr } = await world.bz(command, form);
        expect(exitCode).toBe(0);
        expect(stderr).toContain("bd-aaaa -> bd-bbbb -> bd-aaaa");
        expect(stderr).toContain("bz why bd-aaaa");
      }
    }
  });
});

describe("blocked", () => {
  test("lists what waits and for what, in every form", async () => {
    const world = await tracker();
    await world.bz("create", "Marked", "--id", "bd-zzzz");
    await world.bz("update", "bd-zzzz", "-s", "blocked");
    expect((await world.bz("blocked")).stdout).toBe(
      `bd-bbbb  P2  open  task  Issue bd-bbbb  blocked by bd-aaaa
bd-eeee  P2  open  epic  Issue bd-eeee  blocked by bd-xxxx
bd-pppp  P2  open  task  Issue bd-pppp  blocked by bd-xxxx
bd-zzzz  P2  blocked  task  Marked  blocked by its status
`,
    );
    expect((await world.bz("blocked", "-q")).stdout).toBe("bd-bbbb\nbd-eeee\nbd-pppp\nbd-zzzz\n");
    expect(await world.json("blocked", "--id", "pppp,zzzz")).toEqual({
      issues: [
        expect.objectContaining({
          id: "bd-pppp",
          parent: "bd-eeee",
          blocked_by_count: 1,
          blocked_by: ["bd-xxxx"],
        }),
        expect.objectContaining({ id: "bd-zzzz", blocked_by_count: 0, blocked_by: [] }),
      ],
      total: 2,
      returned: 2,
      truncated: false,
    });
    await world.bz("close", "bd-aaaa");
    expect((await world.bz("blocked", "-q")).stdout).toBe("bd-eeee\nbd-pppp\nbd-zzzz\n");
  });

  test("with nothing to list says so and exits 0", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("blocked")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is blocked\n" });
  });
});

describe("why", () => {
  test("explains an issue of every class in one sentence", async () => {
    const world = await tracker();
    await world.bz("close", "bd-ffff", "-r", "Done.");
    await world.bz("delete", "bd-aaaa", "-f", "--reason", "not needed");
    await world.bz("create", "Pinned", "--id", "bd-pins", "--pinned");
    await world.bz("create", "Looked at", "--id", "bd-look", "-d", "x");
    await world.bz("update", "bd-look", "-s", "review");
    const ids = "ffff aaaa bbbb pppp llll mmmm pins look".split(" ");
    expect((await world.bz("why", ...ids)).stdout).toBe(
      `bd-ffff was closed at 2026-01-15T12:00:11.000Z: Done.
bd-aaaa was deleted at 2026-01-15T12:00:12.000Z by tester: not needed.
bd-bbbb is ready: it is open and waits for nothing.
bd-pppp is blocked: bd-eeee above it waits for bd-xxxx (open).
bd-llll is deferred until 2026-02-01T00:00:00.000Z.
bd-mmmm is in progress: ann works on it since 2026-01-15T12:00:10.000Z.
bd-pins is pinned: kept in view, never handed out as work.
bd-look waits because its status is "review"; only open issues are handed out.
`,
    );
    expect((await world.bz("why", "ffff", "aaaa", "-q")).stdout).toBe("bd-ffff\nbd-aaaa\n");
  });

  test("answers programs with the class, the reason and the ids behind it", async () => {
    const world = await tracker();
    expect(await world.json("why", "pppp", "eeee", "xxxx")).toEqual({
      issues: [
        {
          id: "bd-pppp",
          class: "blocked",
          reason: "ancestor",
          sentence: "bd-pppp is blocked: bd-eeee above it waits for bd-xxxx (open).",
          blockers: [{ id: "bd-xxxx", type: "blocks", via: "bd-eeee" }],
        },
        {
          id: "bd-eeee",
          class: "blocked",
          reason: "edge",
          sentence: "bd-eeee is blocked: it waits for bd-xxxx (open).",
          blockers: [{ id: "bd-xxxx", type: "blocks" }],
        },
        {
          id: "bd-xxxx",
          class: "ready",
          reason: "free",
          sentence: "bd-xxxx is ready: it is open and waits for nothing; closing it makes 1 more ready.",
          unblocks: 1,
        },
      ],
      total: 3,
      returned: 3,
      truncated: false,
    });
  });

  test("names the cycle that an issue is in, or that it waits for", async () => {
    const world = await withCycle();
    expect((await world.bz("why", "bd-aaaa")).stdout).toBe(
      "bd-aaaa is blocked: it waits for bd-bbbb (open); this never ends by itself: bd-aaaa -> bd-bbbb -> bd-aaaa.\n",
    );
    expect(await world.json("why", "bd-cccc")).toMatchObject({
      issues: [{ id: "bd-cccc", cycle: ["bd-aaaa", "bd-bbbb", "bd-aaaa"] }],
    });
  });

  test("reports what it cannot find beside what it can, and alone as the error", async () => {
    const world = await tracker();
    const several = await world.bz("why", "xxxx", "nobody", "--json");
    expect(several.exitCode).toBe(1);
    expect(JSON.parse(several.stdout)).toMatchObject({
      issues: [{ id: "bd-xxxx" }],
      total: 1,
      failed: [{ id: "nobody", code: "NOT_FOUND" }],
    });
    const alone = await world.bz("why", "nobody");
    expect([alone.exitCode, alone.stdout]).toEqual([1, ""]);
    expect((await world.bz("why")).stderr).toContain("why needs IDS");
  });

  test("never sends stored control characters to the screen", async () => {
    const world = await tracker();
    await world.bz("close", "bd-ffff", "-r", "a\u001b[2Jb");
    const { stdout } = await world.bz("why", "bd-ffff");
    expect(stdout).toContain("a\\x1b[2Jb");
  });
});

test("an issue that came back is open in every answer about it", async () => {
  const world = await initialisedWorld();
  await world.bz("create", "Epic", "--id", "bd-epic");
  await world.bz("create", "Back", "--id", "bd-back", "--defer", "2026-01-16", "--parent", "bd-epic");
  expect(await world.json("list", "--id", "back")).toMatchObject({ issues: [{ status: "deferred" }] });
  world.timeMs = Date.UTC(2026, 0, 16);
  const open = { issues: [{ id: "bd-back", status: "open" }] };
  expect(await world.json("list", "-s", "open", "--id", "back")).toMatchObject(open);
  expect(await world.json("show", "back")).toMatchObject(open);
  expect(await world.json("ready", "--id", "back")).toMatchObject(open);
  expect(await world.json("update", "back", "--notes", "x")).toMatchObject(open);
  expect(await world.json("why", "back")).toMatchObject({ issues: [{ class: "ready" }] });
  expect(await world.json("list", "--deferred")).toMatchObject({ issues: [], total: 0 });
  expect(await world.json("show", "epic", "--children")).toMatchObject({
    issues: [{ children: [{ id: "bd-back", status: "open" }], dependents: [{ status: "open" }] }],
  });
  expect(await world.json("stats")).toMatchObject({ summary: { open_issues: 2, deferred_issues: 0 } });
});
