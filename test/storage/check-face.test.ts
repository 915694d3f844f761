import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStamps } from "../../model/line-stamps";
import { formatStamps } from "../../model/stamp";
import { openStore } from "../../storage/store";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace, temporaryDirectory } from "../helpers/workspace";

const time = "2026-01-02T03:04:05.678Z";

function line(id: string, more: Record<string, unknown> = {}): string {
  const keys = { id, title: "T", status: "open", priority: 2, issue_type: "task" };
  return JSON.stringify({ ...keys, created_at: time, updated_at: time, ...more });
}

/** What the checks say of a clone whose face is `content`. */
async function findingsOn(content: string | Uint8Array): Promise<Record<string, string>> {
  const directory = temporaryDirectory("check-face");
  mkdirSync(join(directory, ".beads"));
  const face = join(directory, ".beads/issues.jsonl");
  writeFileSync(face, content);
  const { findings } = await openStore({ cwd: directory, env: { HOME: directory } }).check();
  expect(readFileSync(face)).toEqual(Buffer.from(content));
  return Object.fromEntries(findings.map(({ check, status, message }) => [check, `${status}: ${message}`]));
}

test("a healthy face passes every check", async () => {
  const found = await findingsOn(
    `${line("bd-1")}\n\n{"_type":"memory","key":"k"}\n${line("bd-2", { dependencies: [{ depends_on_id: "bd-1", type: "blocks" }] })}\n`,
  );
  for (const check of ["conflict", "lines", "ids", "values", "edges", "stamps"])
    expect(found[`face ${check}`]).toStartWith("pass: ");
  for (const check of ["issues", "edges", "cycles"]) expect(found[check]).toStartWith("pass: ");
});

describe("a line of the face that cannot be read", () => {
  test("is a failure that names line, issue and key, and keeps no other line from being examined", async () => {
    const found = await findingsOn(
      [
        line("bd-1", { title: ["a"] }),
        line("bd-2", { priority: "high" }),
        "not json",
        line("bd-3", { labels: "x" }),
        line("bd-4", { created_at: "2199-01-01T00:00:00Z" }),
        "",
      ].join("\n"),
    );
    expect(found["face lines"]).toBe(
      'failure: Cannot be read: line 1 (bd-1): "title" is not a text, line 2 (bd-2): "priority" is not a number, line 3: the line is not valid JSON, line 4 (bd-3): "labels" is not a list. bz keeps such lines as they are; correct them by hand.',
    );
    expect(found["face stamps"]).toContain("line 5 (bd-4): created_at is after 2100");
  });

  test("may be no text at all", async () => {
    const found = await findingsOn(
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(line("bd-1"))]),
    );
    expect(found["face lines"]).toContain("failure: Cannot be read: line 1: the line is not UTF-8");
  });

  test("and is the last one without an end was cut off", async () => {
    const found = await findingsOn(`${line("bd-1")}\n${line("bd-2").slice(0, 40)}`);
    expect(found["face lines"]).toStartWith(
      "failure: The last line does not end and cannot be read (line 2 (bd-2): the line is not valid JSON)",
    );
  });
});

test("a last line without an end that can be read is worth a note", async () => {
  const found = await findingsOn(`${line("bd-1")}\n${line("bd-2")}`);
  expect(found["face lines"]).toBe("note: Line 2 does not end, but can be read.");
});

test("conflict markers are a failure beside the other checks, not instead of them", async () => {
  const found = await findingsOn(
    `<<<<<<< HEAD\r\n${line("bd-1")}\n||||||| base\n=======\n${line("bd-1", { title: "U" })}\n>>>>>>> other\n${line("bd-2", { dependencies: [{ depends_on_id: "bd-9" }] })}\n`,
  );
  expect(found["face conflict"]).toBe(
    "failure: issues.jsonl holds the conflict markers of an unfinished git merge, on line 1, 3, 4, 6.",
  );
  expect(found["face ids"]).toBe("warning: On more than one line, which are merged: bd-1 on lines 2, 5.");
  expect(found.edges).toContain("bd-2 -> bd-9");
});

test("values of the wrong type that can be read all the same are named", async () => {
  const found = await findingsOn(
    `${line("bd-1")}\n${line("bd-1", { labels: [7] })}\n${line("bd-2").replace("{", '{"title":"before",')}\n`,
  );
  expect(found["face values"]).toContain("line 2 (bd-1): labels.0: ");
  expect(found["face values"]).toContain("line 3 (bd-2): title stands twice, and the last one counts");
  expect((await findingsOn(`${line("bd-1", { labels: [7] })}\n`)).issues).toContain("bd-1 (labels.0: ");
});

test("edges that stand twice, or say two things, are named", async () => {
  const edges = (...dependencies: unknown[]) => line("bd-1", { dependencies });
  for (const [text, problem] of [
    [
      edges({ depends_on_id: "a", type: "Waits_For" }, { depends_on_id: "a", type: "waits-for" }),
      "waits-for a stands twice, in two spellings",
    ],
    [
      edges({ depends_on_id: "a", type: "blocks" }, { target_id: "a", dep_type: "blocks" }),
      "blocks a stands twice",
    ],
    [edges({ depends_on_id: "a", target_id: "b" }), "one edge leads to a and to b"],
    [
      edges({ depends_on_id: "a", type: "blocks", dep_type: "related" }),
      "one edge is of type blocks and of type related",
    ],
    [edges({ depends_on_id: "a", issue_id: "bd-7" }), "holds an edge of bd-7"],
    [
      edges({ depends_on_id: "a", type: "parent-child" }, { depends_on_id: "b", type: "parent_child" }),
      "has 2 parents: a, b",
    ],
  ] as const)
    expect((await findingsOn(`${text}\n`))["face edges"]).toBe(
      `warning: Told more than once or in two ways: line 1 (bd-1) ${problem}.`,
    );
});

describe("a _stamp", () => {
  test("that bz could not have written, or of another age, is named", async () => {
    for (const _stamp of ["garbage", 7, "@zzzzzzzzzz #a", "@1 t=-5 #a", ""]) {
      const found = await findingsOn(`${line("bd-1", { _stamp })}\n`);
      expect(found["face stamps"]).toBe(
        "warning: Not to be believed: line 1 (bd-1): its _stamp is none of bz and counts as none.",
      );
    }
    const found = await findingsOn(`${stamped("bd-1", Date.UTC(2090, 0, 1))}\n`);
    expect(found["face stamps"]).toContain(
      "line 1 (bd-1): was last written in the future, at 2090-01-01T00:00:00.000Z: a clock is wrong",
    );
  });

  test("over a line that another tool has changed is worth a note", async () => {
    const intact = stamped("bd-1", Date.UTC(2026, 0, 3));
    expect((await findingsOn(`${intact}\n`))["face stamps"]).toBe("pass: Believable.");
    const edited = intact.replace('"title":"T"', '"title":"U"');
    expect((await findingsOn(`${edited}\n`))["face stamps"]).toStartWith(
      "note: Lines that a tool changed which does not know _stamp: 1.",
    );
  });

  test("of a purged issue is in order", async () => {
    expect((await findingsOn(`${line("bd-1", { _stamp: "!" })}\n`))["face stamps"]).toBe("pass: Believable.");
  });
});

test("with a store, what is wrong with its own lines is told of the store alone", async () => {
  const workspace = await makeWorkspace("check-face");
  addIssue(workspace.open(), "One");
  await workspace.open().sync(tester);
  const names = (await workspace.open().check()).findings.map(({ check, status }) => `${check}: ${status}`);
  expect(names).toContain("face lines: pass");
  expect(names).toContain("face values: pass");
  expect(names.filter((name) => name.startsWith("issues:"))).toEqual(["issues: pass"]);
  rmSync(join(workspace.directory, ".beads/issues.jsonl"));
  const without = (await workspace.open().check()).findings;
  expect(without.filter(({ check }) => check.startsWith("face")).map(({ check }) => check)).toEqual(["face"]);
});

test("a face that is no file fails its own check, and the others run", async () => {
  const directory = temporaryDirectory("check-face");
  mkdirSync(join(directory, ".beads/issues.jsonl"), { recursive: true });
  const report = await openStore({ cwd: directory, env: { HOME: directory } }).check();
  expect(report.findings.find(({ check }) => check === "face lines")?.status).toBe("failure");
  expect(report.findings.map(({ check }) => check)).toContain("git");
});

/** A line whose title was written at a time of its own. */
function stamped(id: string, timeMs: number): string {
  const plain = line(id);
  const stamps = { ...readStamps(plain), items: new Map([["t", timeMs]]) };
  const stamp = formatStamps(stamps, JSON.parse(plain), plain);
  return `${plain.slice(0, -1)},"_stamp":${JSON.stringify(stamp)}}`;
}
