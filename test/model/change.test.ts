import { expect, test } from "bun:test";
import {
  addComment,
  closeIssue,
  deleteIssue,
  editIssue,
  type IssueEdits,
  purgeIssue,
  reopenIssue,
} from "../../model/change";
import { createIssue, type NewIssue } from "../../model/create-issue";
import { emptySource } from "../../model/issue-source";
import type { Operation } from "../../model/operation";
import { recencyIn } from "../../model/recency";
import { State } from "../../model/state";
import { day, dayText } from "./samples";

const nowMs = day + 60_000;
const nowText = new Date(nowMs).toISOString();

/** One issue and what the builders need to know of it. */
class Bench {
  readonly state = new State(emptySource);
  #sequence = 0;

  constructor(input: Partial<NewIssue> = {}) {
    this.apply(createIssue({ title: "T", ...input }, { id: "a", nowMs: day, actor: "me" }));
  }

  apply(operation: Operation | undefined): void {
    if (operation !== undefined) this.state.apply(operation, ++this.#sequence);
  }

  get issue() {
    const issue = this.state.issue("a");
    if (issue === undefined) throw new Error("the issue is gone");
    return issue;
  }

  get context() {
    return { recency: recencyIn(this.state, "a"), nowMs, actor: "you" };
  }

  edit(edits: IssueEdits): Operation | undefined {
    const operation = editIssue(this.issue, edits, this.context);
    this.apply(operation);
    return operation;
  }
}

test("a new issue has what was said, its maker, and one time", () => {
  const bench = new Bench({
    labels: ["b", " a ", "b"],
    edges: [{ depends_on_id: "x", type: "waits_for" }],
    parent: "p",
  });
  expect(bench.issue).toEqual({
    id: "a",
    title: "T",
    status: "open",
    priority: 2,
    issue_type: "task",
    created_at: dayText,
    created_by: "me",
    updated_at: dayText,
    labels: ["a", "b"],
    dependencies: [
      { issue_id: "a", depends_on_id: "p", type: "parent-child", created_at: dayText, created_by: "me" },
      { issue_id: "a", depends_on_id: "x", type: "waits-for", created_at: dayText, created_by: "me" },
    ],
    comments: [],
    parent: "p",
  });
  expect(bench.state.line("a")).toMatch(/,"_stamp":"#[0-9a-z]+"}$/);
});

test.each<[string, Partial<NewIssue>]>([
  ["without a title", { title: " " }],
  ["with 501 characters of title", { title: "x".repeat(501) }],
  ["with a title of two lines", { title: "a\nb" }],
  ["with priority 5", { priority: 5 }],
  ["with half a priority", { priority: 1.5 }],
  ["with a comma in a label", { labels: ["a,b"] }],
  ["with an empty label", { labels: [""] }],
  ["as deleted", { status: "tombstone" }],
  ["with a negative estimate", { estimated_minutes: -1 }],
  ["depending on itself", { edges: [{ depends_on_id: "a", type: "blocks" }] }],
  ["below two parents", { parent: "p", edges: [{ depends_on_id: "q", type: "parent-child" }] }],
])("no issue is created %s", (_, input) => {
  expect(() => new Bench(input)).toThrow(expect.objectContaining({ code: "INVALID" }));
});

test("a title of 500 characters is a title, in any script", () => {
  expect(new Bench({ title: "🚀".repeat(500) }).issue.title.length).toBe(1000);
});

test("edits that are true already are no operation", () => {
  const bench = new Bench({ description: "d", labels: ["x"], parent: "p", metadata: { k: [1] } });
  const edits: IssueEdits[] = [
    {},
    {
      title: " T ",
      description: "d",
      notes: "",
      assignee: null,
      priority: 2,
      issue_type: "task",
      pinned: false,
    },
    { add_labels: ["x"], remove_labels: ["y"] },
    { set_labels: ["x"] },
    { parent: "p" },
    { metadata: { k: [1] } },
    { status: "open" },
    { remove_edges: [{ depends_on_id: "p" }] },
  ];
  for (const each of edits) expect(bench.edit(each)).toBeUndefined();
});

test("edits set, clear and add", () => {
  const bench = new Bench({ description: "d", notes: "one", labels: ["x"] });
  bench.edit({
    description: "",
    append_notes: "two",
    add_labels: ["y"],
    remove_labels: ["x"],
    priority: 0,
    pinned: true,
  });
  expect(bench.issue).toMatchObject({
    notes: "one\ntwo",
    labels: ["y"],
    priority: 0,
    pinned: true,
    updated_at: nowText,
  });
  expect(bench.issue.description).toBeUndefined();
});

test("edges and the parent come and go", () => {
  const bench = new Bench({ parent: "p" });
  bench.edit({
    add_edges: [
      { depends_on_id: "b", type: "blocks" },
      { depends_on_id: "b", type: "related" },
    ],
    parent: "q",
  });
  expect(bench.issue.parent).toBe("q");
  bench.edit({ remove_edges: [{ depends_on_id: "b", type: "blocks" }] });
  expect(bench.issue.dependencies.map((edge) => edge.type)).toEqual(["related", "parent-child"]);
  bench.edit({ remove_edges: [{ depends_on_id: "b" }], parent: "" });
  expect(bench.issue.dependencies).toEqual([]);
  bench.edit({ add_edges: [{ depends_on_id: "r", type: "parent_child" }] });
  expect(bench.issue.parent).toBe("r");
  bench.edit({ remove_edges: [{ depends_on_id: "r", type: "parent-child" }] });
  expect(bench.issue.parent).toBeUndefined();
  expect(() => bench.edit({ parent: "a" })).toThrow(expect.objectContaining({ code: "INVALID" }));
});

test("closing twice with the same data changes nothing, another reason does", () => {
  const bench = new Bench();
  bench.apply(closeIssue(bench.issue, { reason: "done", session: "s" }, bench.context));
  const closed = { status: "closed", closed_at: nowText, close_reason: "done", closed_by_session: "s" };
  expect(bench.issue).toMatchObject(closed);
  expect(closeIssue(bench.issue, { reason: "done" }, bench.context)).toBeUndefined();
  expect(closeIssue(bench.issue, {}, bench.context)).toBeUndefined();
  bench.apply(closeIssue(bench.issue, { reason: "really" }, bench.context));
  expect(bench.issue).toMatchObject({ ...closed, close_reason: "really" });
});

test("reopening clears the close and counts, by command and by status", () => {
  const bench = new Bench();
  for (const [round, reopen] of [
    () => bench.apply(reopenIssue(bench.issue, bench.context)),
    () => bench.edit({ status: "in_progress" }),
  ].entries()) {
    bench.edit({ status: "closed", close_reason: "r" });
    reopen();
    expect([bench.issue.closed_at, bench.issue.close_reason]).toEqual([undefined, undefined]);
    expect(bench.context.recency.reopens).toBe(round + 1);
  }
  expect(bench.issue.started_at).toBeDefined();
  expect(reopenIssue(bench.issue, bench.context)).toBeUndefined();
});

test("a date defers an open issue, and taking it away opens it", () => {
  const bench = new Bench();
  bench.edit({ defer_until: "2026-05-05T00:00:00Z" });
  expect(bench.issue).toMatchObject({ status: "deferred", defer_until: "2026-05-05T00:00:00Z" });
  bench.edit({ defer_until: null });
  expect([bench.issue.status, bench.issue.defer_until]).toEqual(["open", undefined]);
});

test("deferring anew what is back by itself forgets the date that is over, and keeps one to come", () => {
  const bench = new Bench();
  bench.edit({ defer_until: dayText });
  expect(bench.issue).toMatchObject({ status: "deferred", defer_until: dayText });
  expect(bench.edit({ priority: 1 })).not.toHaveProperty("work");
  bench.edit({ status: "deferred" });
  expect([bench.issue.status, bench.issue.defer_until]).toEqual(["deferred", undefined]);
  bench.edit({ defer_until: "2026-05-05T00:00:00Z" });
  expect(bench.edit({ status: "deferred" })).toBeUndefined();
  expect(bench.issue.defer_until).toBe("2026-05-05T00:00:00Z");
});

test("a session does not pass on to the next assignee", () => {
  const bench = new Bench();
  bench.edit({ assignee: "x", claim_session: "s1" });
  bench.edit({ title: "U" });
  expect(bench.issue.claim_session).toBe("s1");
  bench.edit({ assignee: "y" });
  expect([bench.issue.assignee, bench.issue.claim_session]).toEqual(["y", undefined]);
});

test("a deleted issue keeps its text, says who deleted it, and takes no more edits", () => {
  const bench = new Bench({ description: "d", issue_type: "bug" });
  bench.apply(deleteIssue(bench.issue, { reason: "dup" }, bench.context));
  expect(bench.issue).toMatchObject({
    status: "tombstone",
    description: "d",
    deleted_at: nowText,
    deleted_by: "you",
    delete_reason: "dup",
    original_type: "bug",
  });
  expect(deleteIssue(bench.issue, {}, bench.context)).toBeUndefined();
  for (const again of [
    () => bench.edit({ title: "U" }),
    () => reopenIssue(bench.issue, bench.context),
    () => closeIssue(bench.issue, {}, bench.context),
    () => addComment(bench.issue, { text: "x" }, bench.context),
  ]) {
    expect(again).toThrow(expect.objectContaining({ code: "INVALID" }));
  }
});

test("a purged issue keeps nothing", () => {
  const bench = new Bench({ description: "secret" });
  bench.apply(purgeIssue(bench.issue, bench.context));
  expect(bench.state.line("a")).not.toContain("secret");
});

test("the same words at two times are two comments with two ids", () => {
  const bench = new Bench();
  for (let round = 0; round < 2; round++) bench.apply(addComment(bench.issue, { text: "hi" }, bench.context));
  const ids = bench.issue.comments.map((comment) => comment.id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(Number.isSafeInteger(Number(id))).toBe(true);
  expect(() => addComment(bench.issue, { text: " " }, bench.context)).toThrow();
});

test("changes get later and later stamps although the clock stands still", () => {
  const bench = new Bench();
  const stamps: number[] = [];
  for (const title of ["1", "2", "3"]) {
    const operation = bench.edit({ title });
    if (operation?.op === "change") stamps.push(operation.at);
  }
  expect(stamps).toEqual([nowMs, nowMs + 1, nowMs + 2]);
});
