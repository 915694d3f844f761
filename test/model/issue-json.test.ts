import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { createIssue } from "../../model/create-issue";
import { BzError } from "../../model/errors";
import { parseIssue, parseRecord, purgedLine } from "../../model/issue-json";
import { kindOfLine } from "../../model/line-kind";
import { readStamps } from "../../model/line-stamps";
import { anyJson, day, dayText, plainLine } from "./samples";

test("a line of the Zig tracker reads like any other", () => {
  const issue = parseIssue(
    `{"id":"a-1","title":"T","description":null,"status":"open","priority":0,"issue_type":"bug","created_at":1767323045,"updated_at":1767323045678,"pinned":false,"ephemeral":false,"labels":[],"dependencies":[{"issue_id":"a-1","depends_on_id":"a-2","dep_type":"conditional_blocks","created_at":1767323045678000,"created_by":null,"metadata":null,"thread_id":null}],"comments":[{"id":7,"issue_id":"a-1","author":"x","body":"hello","created_at":1767323045678000000}]}`,
  );
  expect(issue).toEqual({
    id: "a-1",
    title: "T",
    status: "open",
    priority: 0,
    issue_type: "bug",
    created_at: "2026-01-02T03:04:05.000Z",
    updated_at: dayText,
    labels: [],
    dependencies: [
      { issue_id: "a-1", depends_on_id: "a-2", type: "conditional-blocks", created_at: dayText },
    ],
    comments: [{ id: "7", issue_id: "a-1", author: "x", text: "hello", created_at: dayText }],
  });
});

test("64 levels are bearable and no more, whichever brackets they are and whatever a text has of them", () => {
  const nested = (levels: number, [open, close]: string[]): string =>
    `{"text":"${"[{".repeat(500)}","deep":${open?.repeat(levels - 1)}1${close?.repeat(levels - 1)}}`;
  for (const brackets of [
    ["[", "]"],
    ['{"a":', "}"],
  ]) {
    expect(() => parseRecord(nested(64, brackets))).not.toThrow();
    expect(() => parseRecord(nested(65, brackets))).toThrow("deeper than 64 levels");
  }
});

test("a text of brackets is not taken apart at each of them", () => {
  const split = spyOn(String.prototype, "split");
  try {
    parseRecord(`{"text":"${"{[".repeat(10_000)}"}`);
    const pieces = split.mock.results.map(({ value }) => (Array.isArray(value) ? value.length : 0));
    expect(Math.max(0, ...pieces)).toBeLessThan(1000);
  } finally {
    split.mockRestore();
  }
});

test("aliases are read, empty values are absent, labels are sorted", () => {
  const more = `,"wisp":true,"due_date":"2026-02-02T00:00:00Z","notes":"","assignee":null,"labels":["b","a","b",null],"dependencies":[{"target_id":"q","type":"Parent_Child"},{"depends_on":"p","type":"parent-child"}]`;
  const issue = parseIssue(plainLine("a-1", more));
  expect(issue.ephemeral).toBe(true);
  expect(issue.due_at).toBe("2026-02-02T00:00:00Z");
  expect("notes" in issue || "assignee" in issue).toBe(false);
  expect(issue.labels).toEqual(["a", "b"]);
  expect(issue.parent).toBe("p");
});

test("a missing time comes from the other one, else it is the epoch", () => {
  expect(parseIssue(`{"id":"a","updated_at":"${dayText}"}`).created_at).toBe(dayText);
  expect(parseIssue(`{"id":"a","created_at":"${dayText}"}`).updated_at).toBe(dayText);
  expect(parseIssue('{"id":"a"}')).toMatchObject({
    title: "(untitled)",
    created_at: "1970-01-01T00:00:00.000Z",
  });
});

test("the text of a stored time stays as it is", () => {
  const text = "2026-01-02T03:04:05.678901234+01:00";
  expect(parseIssue(plainLine("a", `,"closed_at":"${text}"`)).closed_at).toBe(text);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '"a"',
  "{}",
  '{"id":1}',
  '{"id":""}',
  '{"id":"a b"}',
  '{"id":"\\ud800"}',
  '{"id":"a","title":1}',
  '{"id":"a","status":{}}',
  '{"id":"a","labels":"x"}',
  '{"id":"a","dependencies":[{"type":"blocks"}]}',
  '{"id":"a","comments":["x"]}',
  '{"id":"a","created_at":1e300}',
  `{"id":"a","x":${"[".repeat(64)}${"]".repeat(64)}}`,
  `{"id":"a","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
])("%.40p is unreadable", (line) => {
  expect(() => parseIssue(line)).toThrow(expect.objectContaining({ code: "INVALID" }));
  expect(kindOfLine(line)).toBe("unreadable");
});

test("lines of other kinds are told apart from issues", () => {
  expect(kindOfLine(plainLine("a"))).toBe("issue");
  expect(kindOfLine(plainLine("a", ',"_type":"issue"'))).toBe("issue");
  expect(kindOfLine('{"_type":"memory","key":"k","value":"v"}')).toBe("foreign");
  expect(kindOfLine('{"_schema":"beads-jsonl/1"}')).toBe("foreign");
});

test("no input makes the reader throw anything but INVALID", () => {
  const keys = [
    "id",
    "title",
    "status",
    "priority",
    "created_at",
    "labels",
    "dependencies",
    "comments",
    "metadata",
  ];
  const record = fc.dictionary(fc.constantFrom(...keys), anyJson).map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.oneof(record, fc.string()), (line) => {
      try {
        expect(parseIssue(line).id).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(BzError);
      }
    }),
  );
});

test("a key called __proto__ gives an issue nothing", () => {
  const issue = parseIssue('{"id":"a","__proto__":{"assignee":"eve","pinned":true}}');
  expect([issue.assignee, issue.pinned]).toEqual([undefined, undefined]);
});

test("a new line holds its keys in order, empty ones left out, and reads as what was said", () => {
  const input = {
    labels: ["x"],
    metadata: { b: 1 },
    notes: "",
    pinned: false,
    ephemeral: true,
    external_ref: "R",
    due_at: dayText,
    estimated_minutes: 0,
    owner: "o",
    description: "D",
    status: "closed",
    title: " T ",
    priority: 0,
    edges: [{ type: "blocks", depends_on_id: "a-2" }],
  };
  const { line } = createIssue(input, { id: "a-1", nowMs: day, actor: "me" });
  const stamp = line.lastIndexOf(',"_stamp":');
  expect(`${line.slice(0, stamp)}}`).toBe(
    `{"id":"a-1","title":"T","description":"D","status":"closed","priority":0,"issue_type":"task","owner":"o","estimated_minutes":0,"created_at":"${dayText}","created_by":"me","updated_at":"${dayText}","closed_at":"${dayText}","due_at":"${dayText}","external_ref":"R","ephemeral":true,"metadata":{"b":1},"labels":["x"],"dependencies":[{"issue_id":"a-1","depends_on_id":"a-2","type":"blocks","created_at":"${dayText}","created_by":"me"}]}`,
  );
  const { notes: _, pinned: __, edges: ___, ...shown } = input;
  expect(parseIssue(line)).toMatchObject({ ...shown, title: "T", created_by: "me" });
});

test("a purged issue keeps nothing but its id and says that it beats all else", () => {
  const line = purgedLine("a-1", day);
  expect(parseIssue(line)).toMatchObject({ id: "a-1", title: "(purged)", status: "tombstone" });
  expect(readStamps(line).isPurged).toBe(true);
});
