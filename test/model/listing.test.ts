import { expect, test } from "bun:test";
import { parseDependencyType } from "../../model/dependency";
import { BzError } from "../../model/errors";
import { issueDetail } from "../../model/issue-detail";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { parseIssueType } from "../../model/issue-type";
import { parsePriority } from "../../model/priority";
import { type IssueQuery, selectIssues } from "../../model/query";
import { countEdges, countEdgesOf, issueRow } from "../../model/row";
import { nearestSpellings } from "../../model/spelling";
import { State } from "../../model/state";
import { isDeferred, parseStatus, shownStatus } from "../../model/status";
import { day, dayText, plainLine } from "./samples";

function stateOf(lines: Record<string, string>): State {
  const state = new State(emptySource);
  for (const [id, line] of Object.entries(lines)) state.apply({ op: "put", id, line }, 3);
  return state;
}

const state = stateOf({
  a: plainLine("a", ',"labels":["x","y"]').replace('"priority":2', '"priority":3'),
  b: plainLine("b", ',"labels":["x"],"assignee":"me"').replace(dayText, "2025-01-01T00:00:00Z"),
  c: plainLine(
    "c",
    ',"dependencies":[{"depends_on_id":"a","type":"blocks"},{"depends_on_id":"e","type":"parent-child"}]',
  ).replace('"open"', '"closed"'),
  d: plainLine("d", ',"dependencies":[{"depends_on_id":"a","type":"blocks"}]').replace(
    '"open"',
    '"tombstone"',
  ),
  e: plainLine("e", ',"dependencies":[{"depends_on_id":"gone","type":"blocks"}]').replace('"task"', '"epic"'),
  f: plainLine("f", ',"defer_until":"2026-02-01T00:00:00Z"').replace('"open"', '"deferred"'),
});
const idsOf = (query: Partial<IssueQuery>) =>
  selectIssues(state, { nowMs: day, ...query }).issues.map((issue) => issue.id);

test("a list shows live issues by priority, then age, then id", () => {
  expect(idsOf({})).toEqual(["b", "e", "f", "a"]);
  expect(idsOf({ reverse: true })).toEqual(["a", "f", "e", "b"]);
  expect(idsOf({ sort: "id" })).toEqual(["a", "b", "e", "f"]);
});

test("filters narrow a list, empty ones do not", () => {
  expect(idsOf({ all: true })).toEqual(["b", "c", "e", "f", "a"]);
  expect(idsOf({ status: ["tombstone", "closed"] })).toEqual(["c", "d"]);
  expect(idsOf({ type: ["epic"], status: [], priority: [] })).toEqual(["e"]);
  expect(idsOf({ priority: [3] })).toEqual(["a"]);
  expect(idsOf({ assignee: "me" })).toEqual(["b"]);
  expect(idsOf({ labels: ["x", "y"] })).toEqual(["a"]);
});

test("a page says how many there are in all", () => {
  const { issues, total } = selectIssues(state, { limit: 2, offset: 1, nowMs: day });
  expect([issues.map((issue) => issue.id), total]).toEqual([["e", "f"], 4]);
  expect(selectIssues(state, { limit: 0, nowMs: day }).issues.length).toBe(4);
});

test("a deferred issue is open once its time has come", () => {
  expect(idsOf({ status: ["open"], nowMs: day })).toEqual(["b", "e", "a"]);
  const later = Date.UTC(2026, 1, 1);
  expect(idsOf({ status: ["open"], nowMs: later })).toEqual(["b", "e", "f", "a"]);
  expect(issueRow(state, "f", new Map(), { nowMs: later })?.status).toBe("open");
});

test("a plain day is a time, too; what cannot be read is in no range", () => {
  const due = (text: string) => stateOf({ a: plainLine("a", `,"due_at":"${text}"`) });
  const overdue = (text: string) => selectIssues(due(text), { overdue: true, nowMs: day }).total;
  expect(["2026-01-02", "2026-01-03", "2025-13-01", "soon"].map(overdue)).toEqual([1, 0, 0, 0]);
});

test("a row counts its edges without parents, and its dependents without deleted ones", () => {
  const counts = countEdges(state);
  expect(issueRow(state, "a", counts)).toEqual({
    id: "a",
    title: "T",
    status: "open",
    priority: 3,
    issue_type: "task",
    created_at: dayText,
    updated_at: dayText,
    labels: ["x", "y"],
    dependencies: [],
    dependency_count: 0,
    dependent_count: 1,
    comment_count: 0,
    version: 3,
  });
  expect(issueRow(state, "c", counts)).toMatchObject({ parent: "e", dependency_count: 1 });
  expect(issueRow(state, "c", counts, { withDependencies: false })).not.toHaveProperty("dependencies");
  expect(issueRow(state, "nobody", counts)).toBeUndefined();
  for (const id of state.ids()) expect(countEdgesOf(state, [id]).get(id)).toBe(counts.get(id) ?? 0);
});

test("a detail embeds both ends of its edges and says how far an epic is", () => {
  const detail = issueDetail(state, "e", countEdges(state));
  expect(detail).toMatchObject({
    dependencies: [{ id: "gone", dependency_type: "blocks", missing: true }],
    dependents: [{ id: "c", title: "T", dependency_type: "parent-child" }],
    total_children: 1,
    closed_children: 1,
    eligible_for_close: true,
  });
});

test("words that users write are read in their usual spellings", () => {
  expect(["0", "P1", "p2", "Low", "backlog"].map(parsePriority)).toEqual([0, 1, 2, 3, 4]);
  expect(["In-Progress", "open", "DEFERRED"].map((text) => parseStatus(text))).toEqual([
    "in_progress",
    "open",
    "deferred",
  ]);
  expect(parseStatus("Triage", () => ["triage"])).toBe("triage");
  expect(["Bug", "feat"].map((text) => parseIssueType(text))).toEqual(["bug", "feature"]);
  expect(parseDependencyType("Waits_For")).toBe("waits-for");
});

test.each([
  () => parsePriority("5"),
  () => parsePriority(""),
  () => parsePriority("-1"),
  () => parseStatus("xyzzy"),
  () => parseIssueType("xyzzy"),
  () => parseDependencyType("xyzzy"),
])("a wrong word is refused with the right ones: %p", (read) => {
  expect(read).toThrow(expect.objectContaining({ code: "INVALID", hint: expect.stringMatching(/^use /) }));
});

test.each([
  [() => parseStatus("opne"), "open"],
  [() => parseStatus("In-Progres"), "in_progress"],
  [() => parseIssueType("bgu"), "bug"],
  [() => parseDependencyType("Wait_For"), "waits-for"],
])("a slip of typing is refused with the word that was meant: %p", (read, meant) => {
  expect(read).toThrow(expect.objectContaining({ hint: expect.stringContaining(`did you mean ${meant}?`) }));
});

test("a status or type that issues have already is named once among the right ones", () => {
  const hint = (read: () => unknown): string => {
    try {
      return String(read());
    } catch (error) {
      return error instanceof BzError ? (error.hint ?? "") : "";
    }
  };
  const used = ["open", "triage", "triage"];
  expect(hint(() => parseStatus("xyzzy", () => used))).toMatch(/^use one of open, .*, triage \(/);
  expect(hint(() => parseStatus("xyzzy", () => used)).match(/triage|\bopen\b/g)).toEqual(["open", "triage"]);
  expect(hint(() => parseIssueType("xyzzy", ["task", "own"])).match(/task|own/g)).toEqual(["task", "own"]);
});

test.each([
  ["2026-01-03", "deferred"],
  ["2026-01-02", "open"],
  ["2026-01-03T00:00:00", "deferred"],
  ["9999-12-31T23:59:59Z", "deferred"],
  ["someday", "deferred"],
])("what is deferred until %p is shown as %p that day", (until, status) => {
  const issue = parseIssue(plainLine("a", `,"defer_until":"${until}"`).replace('"open"', '"deferred"'));
  expect([shownStatus(issue, day), isDeferred(issue, day)]).toEqual([status, status === "deferred"]);
});

test("the nearest spelling comes first, far ones not at all", () => {
  expect(nearestSpellings("opne", ["open", "pinned", "closed"])).toEqual(["open"]);
  expect(nearestSpellings("xyz", ["open"])).toEqual([]);
});
