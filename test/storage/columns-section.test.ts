import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Issue } from "../../model/issue";
import { factTimes, type IssueFacts, instantMsOf, timeMsOf } from "../../model/issue-facts";
import { compareIds } from "../../model/issue-id";
import { State } from "../../model/state";
import { mergedLines } from "../../storage/merged-lines";
import type { Snapshot } from "../../storage/snapshot";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";

const timeoutMs = 30_000;
const ids = ["a", "b-1", "b-2", "bé", "c.1", "d"];
const anyTime = fc.constantFrom(
  "2026-01-02T03:04:05.678Z",
  "2026-01-02T03:04:05Z",
  "2026-01-02T03:04:05.123456+02:00",
  "2026-03-31",
  "2026-02-30",
  "9999-12-31T00:00:00.000Z",
  "1960-01-01T00:00:00.000Z",
  "never",
  1_764_000_000,
  "",
);
const anyEdge = fc.record({
  depends_on_id: fc.constantFrom(...ids, "gone"),
  type: fc.constantFrom("blocks", "parent-child", "related", "Own_Type"),
});
const anyIssue = fc.record(
  {
    title: fc.constantFrom("T", 'Ü \\ " \u2028'),
    status: fc.constantFrom("open", "closed", "In-Progress", "deferred", "tombstone", "whatever"),
    priority: fc.constantFrom(-1, 0, 2, 4, 7, 1.4),
    issue_type: fc.constantFrom("task", "epic", "odd"),
    assignee: fc.constantFrom("ann", "", "bé"),
    owner: fc.constantFrom("ann", "ben"),
    description: fc.string(),
    created_at: anyTime,
    updated_at: anyTime,
    closed_at: anyTime,
    due_at: anyTime,
    defer_until: anyTime,
    started_at: anyTime,
    pinned: fc.boolean(),
    ephemeral: fc.boolean(),
    labels: fc.array(fc.constantFrom("ui", "db", 'a"b', "")),
    dependencies: fc.array(anyEdge, { maxLength: 3 }),
    metadata: fc.constantFrom({ a: 1 }, null),
    foreign: fc.constantFrom({ deep: [1] }, "x"),
  },
  { requiredKeys: ["title", "status", "created_at"] },
);
const anyLine = fc.tuple(anyIssue, fc.nat(20)).map(([issue, spelling]) => ({ issue, spelling }));
const anyLines = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), anyLine), { selector: ([id]) => id });

describe("the facts of issues", () => {
  test(
    "are what their parsed lines say, also of lines that were copied from a snapshot before and of those that the log touched",
    () => {
      fc.assert(
        fc.property(anyLines, anyLines, (lines, changes) => {
          const first = written(lines.map(([id, each]) => [id, lineOf(id, each)]));
          expectSame(new State(first), first);
          const state = new State(first);
          for (const [id, each] of changes) state.apply({ op: "put", id, line: lineOf(id, each) }, 9);
          expectSame(state, first);
          const second = writtenSnapshot([...mergedLines({ snapshot: first, state })]).snapshot;
          expectSame(new State(second), second);
        }),
        { numRuns: 300 },
      );
    },
    timeoutMs,
  );

  test("are read without reading a line, and a text of one costs its line", () => {
    const { snapshot, process } = writtenSnapshot(
      ids.toSorted(compareIds).map((id) => snapshotLine(id, plain(id))),
    );
    const state = new State(snapshot);
    const [first] = [...state.allFacts()];
    const before = process.calls.length;
    expect([...state.allFacts()].map((facts) => [facts.status, facts.created_at, facts.labels])).toHaveLength(
      6,
    );
    expect(process.calls.length).toBe(before);
    expect(first?.title).toBe("T");
    expect(process.calls.length).toBe(before + 1);
  });

  test("of a line that is no issue fail as the line does", () => {
    const { snapshot } = writtenSnapshot([snapshotLine("a", plain("a")), snapshotLine("b", "{}x")]);
    expect(() => [...new State(snapshot).issues()]).toThrow();
    expect(() => [...new State(snapshot).allFacts()]).toThrow();
    expect(new State(snapshot).issue("a")?.title).toBe("T");
    const second = writtenSnapshot([...mergedLines({ snapshot, state: new State(snapshot) })]).snapshot;
    expect(() => [...new State(second).allFacts()]).toThrow();
  });
});

const keys = [
  "id",
  "title",
  "status",
  "priority",
  "issue_type",
  "assignee",
  "owner",
  "description",
  "started_at",
  "pinned",
  "ephemeral",
  "labels",
  "metadata",
  "parent",
  "comments",
  ...factTimes,
] as const satisfies (keyof Issue)[];

function expectSame(state: State, snapshot: Snapshot): void {
  const parsed = [...new State(snapshot).issues()].filter(({ id }) => !state.isTouched(id));
  const own = [...state.changedIds()].map((id) => state.issue(id)).filter((issue) => issue !== undefined);
  const all = [...parsed, ...own].sort((left, right) => compareIds(left.id, right.id));
  expect([...state.allFacts()].map(said)).toEqual(all.map(said));
  for (const issue of all) {
    const facts = state.facts(issue.id);
    if (facts === undefined) throw new Error(`${issue.id} has no facts`);
    expect(said(facts)).toEqual(said(issue));
  }
}

function said(issue: IssueFacts): unknown {
  return [
    keys.map((key) => issue[key]),
    issue.dependencies.map(({ depends_on_id, type }) => [depends_on_id, type]),
    factTimes.map((time) => [instantMsOf(issue, time), timeMsOf(issue, time)]),
  ];
}

function written(lines: readonly (readonly [string, string])[]): Snapshot {
  const sorted = lines.toSorted(([left], [right]) => compareIds(left, right));
  return writtenSnapshot(sorted.map(([id, line]) => snapshotLine(id, line))).snapshot;
}

function lineOf(id: string, { issue, spelling }: { issue: object; spelling: number }): string {
  const line = JSON.stringify({ id, ...issue });
  return spelling === 0 ? line.replaceAll("b-1", "\\u0062-1") : line;
}

function plain(id: string): string {
  return JSON.stringify({
    id,
    title: "T",
    status: "open",
    created_at: "2026-01-02T03:04:05.678Z",
    labels: ["ui"],
  });
}
