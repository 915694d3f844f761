import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

async function make(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("q", ...words);
  if (!stdout.endsWith("\n")) throw new Error(stderr);
  return stdout.trimEnd();
}

async function document(world: TestWorld, ...words: string[]): Promise<Record<string, unknown>> {
  // The shape is what these tests are about; a wrong one fails in the expectations that follow.
  return (await world.json(...words)) as Record<string, unknown>;
}

async function statusOf(world: TestWorld, id: string): Promise<unknown> {
  const { issues } = (await document(world, "show", id)) as { issues: { status: string }[] };
  return issues[0]?.status;
}

async function sequence(world: TestWorld): Promise<unknown> {
  return ((await document(world, "info")).store as { sequence: number }).sequence;
}

/** Of a command that has nothing to hand out: what it says. */
async function nothing(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, exitCode, stdout]).toEqual([words, 5, ""]);
  return JSON.parse(stderr).error as { code: string; message: string; hint: string | null; context: object };
}

describe("next", () => {
  test("names the best ready issue: by priority, then by what it unblocks, then by age", async () => {
    const world = await initialisedWorld();
    const old = await make(world, "Old");
    const key = await make(world, "Key");
    await make(world, "Waits", "--dep", key);
    await make(world, "Waits, too", "--dep", key);
    expect(await document(world, "next")).toMatchObject({ id: key, unblocks: 2, dependencies: [] });
    const urgent = await make(world, "Urgent", "-p", "0");
    expect((await world.bz("next", "-q")).stdout).toBe(`${urgent}\n`);
    await world.bz("close", urgent);
    await world.bz("close", key);
    expect((await world.bz("next")).stdout).toBe(`${old}  P2  open  task  Old\n`);
  });

  test("alone changes nothing; with --claim the issue is claimed, and its row says so", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await make(world, "Waits", "--dep", id);
    const before = await sequence(world);
    await world.bz("next");
    expect(await sequence(world)).toBe(before);
    const claimed = await document(world, "next", "--claim", "--session", "s1");
    expect(claimed).toMatchObject({
      id,
      status: "in_progress",
      assignee: "tester",
      claim_session: "s1",
      unblocks: 1,
      version: Number(before) + 1,
    });
    expect(claimed).not.toHaveProperty("dependencies");
  });

  test("--claim speaks in text and with -q, and gives another issue each time", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    expect((await world.bz("next", "--claim")).stdout).toBe(`Claimed ${one}: One\n`);
    expect((await world.bz("next", "--claim", "-q")).stdout).toBe(`${two}\n`);
    expect((await nothing(world, "next", "--claim")).message).toBe("nothing is ready: 2 in progress");
  });

  test("leaves out what is assigned to others, unless it is asked whose it is", async () => {
    const world = await initialisedWorld();
    const hers = await make(world, "Hers", "-p", "0");
    const mine = await make(world, "Mine", "-p", "3");
    await world.bz("update", hers, "-a", "alice");
    await world.bz("update", mine, "-a", "tester");
    expect(await document(world, "next")).toMatchObject({ id: mine });
    expect(await document(world, "next", "-a", "alice")).toMatchObject({ id: hers });
    expect(await document(world, "next", "--actor", "alice")).toMatchObject({ id: hers });
    expect(await nothing(world, "next", "--claim", "-a", "alice")).toMatchObject({
      message: "nothing of that kind is ready: 1 assigned to others",
      context: { assigned_to_others: 1 },
    });
    expect(await document(world, "next", "--claim")).toMatchObject({ id: mine });
    expect((await nothing(world, "next")).context).toMatchObject({ in_progress: 1, assigned_to_others: 1 });
  });

  test("obeys its filters, and --parent means parts at any depth", async () => {
    const world = await initialisedWorld();
    await make(world, "Best", "-p", "0");
    const bug = await make(world, "Bug", "-t", "bug", "-p", "1", "-l", "parser,lexer");
    const epic = await make(world, "Epic", "-t", "epic");
    const part = await make(world, "Part", "-t", "epic", "--parent", epic, "-p", "4");
    const deep = await make(world, "Deep", "--parent", part, "-p", "4");
    expect(await document(world, "next", "-t", "bug,chore")).toMatchObject({ id: bug });
    expect(await document(world, "next", "-p1", "-p4")).toMatchObject({ id: bug });
    expect(await document(world, "next", "-l", "lexer", "-l", "parser")).toMatchObject({ id: bug });
    expect(await document(world, "next", "--parent", epic)).toMatchObject({ id: deep });
    expect(await document(world, "next", "--label-any", "none,parser")).toMatchObject({ id: bug });
    await nothing(world, "next", "-l", "parser,none");
    await nothing(world, "next", "--parent", deep);
    for (const words of [
      ["-t", "bugg"],
      ["-p", "9"],
      ["--parent", "bd-none"],
      ["surplus"],
      ["--claim=maybe"],
    ])
      expect((await world.bz("next", ...words)).exitCode).toBe(1);
  });

  test("says why there is nothing to hand out", async () => {
    const world = await initialisedWorld();
    expect(await nothing(world, "next")).toMatchObject({
      code: "NOTHING_READY",
      message: "nothing is ready: there are no open issues",
      hint: "`bz create` makes one",
    });
    const held = await make(world, "Held");
    await make(world, "Blocked", "--dep", held);
    await world.bz("claim", held, "--actor", "alice");
    await world.bz("defer", await make(world, "Later"));
    await make(world, "Pinned").then((id) => world.bz("update", id, "--pinned"));
    expect(await nothing(world, "next")).toMatchObject({
      message: "nothing is ready: 1 blocked, 1 deferred, 1 in progress, 1 waiting",
      context: { blocked: 1, deferred: 1, in_progress: 1, waiting: 1, assigned_to_others: 0 },
    });
    const { exitCode, stdout, stderr } = await world.bz("next", "--claim");
    expect([exitCode, stdout]).toEqual([5, ""]);
    expect(stderr).toStartWith("error: nothing is ready: 1 blocked,");
  });
});

describe("ready --claim", () => {
  test("claims the first of the list that is not somebody else's, and answers it as a list", async () => {
    const world = await initialisedWorld();
    const hers = await make(world, "Hers", "-p", "0");
    await world.bz("update", hers, "-a", "alice");
    const [bug, task] = [await make(world, "Bug", "-t", "bug", "-p", "3"), await make(world, "Task")];
    await make(world, "Waits", "--dep", task);
    const claimed = await document(world, "ready", "--claim", "--session", "s1");
    expect(claimed).toEqual({
      issues: [
        expect.objectContaining({
          id: task,
          status: "in_progress",
          assignee: "tester",
          claim_session: "s1",
          unblocks: 1,
        }),
      ],
      total: 1,
      returned: 1,
      truncated: false,
    });
    expect((await world.bz("ready", "--claim", "-n", "1", "-t", "bug")).stdout).toBe(`Claimed ${bug}: Bug\n`);
    expect(await nothing(world, "ready", "--claim")).toMatchObject({
      code: "NOTHING_READY",
      context: { blocked: 1, in_progress: 2, assigned_to_others: 1 },
    });
    expect(await nothing(world, "ready", "--claim", "-t", "bug")).toMatchObject({
      message: "nothing of that kind is ready: 1 in progress",
    });
    expect(await document(world, "ready")).toMatchObject({ total: 1, issues: [{ id: hers }] });
    expect(await nothing(world, "ready", "--claim", "-t", "docs")).toMatchObject({
      message: "nothing is ready: there is no open issue of that kind",
    });
    for (const flags of [["--explain"], ["--offset", "1"], ["-n", "5"], ["--unassigned", "-a", "alice"]])
      expect((await world.bz("ready", "--claim", ...flags)).exitCode).toBe(1);
  });
});

describe("close", () => {
  test("says what became ready by it, in text and in JSON", async () => {
    const world = await initialisedWorld();
    const [base, other] = [await make(world, "Base"), await make(world, "Other")];
    const freed = await make(world, "Freed", "--dep", base, "-p", "1");
    const held = await make(world, "Held", "--dep", `${base},${other}`);
    expect(await document(world, "close", base)).toEqual({
      issues: [expect.objectContaining({ id: base, status: "closed" })],
      total: 1,
      returned: 1,
      truncated: false,
      unblocked: [{ id: freed, title: "Freed", status: "open", priority: 1, issue_type: "task" }],
    });
    expect((await world.bz("close", other)).stdout).toBe(`Closed ${other}: Other\nUnblocked ${held}: Held\n`);
    expect(await document(world, "close", base)).toMatchObject({ unblocked: [] });
    expect((await world.bz("close", held, "-q")).stdout).toBe(`${held}\n`);
  });

  test("by `update -s closed` says so, too", async () => {
    const world = await initialisedWorld();
    const base = await make(world, "Base");
    const freed = await make(world, "Freed", "--dep", base);
    expect((await world.bz("update", base, "-s", "closed")).stdout).toBe(
      `Updated ${base}: Base\nUnblocked ${freed}: Freed\n`,
    );
    expect(await document(world, "update", freed, "-s", "closed")).toMatchObject({ unblocked: [] });
    expect(await document(world, "update", freed, "-p", "1")).not.toHaveProperty("unblocked");
  });

  test("shows ten of many that became ready, and gives a program all", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    for (let count = 0; count < 12; count++) {
      await make(world, `Of one ${count}`, "--dep", one);
      await make(world, `Of two ${count}`, "--dep", two);
    }
    const lines = (await world.bz("close", one)).stdout.trimEnd().split("\n");
    expect([lines.length, lines.at(-1)]).toEqual([12, "Unblocked 2 more"]);
    expect((await document(world, "close", two)).unblocked).toHaveLength(12);
  });

  test("--suggest-next names what to go on with and leaves it alone", async () => {
    const world = await initialisedWorld();
    const base = await make(world, "Base", "-p", "0");
    const after = await make(world, "After", "--dep", base, "-p", "1");
    await make(world, "Minor", "-p", "4");
    expect(await document(world, "close", base, "--suggest-next")).toMatchObject({
      total: 1,
      unblocked: [{ id: after }],
      next: { id: after, status: "open", unblocks: 0 },
    });
    expect((await world.bz("close", after, "--suggest-next")).stdout).toMatch(
      /^Closed .*\nNext .*: Minor\n$/,
    );
  });

  test("of epics within each other closes none whose parts stay open", async () => {
    const world = await initialisedWorld();
    const outer = await make(world, "Outer", "-t", "epic");
    const inner = await make(world, "Inner", "-t", "epic", "--parent", outer);
    const part = await make(world, "Part", "--parent", inner);
    for (const words of [
      ["close", outer, inner],
      ["update", outer, inner, "-s", "closed"],
    ]) {
      const { exitCode, stdout, stderr } = await world.bz(...words);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(`error: ${outer} has open children: ${inner}\n`);
      expect(stderr).toContain(`error: ${inner} has open children: ${part}\n`);
    }
    expect((await world.bz("close", outer, inner, part)).exitCode).toBe(0);
  });

  test("that may close a circle of parents closes it whole, or not at all", async () => {
    const world = await initialisedWorld();
    const line = (id: string, parent: string) =>
      `{"id":"${id}","title":"T","issue_type":"epic","dependencies":[{"depends_on_id":"${parent}","type":"parent-child"}]}\n`;
    world.stdin = line("bd-x", "bd-y") + line("bd-y", "bd-x") + line("bd-z", "bd-z");
    expect((await world.bz("import", "-")).exitCode).toBe(0);
    expect((await world.bz("close", "bd-x")).exitCode).toBe(1);
    expect((await world.bz("close", "bd-x", "bd-y", "bd-z", "-q")).stdout).toBe("bd-x\nbd-y\nbd-z\n");
  });

  test("of a closed one changes its reason, says so, and leaves it alone without another one", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("close", id, "-r", "done", "--session", "s1");
    const before = Number(await sequence(world));
    for (const words of [
      ["close", id],
      ["close", id, "-r", "done", "--session", "s2"],
    ])
      expect((await world.bz(...words)).stdout).toBe(`Was closed already: ${id}: One\n`);
    expect(await sequence(world)).toBe(before);
    expect((await world.bz("close", id, "-r", "in 4f2a9c")).stdout).toBe(
      `Changed the reason of ${id}: One\n`,
    );
    expect(await document(world, "show", id)).toMatchObject({
      issues: [{ close_reason: "in 4f2a9c", closed_by_session: "s1", version: before + 1 }],
    });
  });

  test("--claim-next claims it in the same transaction; -q prints its id alone", async () => {
    const world = await initialisedWorld();
    const base = await make(world, "Base", "-p", "0");
    const after = await make(world, "After", "--dep", base, "-p", "1");
    const minor = await make(world, "Minor", "-p", "4");
    const before = Number(await sequence(world));
    expect(await document(world, "close", base, "--claim-next", "--session", "s1")).toMatchObject({
      issues: [{ id: base, status: "closed", closed_by_session: "s1" }],
      unblocked: [{ id: after }],
      claimed: { id: after, status: "in_progress", assignee: "tester", claim_session: "s1", unblocks: 0 },
    });
    expect(await sequence(world)).toBe(before + 1);
    expect((await world.bz("close", after, "--claim-next", "-q")).stdout).toBe(`${minor}\n`);
    const last = await world.bz("close", minor, "--claim-next");
    expect(last).toEqual({
      exitCode: 0,
      stdout: `Closed ${minor}: Minor\n`,
      stderr: "nothing is ready: there are no open issues\n",
    });
    expect(await document(world, "close", minor, "--claim-next")).toMatchObject({ claimed: null });
  });

  test("that is refused claims nothing", async () => {
    const world = await initialisedWorld();
    const epic = await make(world, "Epic", "-t", "epic");
    const part = await make(world, "Part", "--parent", epic);
    expect((await world.bz("close", epic, "--claim-next")).exitCode).toBe(1);
    expect(await statusOf(world, part)).toBe("open");
    const { exitCode, stdout } = await world.bz("close", epic, "nope", "--claim-next", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [],
      claimed: null,
      failed: [{ id: "nope" }, { id: epic }],
    });
    expect([exitCode, await statusOf(world, part)]).toEqual([1, "open"]);
  });
});

describe("update --claim", () => {
  test("claims and changes in one transaction", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    const before = Number(await sequence(world));
    const words = ["update", id, "--claim", "--session", "s1", "-p", "1", "--add-label", "begun"];
    expect(await document(world, ...words)).toMatchObject({
      issues: [
        {
          id,
          status: "in_progress",
          assignee: "tester",
          claim_session: "s1",
          priority: 1,
          labels: ["begun"],
        },
      ],
      total: 1,
    });
    expect(await sequence(world)).toBe(before + 1);
    expect((await world.bz("update", id, "--claim", "--session", "s1")).stdout).toBe(
      `Unchanged ${id}: One\n`,
    );
  });

  test("that is lost changes nothing at all", async () => {
    const world = await initialisedWorld();
    const blocker = await make(world, "Blocker");
    const [held, blocked] = [await make(world, "Held"), await make(world, "Blocked", "--dep", blocker)];
    await world.bz("claim", held, "--actor", "alice");
    const before = await sequence(world);
    expect((await world.bz("update", held, "--claim", "-p", "0")).exitCode).toBe(4);
    expect((await world.bz("update", blocked, "--claim", "-p", "0")).exitCode).toBe(1);
    for (const flags of [
      ["-s", "open"],
      ["-s", "closed"],
      ["-a", "bob"],
    ]) {
      const { exitCode, stderr } = await world.bz("update", blocker, "--claim", ...flags);
      expect([flags, exitCode]).toEqual([flags, 1]);
      expect(stderr).toContain("contradict each other");
    }
    expect(await sequence(world)).toBe(before);
    expect((await world.bz("update", blocked, "--claim", "--force")).exitCode).toBe(0);
  });
});
