import { describe, expect, test } from "bun:test";
import type { Issue } from "../../model/issue";
import { formatEvents } from "../../output/event-list";
import { formatIssueDetail } from "../../output/issue-detail";
import { formatIssueList } from "../../output/issue-list";
import { blankScreen } from "../../output/style";

const nowMs = Date.UTC(2026, 0, 15);

const issue: Issue = {
  id: "bd-x1y2",
  title: "Fix the \u001bpage",
  status: "deferred",
  defer_until: "2026-01-01T00:00:00.000Z",
  priority: 1,
  issue_type: "bug",
  assignee: "ann",
  created_at: "2026-01-01T00:00:00.000Z",
  created_by: "bob",
  updated_at: "2026-01-02T00:00:00.000Z",
  description: "First line\n\nThird \u202eline",
  estimated_minutes: 90,
  labels: ["a", "b"],
  dependencies: [],
  comments: [
    {
      id: "1",
      issue_id: "bd-x1y2",
      author: "eve",
      text: "Two\nlines",
      created_at: "2026-01-03T00:00:00.000Z",
    },
  ],
};

describe("issues in a pipe", () => {
  test("are one plain line each, never cut, and open again when their time has come", () => {
    const long = { ...issue, title: "x".repeat(300) };
    const lines = formatIssueList([issue, long], nowMs, blankScreen).split("\n");
    expect(lines[0]).toBe("bd-x1y2  P1  open  bug  Fix the \\x1bpage  @ann");
    expect(lines[1]).toContain("x".repeat(300));
  });
});

describe("an issue in full", () => {
  test("shows what it has, leaves out what it has not, and escapes what it holds", () => {
    const link = { id: "bd-gone", type: "blocks", issue: undefined };
    const detail = {
      issue,
      line: () => "{}",
      version: 7,
      dependsOn: [link],
      dependents: [{ id: issue.id, type: "related", issue }],
    };
    expect(formatIssueDetail(detail, nowMs, blankScreen)).toBe(`bd-x1y2  Fix the \\x1bpage
Status: open
Priority: P1 high
Type: bug
Assignee: ann
Labels: a, b
Deferred until: 2026-01-01T00:00:00.000Z
Estimate: 1h30m
Created: 2026-01-01T00:00:00.000Z by bob
Updated: 2026-01-02T00:00:00.000Z
Version: 7

Description
  First line

  Third \\u{202e}line

Depends on (1)
  blocks  bd-gone  (unknown issue)

Dependents (1)
  related  bd-x1y2  open  Fix the \\x1bpage

Comments (1)
  eve, 2026-01-03T00:00:00.000Z  #1:
    Two
    lines
`);
  });
});

describe("events", () => {
  test("are one line each, with what they set in brief", () => {
    const event = {
      sequence: 3,
      time: "2026-01-01T00:00:00.000Z",
      actor: "ann",
      session: "s1",
      action: "updated",
      changes: { priority: 1, notes: `a\n${"x".repeat(100)}`, labels: { hot: true } },
    };
    expect(formatEvents([event], nowMs, blankScreen)).toBe(
      `#3  2026-01-01T00:00:00.000Z  ann (s1)  updated  priority=1  notes=a\\n${"x".repeat(56)}…  labels={"hot":true}\n`,
    );
  });
});
