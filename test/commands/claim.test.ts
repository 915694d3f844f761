import { describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

async function make(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("q", ...words);
  if (!stdout.endsWith("\n")) throw new Error(stderr);
  return stdout.trimEnd();
}

interface Answer {
  readonly issues: readonly Record<string, unknown>[];
  readonly [key: string]: unknown;
}

async function row(world: TestWorld, id: string): Promise<Record<string, unknown>> {
  const { issues } = (await world.json("show", id)) as Answer;
  const [found] = issues;
  if (found === undefined) throw new Error(`${id} is not there`);
  return found;
}

/** Of a command that has to fail: its exit code and the error's document. */
async function refusal(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, stdout]).toEqual([words, ""]);
  const { error } = JSON.parse(stderr) as {
    error: { code: string; message: string; hint: string; context: Record<string, unknown> };
  };
  return { exitCode, ...error };
}

async function sequence(world: TestWorld): Promise<unknown> {
  const { store } = (await world.json("info")) as { store: { sequence: number } };
  return store.sequence;
}

describe("claim", () => {
  test("takes an issue for the actor and the session, and answers its row at top level", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    const claimed = await world.json("claim", id, "--session", "s1");
    expect(claimed).toMatchObject({
      id,
      status: "in_progress",
      assignee: "tester",
      claim_session: "s1",
      version: 2,
    });
    expect(claimed).not.toHaveProperty("dependencies");
    expect(await row(world, id)).toMatchObject({ status: "in_progress", assignee: "tester" });
    expect((await world.json("history", id)) as object).toMatchObject({
      events: [{ action: "created" }, { action: "claimed", session: "s1" }],
    });
  });

  test("speaks in text and with -q", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    expect((await world.bz("claim", one)).stdout).toBe(`Claimed ${one}: One\n`);
    expect((await world.bz("claim", two, "-q")).stdout).toBe(`${two}\n`);
  });

  test("by the session that holds it changes nothing; the session may come from the environment", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    world.env.BEADS_SESSION = "s1";
    await world.bz("claim", id);
    const before = await sequence(world);
    const again = await world.bz("claim", id);
    expect([again.exitCode, again.stdout]).toEqual([0, `Held by you already: ${id}: One\n`]);
    expect(await sequence(world)).toBe(before);
  });

  test("of what another one holds, or the same one in another session, ends with 4 and names the holder", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("claim", id, "--actor", "alice", "--session", "s1");
    const { started_at } = await row(world, id);
    const before = await sequence(world);
    for (const who of [
      [],
      ["--actor", "alice"],
      ["--actor", "alice", "--session", "s2"],
      ["--session", "s1"],
      ["--force"],
    ]) {
      const refused = await refusal(world, "claim", id, ...who);
      expect(refused).toMatchObject({
        exitCode: 4,
        code: "CLAIMED",
        message: `${id} is held by alice, session s1, since ${started_at}`,
        context: { id, holder: "alice", session: "s1", since: started_at },
      });
    }
    expect(await sequence(world)).toBe(before);
  });

  test("of an issue that is blocked ends with 1 and names the blockers, also those of its parent", async () => {
    const world = await initialisedWorld();
    const blocker = await make(world, "Blocker");
    const id = await make(world, "Blocked", "--dep", blocker);
    const child = await make(world, "Part", "--parent", id);
    expect(await refusal(world, "claim", id)).toMatchObject({
      exitCode: 1,
      code: "BLOCKED",
      message: `${id} waits for ${blocker}`,
      context: { id, because: [blocker] },
    });
    expect(await refusal(world, "claim", child)).toMatchObject({
      code: "BLOCKED",
      message: `${child} waits for ${blocker}`,
    });
    expect((await world.bz("claim", id, "--force")).exitCode).toBe(0);
    await world.bz("close", blocker);
    expect((await world.bz("claim", child)).exitCode).toBe(0);
  });

  test("of an issue that is deferred, closed, deleted or unknown ends with 1 and says which", async () => {
    const world = await initialisedWorld();
    const [deferred, closed, gone] = [
      await make(world, "Later"),
      await make(world, "Done"),
      await make(world, "Gone"),
    ];
    const part = await make(world, "Part", "--parent", deferred);
    await world.bz("defer", deferred, "--until", "2026-03-01");
    await world.bz("close", closed, "-r", "Finished");
    await world.bz("delete", gone);
    const until = "until 2026-03-01T00:00:00.000Z";
    expect(await refusal(world, "claim", deferred)).toMatchObject({
      exitCode: 1,
      code: "DEFERRED",
      message: `${deferred} is deferred ${until}`,
    });
    expect(await refusal(world, "claim", part)).toMatchObject({
      code: "DEFERRED",
      message: `${part} is a part of ${deferred}, which is deferred ${until}`,
    });
    const refused = await refusal(world, "claim", closed, "--force");
    expect(refused).toMatchObject({ exitCode: 1, code: "INVALID" });
    expect(refused.message).toMatch(/is closed since .*: Finished$/);
    expect(await refusal(world, "claim", gone)).toMatchObject({ exitCode: 1, message: `${gone} is deleted` });
    expect(await refusal(world, "claim", "bd-none")).toMatchObject({ exitCode: 1, code: "NOT_FOUND" });
    expect((await world.bz("claim", deferred, "--force")).exitCode).toBe(0);
    expect(await row(world, deferred)).not.toHaveProperty("defer_until");
  });

  test("of an issue whose time has come succeeds", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "Later");
    await world.bz("defer", id, "--until", "+1h");
    world.timeMs += 3_700_000;
    expect((await world.bz("claim", id)).exitCode).toBe(0);
  });
});

describe("release", () => {
  test("gives one issue back, opens it, and answers its row at top level", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("claim", id, "--session", "s1");
    const released = await world.json("release", id, "--session", "s2");
    expect(released).toMatchObject({ id, status: "open" });
    for (const key of ["assignee", "claim_session", "started_at"]) expect(released).not.toHaveProperty(key);
    expect((await world.json("history", id)) as object).toMatchObject({
      events: [{ action: "created" }, { action: "claimed" }, { action: "released", session: "s2" }],
    });
    expect((await world.bz("claim", id, "--actor", "alice")).exitCode).toBe(0);
  });

  test("says whose it was, and of what nobody holds that it was not held", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    await world.bz("claim", one, "--actor", "alice", "--session", "s1");
    const { started_at } = await row(world, one);
    expect((await world.bz("release", one, two, "--force")).stdout).toBe(
      `Released ${one}: One (was with alice, session s1, since ${started_at})\nWas not held: ${two}: Two\n`,
    );
    const again = await world.bz("release", one);
    expect([again.exitCode, again.stdout]).toEqual([0, `Was not held: ${one}: One\n`]);
  });

  test("of another's claim ends with 4, but for --force; the others of the same call are released", async () => {
    const world = await initialisedWorld();
    const [mine, hers] = [await make(world, "Mine"), await make(world, "Hers")];
    await world.bz("claim", mine);
    await world.bz("claim", hers, "--actor", "alice");
    expect(await refusal(world, "release", hers)).toMatchObject({
      exitCode: 4,
      code: "CLAIMED",
      context: { holder: "alice" },
    });
    const { exitCode, stdout } = await world.bz("release", mine, hers, "--json");
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [{ id: mine, status: "open" }],
      total: 1,
      returned: 1,
      truncated: false,
      released: [{ id: mine, assignee: "tester", claim_session: null }],
      failed: [{ id: hers, code: "CLAIMED" }],
    });
    expect((await world.bz("release", hers, "--force")).exitCode).toBe(0);
  });

  test("--older-than frees the claims of anybody that began earlier, and leaves the others", async () => {
    const world = await initialisedWorld();
    const [old, young, free] = [
      await make(world, "Old"),
      await make(world, "Young"),
      await make(world, "Free"),
    ];
    await world.bz("update", free, "-a", "bob");
    await world.bz("claim", old, "--actor", "alice", "--session", "s1");
    world.timeMs += 600_000;
    await world.bz("claim", young);
    const { started_at } = await row(world, young);
    expect(await world.json("release", "--older-than", "10m")).toEqual({
      issues: [expect.objectContaining({ id: old, status: "open" })],
      total: 1,
      returned: 1,
      truncated: false,
      released: [
        {
          id: old,
          assignee: "alice",
          claim_session: "s1",
          started_at: expect.stringMatching(/^2026-01-15T/),
        },
      ],
    });
    expect(await row(world, young)).toMatchObject({ status: "in_progress", started_at });
    expect(await row(world, free)).toMatchObject({ status: "open", assignee: "bob" });
    const none = await world.bz("release", "--older-than", "1h30m");
    expect(none).toMatchObject({ exitCode: 0, stdout: "", stderr: "no claim is older than 1h30m\n" });
  });

  test("--older-than with ids looks at these alone", async () => {
    const world = await initialisedWorld();
    const [one, two, three] = [await make(world, "1"), await make(world, "2"), await make(world, "3")];
    await world.bz("claim", one, "--actor", "alice");
    await world.bz("claim", two, "--actor", "alice");
    world.timeMs += 60_000;
    await world.bz("claim", three, "--actor", "alice");
    await world.bz("update", two, "--notes", "still at it", "--actor", "alice");
    expect((await world.bz("release", one, "--older-than", "1m")).exitCode).toBe(0);
    expect(await refusal(world, "release", three, "--older-than", "1m")).toMatchObject({
      exitCode: 4,
      code: "CLAIMED",
    });
    expect(await row(world, two)).toMatchObject({ status: "in_progress" });
  });

  test("refuses a call that names nothing, and ages that are none", async () => {
    const world = await initialisedWorld();
    expect(await refusal(world, "release")).toMatchObject({ exitCode: 1, code: "USAGE" });
    for (const age of ["", "10", "ten minutes", "-5m", "1.5h", "5y"])
      expect(await refusal(world, "release", `--older-than=${age}`)).toMatchObject({
        exitCode: 1,
        code: "INVALID",
      });
  });
});

describe("defer", () => {
  test("puts issues off until a date and keeps the reason as a comment, in one transaction", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    const before = await sequence(world);
    const { stdout } = await world.bz("defer", one, two, "--until", "2026-02-01", "-r", "Waits for spring");
    expect(stdout).toBe(
      `Deferred ${one}: One (until 2026-02-01T00:00:00.000Z)\nDeferred ${two}: Two (until 2026-02-01T00:00:00.000Z)\n`,
    );
    expect(await sequence(world)).toBe(Number(before) + 1);
    expect(await row(world, one)).toMatchObject({
      status: "deferred",
      defer_until: "2026-02-01T00:00:00.000Z",
      comments: [{ text: "Waits for spring", author: "tester" }],
    });
    expect((await world.json("ready")) as Answer).toMatchObject({ total: 0 });
    world.timeMs = Date.UTC(2026, 1, 1);
    expect((await world.json("ready")) as Answer).toMatchObject({ total: 2 });
  });

  test("without a date has an open end, and takes an earlier date away", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("defer", id, "--until", "+1h");
    world.timeMs += 4_000_000;
    expect(await row(world, id)).toMatchObject({ status: "open" });
    expect(await world.json("defer", id)).toMatchObject({ issues: [{ id, status: "deferred" }], total: 1 });
    expect(await row(world, id)).not.toHaveProperty("defer_until");
    const before = await sequence(world);
    expect((await world.bz("defer", id)).stdout).toBe(`Was deferred already: ${id}: One\n`);
    expect(await sequence(world)).toBe(before);
  });

  test("ends the work on an issue but not its assignment", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("claim", id, "--session", "s1");
    await world.bz("defer", id);
    const deferred = await row(world, id);
    expect(deferred).toMatchObject({ status: "deferred", assignee: "tester" });
    for (const key of ["claim_session", "started_at"]) expect(deferred).not.toHaveProperty(key);
    await world.bz("undefer", id);
    expect((await world.bz("claim", id, "--session", "s2")).exitCode).toBe(0);
  });

  test("refuses closed and deleted issues, dates that are none, and times that have passed", async () => {
    const world = await initialisedWorld();
    const [closed, gone, open] = [await make(world, "1"), await make(world, "2"), await make(world, "3")];
    await world.bz("close", closed);
    await world.bz("delete", gone);
    const before = await sequence(world);
    for (const words of [[closed], [gone], [open, "--until", "someday"], [open, "--until", "today"], []]) {
      const { exitCode, stdout } = await world.bz("defer", ...words);
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
    }
    expect(await sequence(world)).toBe(before);
    expect(await row(world, closed)).toMatchObject({ status: "closed" });
  });
});

test.each(["create", "update"])(
  "%s --defer takes no time that has passed, since nothing would wait for it",
  async (verb) => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    const target = verb === "create" ? "Two" : id;
    for (const date of ["yesterday", "today", "2026-01-15T12:00:00Z", "+0d"]) {
      const { exitCode, stdout, stderr } = await world.bz(verb, target, "--defer", date);
      expect([date, exitCode, stdout]).toEqual([date, 1, ""]);
      expect(stderr).toStartWith(`error: --defer ${date} is 2026-01-1`);
    }
    expect((await world.bz("list", "--all", "-q")).stdout).toBe(`${id}\n`);
    expect((await world.bz(verb, target, "--defer", "+1h", "-q")).exitCode).toBe(0);
    expect((await world.bz("list", "--deferred", "-q")).stdout).not.toBe("");
  },
);

describe("undefer", () => {
  test("opens deferred issues, takes their date away, and leaves the others as they are", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    await world.bz("defer", one, "--until", "+2d");
    expect((await world.bz("undefer", one, two)).stdout).toBe(
      `Opened ${one}: One\nWas not deferred: ${two}: Two\n`,
    );
    const opened = await row(world, one);
    expect(opened).toMatchObject({ status: "open" });
    expect(opened).not.toHaveProperty("defer_until");
    expect(await world.json("undefer", two)).toMatchObject({ issues: [{ id: two }], total: 1 });
    expect((await world.bz("undefer", "bd-none")).exitCode).toBe(1);
  });
});
