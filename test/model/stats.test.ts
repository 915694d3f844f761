import { describe, expect, test } from "bun:test";
import { emptySource } from "../../model/issue-source";
import type { JsonObject } from "../../model/json";
import { State } from "../../model/state";
import { gatherStats, type StatsSummary } from "../../model/stats";

const nowMs = Date.UTC(2026, 0, 15, 12);
const created = "2026-01-10T00:00:00Z";

function stateOf(issues: Record<string, JsonObject>): State {
  const state = new State(emptySource);
  for (const [id, fields] of Object.entries(issues)) {
    const line = { id, title: "T", status: "open", priority: 2, issue_type: "task", created_at: created };
    state.apply({ op: "put", id, line: JSON.stringify({ ...line, updated_at: created, ...fields }) }, 1);
  }
  return state;
}

function summaryOf(issues: Record<string, JsonObject>): StatsSummary {
  return gatherStats(stateOf(issues), nowMs).summary;
}

const blockedBy = (id: string) => ({ dependencies: [{ depends_on_id: id, type: "blocks" }] });
const childOf = (id: string) => ({ dependencies: [{ depends_on_id: id, type: "parent-child" }] });

test("without issues every number is there, and is nothing", () => {
  expect(summaryOf({})).toEqual({
    total_issues: 0,
    open_issues: 0,
    in_progress_issues: 0,
    closed_issues: 0,
    blocked_issues: 0,
    deferred_issues: 0,
    ready_issues: 0,
    pinned_issues: 0,
    tombstone_issues: 0,
    epics_eligible_for_closure: 0,
    average_lead_time_hours: 0,
  });
});

test("issues count by their status, deleted ones apart", () => {
  const summary = summaryOf({
    a: {},
    b: { status: "in_progress" },
    c: { status: "closed", closed_at: created },
    d: { status: "tombstone", pinned: true },
    e: { status: "deferred" },
    f: { status: "pinned" },
    g: { pinned: true },
    h: { status: "triage" },
  });
  expect(summary).toMatchObject({
    total_issues: 7,
    open_issues: 2,
    in_progress_issues: 1,
    closed_issues: 1,
    deferred_issues: 1,
    pinned_issues: 2,
    tombstone_issues: 1,
    ready_issues: 1,
  });
});

test("blocked and ready are what `ready` says: by edges, by ancestors, by somebody's word", () => {
  const summary = summaryOf({
    blocker: {},
    held: blockedBy("blocker"),
    child: childOf("held"),
    said: { status: "blocked" },
    free: blockedBy("gone"),
    begun: { ...blockedBy("blocker"), status: "in_progress" },
  });
  expect(summary).toMatchObject({ blocked_issues: 3, ready_issues: 2, open_issues: 4 });
});

test("a deferred issue whose time has come counts as open", () => {
  const summary = summaryOf({
    past: { status: "deferred", defer_until: "2026-01-15T11:00:00Z" },
    future: { status: "deferred", defer_until: "2026-01-15T13:00:00Z" },
  });
  expect(summary).toMatchObject({ open_issues: 1, ready_issues: 1, deferred_issues: 1 });
});

test("an epic can be closed when it has children, and all of them are", () => {
  const done = { status: "closed", closed_at: created };
  const summary = summaryOf({
    finished: { issue_type: "epic" },
    "finished.1": { ...childOf("finished"), ...done },
    "finished.2": { ...childOf("finished"), status: "tombstone" },
    half: { issue_type: "epic" },
    "half.1": { ...childOf("half"), ...done },
    "half.2": childOf("half"),
    empty: { issue_type: "epic" },
    closed: { issue_type: "epic", ...done },
    "closed.1": { ...childOf("closed"), ...done },
    task: {},
    "task.1": { ...childOf("task"), ...done },
  });
  expect(summary.epics_eligible_for_closure).toBe(1);
});

describe("the lead time", () => {
  test("is the mean from creation to closing, to a hundredth of an hour", () => {
    const summary = summaryOf({
      a: { status: "closed", closed_at: "2026-01-10T02:00:00Z" },
      b: { status: "closed", closed_at: "2026-01-10T03:00:00Z" },
      c: { status: "closed", closed_at: "2026-01-10T03:01:00Z" },
      open: { closed_at: "2026-01-14T00:00:00Z" },
    });
    expect(summary.average_lead_time_hours).toBe(2.67);
  });

  test("is told by no issue whose times make no sense", () => {
    const summary = summaryOf({
      good: { status: "closed", closed_at: "2026-01-10T01:00:00Z" },
      backwards: { status: "closed", closed_at: "2026-01-09T00:00:00Z" },
      never: { status: "closed" },
      unborn: { status: "closed", created_at: "once", closed_at: "2026-01-11T00:00:00Z" },
    });
    expect(summary.average_lead_time_hours).toBe(1);
  });
});

test("breakdowns have the largest first, priorities in order, and leave deleted issues out", () => {
  const { breakdowns } = gatherStats(
    stateOf({
      a: { priority: 4, labels: ["x", "y"], assignee: "ann" },
      b: { priority: 4, labels: ["y"], issue_type: "bug" },
      c: { priority: 0, status: "closed", assignee: "__proto__" },
      d: { status: "tombstone", labels: ["x"], priority: 1 },
    }),
    nowMs,
  );
  expect(breakdowns).toEqual([
    {
      dimension: "status",
      counts: [
        { key: "open", count: 2 },
        { key: "closed", count: 1 },
      ],
    },
    {
      dimension: "type",
      counts: [
        { key: "task", count: 2 },
        { key: "bug", count: 1 },
      ],
    },
    {
      dimension: "priority",
      counts: [
        { key: "0", count: 1 },
        { key: "4", count: 2 },
      ],
    },
    {
      dimension: "assignee",
      counts: [
        { key: "(unassigned)", count: 1 },
        { key: "__proto__", count: 1 },
        { key: "ann", count: 1 },
      ],
    },
    {
      dimension: "label",
      counts: [
        { key: "y", count: 2 },
        { key: "x", count: 1 },
      ],
    },
  ]);
});
