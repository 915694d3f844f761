import { describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

interface Audit {
  readonly events: readonly {
    readonly id: string;
    readonly action: string;
    readonly actor: string;
    readonly issue_id?: string;
    readonly details: Record<string, unknown>;
    readonly labels?: readonly unknown[];
  }[];
  readonly total: number;
}

async function auditOf(world: TestWorld, ...words: string[]): Promise<Audit> {
  // The shape is what the first test is about.
  return (await world.json("audit", ...words)) as Audit;
}

async function worldWithIssue(): Promise<TestWorld> {
  const world = await initialisedWorld();
  await world.bz("create", "Title", "--id", "bd-a");
  return world;
}

async function refusal(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, stdout]).toEqual([words, ""]);
  return { exitCode, ...JSON.parse(stderr).error };
}

describe("audit record", () => {
  test("adds an entry that changes no issue, and log and list show it", async () => {
    const world = await worldWithIssue();
    const version = await world.json("show", "a");
    expect(
      await world.bz(
        "audit",
        "record",
        "tool_call",
        "-i",
        "a",
        "-t",
        "bun test",
        "-e",
        "1",
        "--metadata",
        '{"n":[1]}',
      ),
    ).toEqual({ exitCode: 0, stdout: "Recorded tool_call as 2.1\n", stderr: "" });
    expect(await world.json("show", "a")).toEqual(version);
    const entry = {
      id: "2.1",
      sequence: 2,
      time: expect.stringMatching(/^2026-01-15T12:00:.*Z$/),
      actor: "tester",
      command: "audit record",
      action: "tool_call",
      issue_id: "bd-a",
      details: { tool_name: "bun test", exit_code: 1, metadata: { n: [1] } },
    };
    const created = expect.objectContaining({ id: "1.1", action: "created", issue_id: "bd-a" });
    expect(await world.json("audit", "log", "a")).toEqual({
      events: [entry, created],
      total: 2,
      returned: 2,
      truncated: false,
    });
    expect(await world.json("audit")).toEqual(await world.json("audit", "list"));
    expect((await world.bz("audit", "-n", "1")).stdout).toMatch(
      /^2\.1 {2}2026-\S+ {2}tester {2}tool_call {2}bd-a {2}tool_name=bun test {2}exit_code=1 {2}metadata=\{"n":\[1\]\}\n$/,
    );
    expect((await world.bz("audit", "log", "a", "-q")).stdout).toBe("2.1\n1.1\n");
    expect(await world.json("history", "a")).toMatchObject({
      events: [{ action: "created", entry: "1.1" }],
      total: 1,
    });
  });

  test("takes the kind as a flag, texts from files, and a whole entry from stdin", async () => {
    const world = await worldWithIssue();
    writeFileSync(join(world.directory, "prompt.md"), "Do it\n");
    expect(
      await world.json(
        "audit",
        "record",
        "--kind",
        "llm_call",
        "-m",
        "claude",
        "-p",
        "@prompt.md",
        "-r",
        "Done",
      ),
    ).toEqual({
      id: "2.1",
      kind: "llm_call",
      details: { model: "claude", prompt: "Do it", response: "Done" },
    });
    world.stdin = '{"kind":"decision","issue_id":"a","error":"none","metadata":null}';
    expect(await world.json("audit", "record", "--stdin")).toEqual({
      id: "3.1",
      kind: "decision",
      issue_id: "bd-a",
      details: { error: "none", metadata: null },
    });
  });

  test("refuses what it cannot understand, and writes nothing", async () => {
    const world = await worldWithIssue();
    const before = await sequenceOf(world);
    for (const [words, code, stdin] of [
      [["record"], "USAGE"],
      [["record", "a b"], "INVALID"],
      [["record", "label"], "INVALID"],
      [["record", "x", "--kind", "y"], "USAGE"],
      [["record", "x", "y"], "USAGE"],
      [["record", "x", "-e", "one"], "USAGE"],
      [["record", "x", "--metadata", "{"], "INVALID"],
      [["record", "x", "-i", "zz"], "NOT_FOUND"],
      [["record", "x", "--stdin"], "USAGE"],
      [["record", "--stdin"], "INVALID", "not json"],
      [["record", "--stdin"], "INVALID", "[]"],
      [["record", "--stdin"], "INVALID", '{"kind":"x","extra":1}'],
      [["record", "--stdin"], "INVALID", '{"kind":"x","exit_code":"1"}'],
      [["record", "--stdin"], "INVALID", '{"model":"x"}'],
      [["record", "--stdin"], "INVALID", '{"kind":"label","entry":"1.1"}'],
    ] as const) {
      world.stdin = stdin ?? "";
      expect([words, await refusal(world, "audit", ...words)]).toMatchObject([words, { exitCode: 1, code }]);
    }
    expect(await sequenceOf(world)).toBe(before);
  });

  test("is not taken back by undo, which passes it over", async () => {
    const world = await worldWithIssue();
    await world.bz("audit", "record", "tool_call");
    expect((await world.bz("undo", "--dry-run")).stdout).toContain("Would undo #1");
    expect(await world.bz("undo", "2")).toMatchObject({ exitCode: 1 });
  });

  test("keeps its number whatever comes in from issues.jsonl with it", async () => {
    const world = await worldWithIssue();
    await world.bz("sync");
    const path = join(world.directory, ".beads/issues.jsonl");
    const text = await Bun.file(path).text();
    writeFileSync(path, `${text}${text.replace("bd-a", "bd-b").replace(/,"_stamp":"[^"]*"/, "")}`);
    expect((await world.bz("audit", "record", "tool_call")).stdout).toBe("Recorded tool_call as 2.1\n");
    const { events } = await auditOf(world);
    expect(events.map(({ id, action }) => [id, action])).toEqual([
      ["2.1", "tool_call"],
      ["2.2", "taken in"],
      ["1.1", "created"],
    ]);
    expect((await world.bz("audit", "label", "2", "good")).stdout).toBe("Labelled 2.1 good\n");
  });
});

describe("audit label", () => {
  test("stands beside the entry it is about, which stays as it is", async () => {
    const world = await worldWithIssue();
    await world.bz("audit", "record", "tool_call", "-i", "a");
    expect(await world.json("audit", "label", "2.1", "bad", "-r", "wrong file")).toEqual({
      id: "3.1",
      entry: "2.1",
      label: "bad",
      reason: "wrong file",
    });
    await world.bz("audit", "label", "#1", "--label", "good", "--actor", "bob");
    const { events } = await auditOf(world, "log", "a");
    expect(events.map(({ id, action, labels }) => [id, action, labels])).toEqual([
      ["4.1", "labelled", undefined],
      ["3.1", "labelled", undefined],
      [
        "2.1",
        "tool_call",
        [expect.objectContaining({ label: "bad", reason: "wrong file", actor: "tester" })],
      ],
      ["1.1", "created", [expect.objectContaining({ label: "good", actor: "bob" })]],
    ]);
    expect((await world.bz("audit", "log", "a")).stdout).toContain("tool_call  bd-a  [bad]\n");
  });

  test("of an entry that is not there, or that says nothing, is refused", async () => {
    const world = await worldWithIssue();
    const before = await sequenceOf(world);
    for (const [words, code] of [
      [["label", "9.1", "good"], "NOT_FOUND"],
      [["label", "1.2", "good"], "NOT_FOUND"],
      [["label", "bd-a", "good"], "NOT_FOUND"],
      [["label", "1.1"], "USAGE"],
      [["label", "1.1", " "], "USAGE"],
      [["label", "1.1", "x", "-l", "y"], "USAGE"],
      [["label", "1.1", "x".repeat(101)], "INVALID"],
      [["label"], "USAGE"],
    ] as const)
      expect([words, await refusal(world, "audit", ...words)]).toMatchObject([words, { exitCode: 1, code }]);
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("audit list", () => {
  test("names what was done to issues and records, and finds by time, actor and kind", async () => {
    const world = await worldWithIssue();
    await world.bz("close", "a", "--actor", "ann");
    await world.bz("remember", "db", "Postgres");
    await world.bz("forget", "db");
    expect((await auditOf(world)).events.map(({ action }) => action)).toEqual([
      "forgot",
      "remembered",
      "closed",
      "created",
    ]);
    expect((await auditOf(world, "list", "--by", "ann")).events).toMatchObject([
      { action: "closed", actor: "ann" },
    ]);
    expect((await auditOf(world, "list", "--kind", "remembered")).events).toMatchObject([
      { details: { key: "db", value: "Postgres" } },
    ]);
    expect((await auditOf(world, "list", "--since", "tomorrow")).total).toBe(0);
    expect((await auditOf(world, "list", "--until", "today")).total).toBe(0);
    expect((await auditOf(world, "list", "--since", "today", "-n", "2")).events).toHaveLength(2);
    expect((await world.bz("audit", "list", "--by", "nobody")).stderr).toBe(
      "nothing in the record matches\n",
    );
    expect(await refusal(world, "audit", "list", "--since", "soon")).toMatchObject({ code: "INVALID" });
    expect(await refusal(world, "audit", "lst")).toMatchObject({
      code: "USAGE",
      hint: "did you mean `bz audit list` or `bz audit ls`?",
    });
  });

  test("shows text safely", async () => {
    const world = await worldWithIssue();
    await world.bz("audit", "record", "tool_call", "-t", "\u001b[2J", "--actor", "e\u001b[1m");
    await world.bz("audit", "label", "2", "\u001b[3m");
    expect((await world.bz("audit")).stdout).not.toContain("\u001b");
  });

  test("keeps nothing of an issue that was purged, and the numbers of all else", async () => {
    const world = await initialisedWorld();
    writeFileSync(
      join(world.directory, "two.jsonl"),
      '{"id":"bd-s","title":"secret"}\n{"id":"bd-a","title":"kept"}\n',
    );
    await world.bz("import", join(world.directory, "two.jsonl"));
    await world.bz("audit", "record", "llm_call", "-i", "s", "-p", "about the secret");
    await world.bz("audit", "label", "1.2", "good");
    await world.bz("delete", "s", "--hard", "--force");
    expect((await world.bz("audit", "--json")).stdout).not.toContain("secret");
    const { events } = await auditOf(world);
    expect(events.map(({ id, action }) => [id, action])).toEqual([
      ["4.1", "purged"],
      ["3.1", "labelled"],
      ["2.1", "purged from the record"],
      ["1.2", "imported"],
      ["1.1", "purged from the record"],
    ]);
    expect(events.at(-2)?.labels).toMatchObject([{ label: "good" }]);
    expect((await world.bz("doctor")).exitCode).toBe(0);
  });
});

describe("audit summary", () => {
  test("counts each event once, and by actor", async () => {
    const world = await worldWithIssue();
    await world.bz("update", "a", "-p", "1");
    await world.bz("comment", "a", "Hm");
    await world.bz("close", "a", "--actor", "ann");
    await world.bz("audit", "record", "llm_call", "--actor", "ann");
    await world.bz("audit", "record", "tool_call");
    await world.bz("remember", "x");
    expect(await world.json("audit", "summary")).toEqual({
      period_days: 7,
      totals: {
        total: 7,
        created: 1,
        updated: 1,
        closed: 1,
        comments: 1,
        llm_calls: 1,
        tool_calls: 1,
        other: 1,
      },
      actors: [
        { actor: "tester", total: 5 },
        { actor: "ann", total: 2 },
      ],
    });
    expect((await world.bz("audit", "summary")).stdout).toContain("LLM calls: 1\n");
    world.timeMs += 3 * 86_400_000;
    expect(await world.json("audit", "summary", "--days", "2")).toMatchObject({
      totals: { total: 0 },
      actors: [],
    });
    expect(await refusal(world, "audit", "summary", "--days", "0")).toMatchObject({ code: "USAGE" });
  });
});

describe("a record whose first segments are gone", () => {
  test("is told as far as it goes, with a warning, and a whole one without any", async () => {
    const world = await worldWithIssue();
    await world.bz("compact");
    await world.bz("update", "a", "--title", "Other");
    await world.bz("compact");
    const told = [
      ["history", "a"],
      ["audit", "list"],
      ["audit", "log", "a"],
      ["show", "a", "--with-history"],
    ];
    for (const words of told) expect([words, (await world.bz(...words)).stderr]).toEqual([words, ""]);
    rmSync(join(world.directory, ".beads/store/history/wal.1"));
    for (const words of told) {
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect({ words, exitCode, stderr }).toEqual({
        words,
        exitCode: 0,
        stderr:
          "warning: the record begins with wal.2: the segments before it are missing, and with them what was done up to change 1; `bz doctor` says more\n",
      });
      expect(stdout).toContain('"Other"');
    }
    expect((await world.bz("doctor")).stdout).toContain("It begins with wal.2");
  });
});
