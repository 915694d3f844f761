import { describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

/** The epic eeee (parts pppp and qqqq, which waits for pppp) waits for xxxx; ffff is free, dddd is put off and llll waits for it. */
async function tracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const create = async (name: string, ...words: string[]) => {
    const { exitCode, stderr } = await world.bz("create", `Issue ${name}`, "--id", `bd-${name}`, ...words);
    if (exitCode !== 0) throw new Error(stderr);
  };
  await create("xxxx", "-p", "1", "-e", "30");
  await create("eeee", "-t", "epic", "--dep", "bd-xxxx");
  await create("pppp", "--parent", "bd-eeee", "-e", "1h30m", "-l", "core");
  await create("qqqq", "--parent", "bd-eeee", "--dep", "bd-pppp");
  await create("ffff");
  await create("dddd", "--defer", "2026-02-01");
  await create("llll", "--dep", "bd-dddd");
  return world;
}

/** Merging can close a cycle, which inserting an edge never does. */
async function withCycle(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const line = (id: string, target: string) =>
    `{"id":"${id}","title":"${id}","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","dependencies":[{"depends_on_id":"${target}","type":"blocks"}]}`;
  world.stdin = `${line("bd-aaaa", "bd-bbbb")}\n${line("bd-bbbb", "bd-aaaa")}\n${line("bd-cccc", "bd-aaaa")}\n`;
  await world.bz("import", "-");
  return world;
}

describe("plan", () => {
  test("sorts issues into phases and says what has none, in every form", async () => {
    const world = await tracker();
    expect(await world.bz("plan")).toEqual({
      exitCode: 0,
      stdout: `1  bd-xxxx  P1  open  task  Issue xxxx
1  bd-ffff  P2  open  task  Issue ffff
2  bd-pppp  P2  open  task  Issue pppp
3  bd-qqqq  P2  open  task  Issue qqqq
4  bd-eeee  P2  open  epic  Issue eeee

Not planned (2)
bd-dddd is deferred
bd-llll waits for bd-dddd
`,
      stderr: "",
    });
    expect(await world.json("plan")).toEqual({
      plan: {
        phases: [
          { phase: 1, issues: ["bd-xxxx", "bd-ffff"] },
          { phase: 2, issues: ["bd-pppp"] },
          { phase: 3, issues: ["bd-qqqq"] },
          { phase: 4, issues: ["bd-eeee"] },
        ],
        total_phases: 4,
        unplanned: [
          { id: "bd-dddd", reason: "deferred" },
          { id: "bd-llll", reason: "waits", because: "bd-dddd" },
        ],
        cycles: [],
      },
      total: 5,
      returned: 5,
      truncated: false,
    });
    expect((await world.bz("plan", "-q")).stdout).toBe("bd-xxxx\nbd-ffff\nbd-pppp\nbd-qqqq\nbd-eeee\n");
    world.terminals = [1];
    world.env = { ...world.env, NO_COLOR: "1" };
    expect((await world.bz("plan")).stdout).toStartWith(
      "PHASE  ID       PRI  STATUS  TYPE  TITLE\n1      bd-xxxx  P1   open    task  Issue xxxx\n",
    );
  });

  test("is a row for each issue where rows are wanted", async () => {
    const world = await tracker();
    const lines = async (...words: string[]) => (await world.bz(...words)).stdout.trimEnd().split("\n");
    const [head, ...rows] = await lines("plan", "--format", "csv");
    expect([head?.endsWith(",phase"), rows.map((row) => row.replace(/,.*,/, " "))]).toEqual([
      true,
      ["bd-xxxx 1", "bd-ffff 1", "bd-pppp 2", "bd-qqqq 3", "bd-eeee 4"],
    ]);
    expect((await lines("plan", "--robot", "-n", "1"))[0]).toStartWith(
      "bd-xxxx\topen\t1\ttask\tIssue xxxx\t",
    );
    expect((await lines("plan", "--format", "jsonl")).map((line) => JSON.parse(line).phase)).toEqual([
      1, 1, 2, 3, 4,
    ]);
    const { critical_path: path } = JSON.parse((await world.bz("critical", "--json")).stdout);
    expect((await lines("critical", "--format", "jsonl")).map((line) => JSON.parse(line))).toEqual(
      path.issues,
    );
    expect((await lines("plan", "--toon"))[0]).toBe("plan:");
  });

  test("shows what is asked for in the phases of the whole", async () => {
    const world = await tracker();
    expect((await world.bz("plan", "-l", "core")).stdout).toBe("2  bd-pppp  P2  open  task  Issue pppp\n");
    expect(await world.json("plan", "--parent", "eeee")).toMatchObject({
      plan: { phases: [{ phase: 2 }, { phase: 3 }], total_phases: 3, unplanned: [] },
      total: 2,
    });
    expect(await world.json("plan", "-n", "3")).toMatchObject({
      plan: { phases: [{ issues: ["bd-xxxx", "bd-ffff"] }, { issues: ["bd-pppp"] }], total_phases: 4 },
      total: 5,
      returned: 3,
      truncated: true,
    });
    expect((await world.bz("plan", "-n", "3")).stderr).toBe("2 more; -n 0 shows all\n");
    expect((await world.bz("plan", "-n", "x")).exitCode).toBe(1);
    expect((await world.bz("plan", "extra")).exitCode).toBe(1);
  });

  test("names what is in a cycle and plans the rest", async () => {
    const world = await withCycle();
    await world.bz("create", "Free", "--id", "bd-free");
    const { exitCode, stdout, stderr } = await world.bz("plan");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "1  bd-free  P2  open  task  Free\n\nNot planned (3)\nbd-aaaa is in a cycle: it waits for itself\n" +
        "bd-bbbb is in a cycle: it waits for itself\nbd-cccc waits for bd-aaaa\n",
    );
    expect(stderr).toContain("bd-aaaa -> bd-bbbb -> bd-aaaa");
    expect(await world.json("plan")).toMatchObject({ plan: { cycles: [["bd-aaaa", "bd-bbbb"]] } });
  });
});

describe("critical", () => {
  test("shows the longest chain and its estimates, in every form", async () => {
    const world = await tracker();
    expect((await world.bz("critical")).stdout).toBe(`1  bd-xxxx  P1  open  task  Issue xxxx  30m
2  bd-pppp  P2  open  task  Issue pppp  1h30m
3  bd-qqqq  P2  open  task  Issue qqqq
4  bd-eeee  P2  open  epic  Issue eeee
4 issues in a row, 2h estimated, 2 without an estimate
`);
    expect(await world.json("critical")).toEqual({
      critical_path: {
        length: 4,
        issues: [
          { id: "bd-xxxx", title: "Issue xxxx", status: "open", priority: 1, estimated_minutes: 30 },
          { id: "bd-pppp", title: "Issue pppp", status: "open", priority: 2, estimated_minutes: 90 },
          { id: "bd-qqqq", title: "Issue qqqq", status: "open", priority: 2 },
          { id: "bd-eeee", title: "Issue eeee", status: "open", priority: 2 },
        ],
        estimated_minutes: 120,
        without_estimate: 2,
      },
    });
    expect((await world.bz("critical", "-q")).stdout).toBe("bd-xxxx\nbd-pppp\nbd-qqqq\nbd-eeee\n");
  });
});

describe("bottlenecks", () => {
  test("lists what holds up most, in every form", async () => {
    const world = await tracker();
    expect((await world.bz("bottlenecks", "--top", "2")).stdout).toBe(
      `bd-xxxx  P1  open  task  Issue xxxx  holds up 3, 3 directly, on the critical path
bd-pppp  P2  open  task  Issue pppp  holds up 2, 2 directly, on the critical path
`,
    );
    expect(await world.json("bottlenecks", "--limit", "1")).toEqual({
      bottlenecks: [
        {
          id: "bd-xxxx",
          title: "Issue xxxx",
          status: "open",
          priority: 1,
          direct: 3,
          total: 3,
          on_critical_path: true,
        },
      ],
      total: 4,
      returned: 1,
      truncated: true,
    });
    expect((await world.bz("bottlenecks", "-q", "--deferred")).stdout).toBe("bd-dddd\n");
  });
});

describe("insights", () => {
  test("reports health and what to do, in every form", async () => {
    const world = await tracker();
    expect((await world.bz("insights", "--top", "2")).stdout).toBe(`Health
7 open: 2 ready, 0 in progress, 4 blocked, 1 deferred, 0 waiting
7 waits between them (density 0.1667), 0 cycles
4 phases, critical path of 4

What to do
Start bd-xxxx, which is ready and holds up 3, on the critical path
Side by side: bd-xxxx, bd-ffff, which are ready and wait for nobody
Watch bd-dddd, which is deferred and holds up 1

Ready
bd-xxxx  P1  open  task  Issue xxxx
bd-ffff  P2  open  task  Issue ffff

Bottlenecks
bd-xxxx  P1  open  task  Issue xxxx  holds up 3, 3 directly, on the critical path
bd-pppp  P2  open  task  Issue pppp  holds up 2, 2 directly, on the critical path

Critical path
1  bd-xxxx  P1  open  task  Issue xxxx  30m
2  bd-pppp  P2  open  task  Issue pppp  1h30m
3  bd-qqqq  P2  open  task  Issue qqqq
4  bd-eeee  P2  open  epic  Issue eeee
4 issues in a row, 2h estimated, 2 without an estimate
`);
    expect(await world.json("insights", "--top", "1")).toMatchObject({
      health: { total_open: 7, ready: 2, edges: 7, graph_density: 0.1667, critical_path_length: 4 },
      critical_path: { length: 4, estimated_minutes: 120 },
      bottlenecks: [{ id: "bd-xxxx", direct: 3, total: 3 }],
      ready: [{ id: "bd-xxxx", unblocks: 1 }],
      plan: { phases: [{ phase: 1, count: 2 }, {}, {}, { phase: 4, count: 1 }], total_phases: 4 },
      recommendations: [{ action: "start", issues: ["bd-xxxx"] }, {}, { action: "watch" }],
    });
    expect((await world.bz("insights", "-q")).stdout).toBe("bd-xxxx\nbd-ffff\n");
  });

  test("names cycles, what is under way while others wait, and epics to close", async () => {
    const world = await withCycle();
    await world.bz("create", "Busy", "--id", "bd-busy");
    await world.bz("create", "Waits", "--id", "bd-wait", "--dep", "bd-busy");
    await world.bz("claim", "bd-busy");
    await world.bz("create", "Epic", "--id", "bd-epic", "-t", "epic");
    await world.bz("create", "Part", "--id", "bd-part", "--parent", "bd-epic");
    await world.bz("close", "bd-part");
    expect(await world.json("insights")).toMatchObject({
      health: { cycles: 1, in_progress: 1, unplanned: 3 },
      cycles: [["bd-aaaa", "bd-bbbb"]],
      recommendations: [
        { action: "break_cycle", issues: ["bd-aaaa", "bd-bbbb"], reason: "wait for each other for ever" },
        {
          action: "watch",
          issues: ["bd-busy"],
          reason: "is in progress and holds up 1, on the critical path",
        },
        { action: "close_epics", issues: ["bd-epic"], reason: "has no open part left" },
      ],
    });
  });
});

test("with nothing to analyse says so and exits 0", async () => {
  const world = await initialisedWorld();
  expect(await world.bz("plan")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing can be planned\n" });
  expect(await world.bz("critical")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is open\n" });
  expect(await world.bz("bottlenecks")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "nothing waits for anything\n",
  });
  expect(await world.bz("insights")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is open\n" });
  expect(await world.bz("insights")).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is open\n" });
  expect(await world.json("critical")).toEqual({
    critical_path: { length: 0, issues: [], without_estimate: 0 },
  });
});

test("stored control characters reach no screen", async () => {
  const world = await initialisedWorld();
  await world.bz("create", "a\u001b[2Jb\u202ec", "--id", "bd-evil");
  await world.bz("create", "Waits", "--dep", "bd-evil");
  for (const command of ["plan", "critical", "bottlenecks", "insights"]) {
    expect((await world.bz(command)).stdout).toContain("a\\x1b[2Jb\\u{202e}c");
  }
});
