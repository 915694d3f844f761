import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, sequenceOf, type TestWorld, TestWorld as World } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

interface Memories {
  readonly memories: readonly { key: string; value: string }[];
  readonly total: number;
}

async function memoriesOf(world: TestWorld, ...words: string[]): Promise<Memories> {
  // The shape is what the first test is about.
  return (await world.json("memories", ...words)) as Memories;
}

async function refusal(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, stdout]).toEqual([words, ""]);
  return { exitCode, ...JSON.parse(stderr).error };
}

describe("remember", () => {
  test("keeps a text under a key, and recall and memories show it", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("remember", "db", "Postgres 16\non port 5433")).toEqual({
      exitCode: 0,
      stdout: "Remembered db\n",
      stderr: "",
    });
    const row = {
      key: "db",
      value: "Postgres 16\non port 5433",
      updated_at: "2026-01-15T12:00:02.000Z",
      updated_by: "tester",
    };
    const envelope = { memories: [row], total: 1, returned: 1, truncated: false };
    expect(await world.json("memories")).toEqual(envelope);
    expect(await world.json("recall", "db")).toEqual(envelope);
    expect((await world.bz("recall", "db")).stdout).toBe("Postgres 16\non port 5433\n");
    expect((await world.bz("memories")).stdout).toBe("db: Postgres 16\n  on port 5433\n");
    expect((await world.bz("memories", "-q")).stdout).toBe("db\n");
    expect(await world.json("remember", "db", "Postgres 17")).toMatchObject({
      memories: [{ key: "db", value: "Postgres 17" }],
      total: 1,
    });
    expect(await world.json("list")).toMatchObject({ total: 0 });
  });

  test("finds a key for a text without one, the same for the same text", async () => {
    const world = await initialisedWorld();
    const key = async (text: string) => (await world.bz("remember", text, "-q")).stdout.trimEnd();
    expect(await key("Run the migrations before the tests!")).toBe("run-the-migrations-before-the-tests");
    const before = await sequenceOf(world);
    expect((await world.bz("remember", "Run the migrations before the tests!")).stdout).toBe(
      "Known already: run-the-migrations-before-the-tests\n",
    );
    expect(await sequenceOf(world)).toBe(before);
    expect(await key("run the migrations, before the tests")).toBe("run-the-migrations-before-the-tests-2");
    expect(await key("Füße wärmen")).toBe("fuße-warmen");
    expect(await key("!!!")).toBe("memory");
    expect((await key(`${"word ".repeat(100)}`)).length).toBeLessThanOrEqual(60);
    expect((await key("x".repeat(500))).length).toBe(60);
  });

  test("takes the text from stdin and the key from a flag", async () => {
    const world = await initialisedWorld();
    world.stdin = "from stdin\n";
    await world.bz("remember", "a", "-");
    await world.bz("remember", "-", "--key", "b");
    expect((await memoriesOf(world)).memories.map(({ key, value }) => [key, value])).toEqual([
      ["a", "from stdin"],
      ["b", "from stdin"],
    ]);
  });

  test("refuses what cannot be a key or a text, and writes nothing", async () => {
    const world = await initialisedWorld();
    world.stdin = "x".repeat(65_537);
    const before = await sequenceOf(world);
    for (const [words, code] of [
      [["remember"], "USAGE"],
      [["remember", " "], "INVALID"],
      [["remember", "", "text"], "INVALID"],
      [["remember", "a\nb", "text"], "INVALID"],
      [["remember", "k".repeat(201), "text"], "INVALID"],
      [["remember", "a", "-"], "INVALID"],
      [["remember", "a", "b", "c"], "USAGE"],
      [["remember", "a", "b", "--key", "c"], "USAGE"],
    ] as const)
      expect([words, await refusal(world, ...words)]).toMatchObject([words, { exitCode: 1, code }]);
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("memories", () => {
  test("finds all words of a query in key and text, in any case, and says when there are none", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("memories")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "nothing is remembered yet\n",
    });
    await world.bz("remember", "db", "Postgres 16");
    await world.bz("remember", "cache", "Redis, no Postgres");
    await world.bz("remember", "style", "tabs");
    expect((await memoriesOf(world, "POSTGRES")).memories.map(({ key }) => key)).toEqual(["cache", "db"]);
    expect((await memoriesOf(world, "postgres", "redis")).total).toBe(1);
    expect((await world.bz("memories", "mysql")).stderr).toBe("nothing that is remembered matches\n");
    expect(await memoriesOf(world, "-n", "1")).toMatchObject({ total: 3, returned: 1, truncated: true });
    expect((await world.bz("memories", "-n", "1")).stderr).toBe("2 more; -n 0 shows all\n");
  });

  test("shows text safely", async () => {
    const world = await initialisedWorld();
    await world.bz("remember", "k", "one\n\u001b[2Jtwo");
    for (const words of [["memories"], ["recall", "k"]]) {
      const { stdout } = await world.bz(...words);
      expect(stdout).toContain("\\x1b[2Jtwo");
      expect(stdout).not.toContain("\u001b");
    }
  });
});

describe("recall and forget", () => {
  test("name the keys that may have been meant", async () => {
    const world = await initialisedWorld();
    expect(await refusal(world, "recall", "db")).toMatchObject({ code: "NOT_FOUND", exitCode: 1 });
    await world.bz("remember", "database", "Postgres");
    expect(await refusal(world, "recall", "databse")).toMatchObject({
      code: "NOT_FOUND",
      hint: "did you mean database?",
      context: { key: "databse", nearest: ["database"] },
    });
    expect(await refusal(world, "forget", "data")).toMatchObject({ hint: "did you mean database?" });
    expect((await memoriesOf(world)).total).toBe(1);
  });

  test("forgetting says once more what it was, and undo brings it back", async () => {
    const world = await initialisedWorld();
    await world.bz("remember", "db", "Postgres");
    expect(await world.json("forget", "db")).toMatchObject({ memories: [{ key: "db", value: "Postgres" }] });
    expect((await memoriesOf(world)).total).toBe(0);
    expect(await world.json("undo")).toMatchObject({
      issues: [],
      total: 0,
      records: [{ type: "memory", key: "db" }],
    });
    expect((await memoriesOf(world)).memories).toMatchObject([{ key: "db", value: "Postgres" }]);
    expect((await world.bz("undo")).stdout).toEndWith('Removed memory "db"\n');
    expect((await memoriesOf(world)).total).toBe(0);
  });

  test("what somebody else has remembered since is not undone", async () => {
    const world = await initialisedWorld();
    await world.bz("remember", "db", "Postgres");
    await world.bz("q", "One");
    await world.bz("remember", "db", "MySQL", "--actor", "bob");
    const before = await sequenceOf(world);
    const error = await refusal(world, "undo", "2");
    expect(error).toMatchObject({
      code: "UNDO_CONFLICT",
      context: { conflicts: [{ key: "db", actor: "bob" }] },
    });
    expect(error.message).toContain('memory "db", by bob at ');
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("undo")).exitCode).toBe(0);
  });

  test("what is remembered survives compaction, and an undo reaches behind it", async () => {
    const world = await initialisedWorld();
    await world.bz("remember", "db", "Postgres");
    await world.bz("compact");
    await world.bz("remember", "db", "MySQL");
    await world.bz("compact");
    expect((await memoriesOf(world)).memories).toMatchObject([{ key: "db", value: "MySQL" }]);
    await world.bz("undo");
    expect((await memoriesOf(world)).memories).toMatchObject([{ key: "db", value: "Postgres" }]);
    expect((await world.bz("doctor")).exitCode).toBe(0);
  });
});

describe("export and import", () => {
  test("carry memories when asked to, as bd writes them, and never in issues.jsonl", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "One", "--id", "bd-a");
    await world.bz("remember", "db", "Postgres");
    await world.bz("sync");
    expect(readFileSync(join(world.directory, ".beads/issues.jsonl"), "utf8")).not.toContain("Postgres");
    expect((await world.bz("export")).stdout).not.toContain("Postgres");
    const { stdout } = await world.bz("export", "--include-memories");
    expect(stdout.trimEnd().split("\n").at(-1)).toStartWith(
      '{"_type":"memory","key":"db","value":"Postgres",',
    );
    expect(await world.json("export", "--include-memories")).toMatchObject({
      total: 1,
      memories: [{ key: "db" }],
    });
    const path = join(world.directory, "all.jsonl");
    expect(await world.json("export", "--include-memories", "-o", path)).toEqual({
      path,
      issues: 1,
      memories: 1,
    });
    expect(readFileSync(path, "utf8")).toBe(stdout);

    const other = await initialisedWorld();
    expect((await other.bz("import", path)).stdout).toBe(
      "Added 1, updated 0, skipped 0 (and memories: added 1, updated 0)\n",
    );
    expect(await other.json("recall", "db")).toEqual(await world.json("recall", "db"));
    await other.bz("remember", "db", "MySQL");
    expect(await other.json("import", path)).toMatchObject({
      memories: { added: 0, updated: 0 },
      skipped_lines: [{ id: "bd-a" }, { key: "db", reason: "known" }],
    });
    expect(await other.json("import", path, "--merge")).toMatchObject({ memories: { added: 0, updated: 0 } });
    expect((await memoriesOf(other)).memories).toMatchObject([{ value: "MySQL" }]);
  });
});

test("without a workspace there is nothing to remember in", async () => {
  expect(await refusal(new World(), "remember", "a", "b")).toMatchObject({ code: "NOT_INITIALIZED" });
});
