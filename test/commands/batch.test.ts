import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

interface Line {
  readonly line: number;
  readonly ok: boolean;
  readonly id?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | null };
}

async function world(): Promise<TestWorld> {
  const made = await initialisedWorld();
  await made.bz("create", "A", "--id", "bd-aaaa");
  await made.bz("create", "B", "--id", "bd-bbbb", "-t", "epic");
  return made;
}

async function run(on: TestWorld, lines: readonly (object | string)[], ...words: string[]) {
  on.stdin = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  const outcome = await on.bz("batch", ...words);
  const results = outcome.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Line => JSON.parse(line));
  return { ...outcome, results };
}

describe("batch", () => {
  test("warns of the first dependencies that hold nobody up, and counts the others", async () => {
    const on = await world();
    const lines = Array.from({ length: 13 }, (_, at) => ({ cmd: "dep add", id: "aaaa", on: `zz-${at}` }));
    const { stderr } = await run(on, lines);
    const warnings = stderr.split("\n").filter((line) => line.startsWith("warning: "));
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)).toBe(
      "warning: 3 more of the dependencies are on issues that are deleted or not here",
    );
  });

  test("carries out every command as one transaction, with a line for each", async () => {
    const on = await world();
    const { exitCode, stderr, results } = await run(on, [
      { cmd: "create", title: "Parser", key: "p", labels: ["x"], parent: "bbbb" },
      { cmd: "create", title: "Printer", key: "q", depends_on: ["$p", "related:aaaa"], blocks: ["bd-aaaa"] },
      { cmd: "claim", id: "$p", session: "s1" },
      { cmd: "release", id: ["$p"] },
      { cmd: "label_add", ids: ["aaaa", "$p"], labels: "u,v" },
      { cmd: "label remove", id: "aaaa", label: "u" },
      { cmd: "dep add", id: "bbbb", on: "$q", type: "tracks", metadata: '{"n":1}' },
      { cmd: "dep-remove", id: "$q", on: "aaaa" },
      { cmd: "comment", id: "aaaa", text: "said", author: "ann" },
      { cmd: "note", id: "aaaa", text: "noted" },
      { cmd: "update", id: "aaaa", priority: "P0", add_labels: ["z"], description: "new", estimate: "1h" },
      { cmd: "update", id: "aaaa", description: null, status: "in_progress" },
      { cmd: "defer", id: "$p", until: "+2d", reason: "later" },
      { cmd: "undefer", id: "$p" },
      { cmd: "close", id: "$p", reason: "done" },
      { cmd: "reopen", id: "$p", reason: "not done" },
      { cmd: "delete", id: "$q", force: true, reason: "mistake" },
      { cmd: "undelete", id: "$q" },
      { cmd: "close", id: "aaaa", force: true },
      { cmd: "close", id: "aaaa" },
    ]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(results.map(({ line, ok }) => [line, ok])).toEqual(results.map((_, at) => [at + 1, true]));
    expect(await sequenceOf(on)).toBe(3);
    const [p = "", q = ""] = results.map((line) => line.id ?? "");
    expect(results[0]).toEqual({ line: 1, ok: true, cmd: "create", id: p, key: "p", changed: true } as Line);
    expect(results[4]).toEqual({
      line: 5,
      ok: true,
      cmd: "label add",
      ids: ["bd-aaaa", p],
      changed: true,
    } as Line);
    expect(results[8]).toMatchObject({ comment_id: expect.any(String) });
    expect(results[19]).toMatchObject({ changed: false });
    expect(await on.json("show", "aaaa", p, q, "bbbb")).toMatchObject({
      issues: [
        {
          status: "closed",
          priority: 0,
          labels: ["v", "z"],
          notes: "noted",
          estimated_minutes: 60,
          comments: [{ author: "ann", text: "said" }],
          dependencies: [{ id: q }],
        },
        {
          status: "open",
          parent: "bd-bbbb",
          labels: ["u", "v", "x"],
          comments: [{ text: "later" }, { text: "not done" }],
        },
        { status: "open", dependencies: [{ id: p, dependency_type: "blocks" }] },
        { dependencies: [{ id: q, dependency_type: "tracks" }] },
      ],
    });
    await on.bz("undo");
    expect(await on.json("list")).toMatchObject({
      total: 2,
      issues: [{ labels: [] }, { dependency_count: 0 }],
    });
  });

  test("goes on after a line that is refused, leaves nothing of it, and exits with its code", async () => {
    const on = await world();
    const { exitCode, stderr, results } = await run(on, [
      { cmd: "close", id: ["aaaa", "nobody"] },
      { cmd: "create", title: "", key: "k" },
      { cmd: "close", id: "$k" },
      { cmd: "clos", id: "aaaa" },
      "nonsense",
      '["close"]',
      { id: "aaaa" },
      { cmd: "close" },
      { cmd: "close", id: "aaaa", resaon: "x" },
      { cmd: "close", id: 7 },
      { cmd: "update", id: "aaaa", labels: ["x"] },
      { cmd: "update", id: "aaaa" },
      { cmd: "update", id: "aaaa", notes: "x", expect_version: 99 },
      { cmd: "create", title: "Fine", key: "f" },
      { cmd: "create", title: "Twice", key: "f" },
      { cmd: "dep add", id: "$f", on: "$f" },
      { cmd: "note", id: "aaaa", text: " " },
      { cmd: "delete", id: "aaaa", hard: true },
      { cmd: "defer", id: "aaaa", until: "2020-01-01" },
      { cmd: "label add", id: "aaaa", labels: ["a,b"] },
      { cmd: "dep remove", id: "aaaa", on: "bbbb" },
    ]);
    expect(exitCode).toBe(1);
    expect(results.filter(({ ok }) => ok).map(({ line }) => line)).toEqual([14]);
    const problems = results.map(({ error }) => error?.message);
    expect(problems[2]).toBe('line 2, which was to make "$k", was refused');
    expect(results[3]?.error?.hint).toBe("did you mean close?");
    expect(results[8]?.error?.hint).toBe("did you mean reason?");
    expect(problems[14]).toContain('the key "f" stands for');
    expect(stderr).toStartWith(
      'error: 19 lines were refused, the first is line 1: there is no issue "nobody"\n',
    );
    expect(stderr.split("\n")).toHaveLength(4 + 1);
    expect(await on.json("list")).toMatchObject({ total: 3 });
    expect(await on.json("show", "aaaa")).toMatchObject({ issues: [{ status: "open", version: 1 }] });
    expect((await run(on, [{ cmd: "update", id: "aaaa", notes: "x", expect_version: 99 }])).exitCode).toBe(4);
  });

  test("sees in each line what those before it did", async () => {
    const on = await world();
    const { results } = await run(on, [
      { cmd: "create", title: "Part", key: "p", parent: "bbbb" },
      { cmd: "close", id: "bbbb" },
      { cmd: "dep add", id: "$p", on: "bbbb" },
      { cmd: "close", id: "$p" },
      { cmd: "close", id: "bbbb" },
      { cmd: "claim", id: "aaaa" },
      { cmd: "claim", id: "aaaa" },
    ]);
    expect(results.map(({ error }) => error?.code ?? "ok")).toEqual([
      "ok",
      "HAS_OPEN_CHILDREN",
      "CYCLE",
      "ok",
      "ok",
      "ok",
      "CLAIMED",
    ]);
  });

  test("knows after many lines who depends on whom", async () => {
    const on = await world();
    const many = Array.from({ length: 40 }, (_, at) => ({
      cmd: "create",
      title: `T${at}`,
      key: `k${at}`,
      depends_on: at === 0 ? [] : [`$k${at - 1}`],
    }));
    const { results } = await run(on, [
      ...many,
      { cmd: "dep add", id: "$k0", on: "$k39" },
      { cmd: "update", id: "$k39", parent: "bbbb" },
      { cmd: "close", id: "bbbb" },
      { cmd: "delete", id: "$k5" },
    ]);
    expect(results.slice(40).map(({ error }) => error?.code ?? "ok")).toEqual([
      "CYCLE",
      "ok",
      "HAS_OPEN_CHILDREN",
      "HAS_DEPENDENTS",
    ]);
  });

  test("with --atomic does all or nothing, and names the line", async () => {
    const on = await world();
    const before = await sequenceOf(on);
    const lines = [{ cmd: "close", id: "aaaa" }, { cmd: "close", id: "nobody" }, "bad"];
    const { exitCode, stdout, stderr } = await run(on, lines, "--atomic", "--json");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "NOT_FOUND",
      message: 'line 2: there is no issue "nobody"; nothing was written',
      context: { line: 2 },
    });
    expect(await sequenceOf(on)).toBe(before);
    expect((await run(on, lines.slice(0, 1), "--atomic")).exitCode).toBe(0);
  });

  test("answers one document under --json, and ids alone under -q", async () => {
    const on = await world();
    on.stdin = '\uFEFF{"cmd":"close","id":"aaaa"}\r\n\r\n{"cmd":"close","id":"nobody"}\r\n';
    expect(await on.json("batch")).toEqual({
      results: [
        { line: 1, ok: true, cmd: "close", id: "bd-aaaa", changed: true },
        { line: 3, ok: false, cmd: "close", error: expect.objectContaining({ code: "NOT_FOUND" }) },
      ],
      total: 2,
      returned: 2,
      truncated: false,
      succeeded: 1,
      failed: 1,
    });
    on.stdin = '{"cmd":"reopen","id":"aaaa"}';
    expect((await on.bz("batch", "-q")).stdout).toBe("bd-aaaa\n");
    expect((await run(on, [])).stderr).toBe("there was nothing to do\n");
  });

  test("with --dry-run checks every line and writes nothing", async () => {
    const on = await world();
    const before = await sequenceOf(on);
    writeFileSync(
      `${on.directory}/b.jsonl`,
      '{"cmd":"create","title":"T","key":"t"}\n{"cmd":"dep add","id":"aaaa","on":"$t"}\n',
    );
    expect(await on.json("batch", "b.jsonl", "--dry-run")).toMatchObject({ dry_run: true, succeeded: 2 });
    expect((await on.bz("batch", "b.jsonl", "-n")).stderr).toBe("");
    expect(await sequenceOf(on)).toBe(before);
  });

  test("never sends what a terminal would act on, and keeps what came from a line out of the way", async () => {
    const on = await world();
    const { stdout } = await run(on, [
      { cmd: "\u202eclose\u009b2J", id: "x" },
      '{"cmd":"close","id":"aaaa","__proto__":{"x":1}}',
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u007f-\u009f\u202e]/);
    expect(stdout).toContain('has no key \\"__proto__\\"');
  });
});
