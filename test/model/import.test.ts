import { expect, test } from "bun:test";
import { type ImportOptions, planImport } from "../../model/import";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const options: ImportOptions = { prefix: "bd", random, nowMs: 1_000, actor: "ann" };

function importInto(state: State, text: string, more: Partial<ImportOptions> = {}) {
  const plan = planImport(state, text, { ...options, ...more });
  for (const operation of [...plan.operations, ...(plan.memories?.operations ?? [])])
    state.apply(operation, 1);
  return plan;
}

test("unknown issues come in as the bytes they are, without BOM, line ends and blank lines", () => {
  const state = new State(emptySource);
  const line = '{ "id":"x-1", "title":"\\u0041","n":1.0 }';
  const plan = importInto(state, `\uFEFF${line}\r\n\n${plainLine("x-2")}`);
  expect(plan.added).toBe(2);
  expect(state.line("x-1")).toBe(line);
});

test("importing again changes nothing and says why", () => {
  const state = new State(emptySource);
  const text = `${plainLine("x-1")}\n${plainLine("x-2")}\n${plainLine("x-1")}\n{"_type":"memory","key":"k"}\n`;
  expect(importInto(state, text).skipped.map((each) => [each.line, each.reason])).toEqual([
    [3, "repeated"],
    [4, 'not an issue ("memory")'],
  ]);
  const again = importInto(state, text.replace(/T/, "U"));
  expect(again.operations).toEqual([]);
  expect(again.skipped.slice(0, 2)).toEqual([
    { line: 1, id: "x-1", reason: "known" },
    { line: 2, id: "x-2", reason: "unchanged" },
  ]);
});

test("a line without an id is known by its reference, then by its content, else it gets an id", () => {
  const state = new State(emptySource);
  importInto(
    state,
    `${plainLine("x-1", ',"external_ref":"gh-1"')}\n${plainLine("x-2").replace('"T"', '"same"')}`,
  );
  const nameless =
    '{"title":"other","external_ref":"gh-1"}\n{"id":null,"title":"same"}\n{"title":"new"}\n{"title":"new"}';
  const plan = importInto(state, nameless);
  expect(plan.skipped.map((each) => each.id)).toEqual(["x-1", "x-2", plan.operations[0]?.id]);
  expect(plan.operations[0]?.id).toMatch(/^bd-[0-9a-z]{4,}$/);
  expect(parseIssue(plan.operations[0]?.line ?? "").title).toBe("new");
});

test("issues with equal content and different ids are different issues", () => {
  expect(importInto(new State(emptySource), `${plainLine("x-1")}\n${plainLine("x-2")}`).added).toBe(2);
});

test("one line that cannot be read refuses the whole, naming it", () => {
  const text = `${plainLine("x-1")}\ngarbage\n{"id":7}\n`;
  expect(() => planImport(new State(emptySource), text, options)).toThrow(
    expect.objectContaining({
      code: "INVALID",
      message: expect.stringMatching(/^line 2: .*; line 3: /),
    }),
  );
});

test.each(["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])(
  "%p is a conflict marker",
  (marker) => {
    const text = `${plainLine("x-1")}\n${marker}\n`;
    expect(() => planImport(new State(emptySource), text, options)).toThrow(
      expect.objectContaining({ code: "CONFLICT_MARKERS", context: { line: 2 } }),
    );
  },
);

test("renaming takes the edges and comments along and leaves texts alone", () => {
  const state = new State(emptySource);
  const lines = [
    plainLine(
      "my-app-1",
      ',"notes":"see my-app-2","dependencies":[{"issue_id":"my-app-1","depends_on_id":"my-app-2","type":"blocks","x":1.0},{"depends_on_id":"else-9"}],"comments":[{"id":1,"issue_id":"my-app-1","text":"t"}]',
    ),
    plainLine("my-app-2"),
    plainLine("bd-3"),
  ];
  importInto(state, lines.join("\n"), { renamePrefix: true });
  expect([...state.ids()]).toEqual(["bd-1", "bd-2", "bd-3"]);
  expect(state.line("bd-1")).toBe(
    plainLine(
      "bd-1",
      ',"notes":"see my-app-2","dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks","x":1.0},{"depends_on_id":"else-9"}],"comments":[{"id":1,"issue_id":"bd-1","text":"t"}]',
    ),
  );
  expect(importInto(state, lines.join("\n"), { renamePrefix: true }).added).toBe(0);
});

test("a line without an id is merged into the issue that it speaks of, when it is later", () => {
  const state = new State(emptySource);
  importInto(state, plainLine("x-1", ',"external_ref":"gh-1"'));
  const later =
    '{"title":"Later","external_ref":"gh-1","created_at":"2026-01-01T00:00:00Z","updated_at":"2027-01-01T00:00:00Z"}';
  expect(importInto(state, later).skipped).toEqual([
    { line: 1, id: "x-1", reason: "known by its external_ref" },
  ]);
  expect(importInto(state, later, { merge: true })).toMatchObject({ added: 0, updated: 1, skipped: [] });
  expect(state.issue("x-1")?.title).toBe("Later");
  expect(importInto(state, later, { merge: true })).toMatchObject({ added: 0, updated: 0 });
});

test("what was renamed is known again, also where its old name was taken", () => {
  const state = new State(emptySource);
  importInto(state, `${plainLine("bd-1")}\n${plainLine("bd-2")}`);
  const file = ["x-1", "y-1", "x-1.a", "x-1.a.b", "y-2"]
    .map((id) => plainLine(id).replace("2026-01-02T", "2020-01-02T"))
    .join("\n");
  const first = importInto(state, file, { renamePrefix: true });
  expect(first.added).toBe(5);
  const [x1 = "", , child = "", grandchild = ""] = first.operations.map((operation) => operation.id);
  expect([child, grandchild]).toEqual([`${x1}.a`, `${x1}.a.b`]);
  expect(importInto(state, file, { renamePrefix: true })).toMatchObject({ added: 0, updated: 0 });
  expect(importInto(state, file, { renamePrefix: true, merge: true })).toMatchObject({
    added: 0,
    updated: 0,
  });
  expect(state.count).toBe(7);
});

test("a renamed id that another issue has becomes a new one", () => {
  const state = new State(emptySource);
  importInto(state, plainLine("bd-1"));
  const other = plainLine("x-1").replace("2026-01-02T", "2020-01-02T");
  const plan = importInto(
    state,
    `${other}\n${plainLine("y-2", ',"dependencies":[{"depends_on_id":"x-1"}]')}`,
    { renamePrefix: true },
  );
  const [first, second] = plan.operations;
  expect(first?.id).toMatch(/^bd-[0-9a-z]{4,}$/);
  expect(second?.line).toContain(`"depends_on_id":"${first?.id}"`);
});

const memory = (key: string, value: string, more = "") =>
  `{"_type":"memory","key":${JSON.stringify(key)},"value":${JSON.stringify(value)}${more}}`;
const at = (time: string) => `,"updated_at":"${time}","updated_by":"bob"`;

test("memories come in as they are, and without time and author as set now by whoever imports", () => {
  const state = new State(emptySource);
  const text = [
    memory("a", "of bd"),
    memory("b", "of bz", at("2026-01-02T03:04:05.678Z")),
    memory("a", "more"),
  ];
  const plan = importInto(state, text.join("\n"));
  expect(plan.memories).toMatchObject({ added: 2, updated: 0 });
  expect(plan.skipped).toEqual([{ line: 3, key: "a", reason: "repeated" }]);
  expect(state.records()).toEqual([
    { type: "memory", key: "a", value: "of bd", at: 1_000, by: "ann" },
    { type: "memory", key: "b", value: "of bz", at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), by: "bob" },
  ]);
  expect(importInto(state, plainLine("x-1")).memories).toBeUndefined();
});

test("known memories are left, with merge the later text wins, and one without a time", () => {
  const state = new State(emptySource);
  importInto(state, memory("a", "mine", at("2026-01-02T00:00:00Z")));
  const value = () => state.record("memory", "a")?.value;
  expect(importInto(state, memory("a", "theirs")).skipped).toEqual([{ line: 1, key: "a", reason: "known" }]);
  expect(importInto(state, memory("a", "mine")).skipped).toEqual([
    { line: 1, key: "a", reason: "unchanged" },
  ]);
  const older = importInto(state, memory("a", "old", at("2026-01-01T00:00:00Z")), { merge: true });
  expect([older.skipped[0]?.reason, value()]).toEqual(["brings nothing new", "mine"]);
  importInto(state, memory("a", "new", at("2026-01-03T00:00:00Z")), { merge: true });
  expect(value()).toBe("new");
  expect(importInto(state, memory("a", "of bd"), { merge: true }).memories).toMatchObject({ updated: 1 });
  expect(value()).toBe("of bd");
});

test("a memory that no key or text of ours could be refuses the whole, naming its line", () => {
  for (const wrong of [memory("a\nb", "x"), memory("x".repeat(201), "x"), memory("a", "x".repeat(65_537))])
    expect(() => planImport(new State(emptySource), `${plainLine("x-1")}\n${wrong}`, options)).toThrow(
      "line 2: ",
    );
});
