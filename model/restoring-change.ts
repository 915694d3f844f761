import { type ChangeContext, workOf } from "./change";
import { parentChild } from "./dependency";
import type { Issue } from "./issue";
import { type IssueItem, itemValue, type ReadLine } from "./issue-item";
import type { JsonValue } from "./json";
import { workRank } from "./line-items";
import type { ChangeIssue, Claim, CommentChange, EdgeChange, ParentChange, Work } from "./operation";
import { nextStamp } from "./recency";
import { commentItem } from "./stamp";
import { formatTime } from "./time";

/** An item, and the line that says what it is to be again. */
export interface Restored {
  readonly item: IssueItem;
  readonly earlier: ReadLine;
}

/** Says again of these items what an earlier line said. Undefined when there are none. */
export function restoringChange(
  id: string,
  restored: readonly Restored[],
  present: ReadLine,
  context: ChangeContext,
): ChangeIssue | undefined {
  if (restored.length === 0) return undefined;
  const set: [string, JsonValue][] = [];
  const labels: [string, boolean][] = [];
  const edges: EdgeChange[] = [];
  const comments: CommentChange[] = [];
  let whole: Pick<ChangeIssue, "work" | "claim" | "parent"> = {};
  for (const { item, earlier } of restored) {
    if (item.kind === "field") set.push([item.key, itemValue(earlier, item)]);
    else if (item.kind === "label") labels.push([item.label, earlier.issue.labels.includes(item.label)]);
    else if (item.kind === "edge") edges.push(...edgeChanges(item, earlier));
    else if (item.kind === "comment") comments.push(commentChange(item, earlier));
    else if (item.kind === "work") whole = { ...whole, work: workAgain(earlier, present, context) };
    else if (item.kind === "claim") whole = { ...whole, claim: claimOf(earlier.issue) };
    else whole = { ...whole, parent: parentChange(earlier, context) };
  }
  return {
    op: "change",
    id,
    at: nextStamp(context.recency, context.nowMs),
    ...(set.length > 0 ? { set: Object.fromEntries(set) } : {}),
    ...whole,
    ...(labels.length > 0 ? { labels: Object.fromEntries(labels) } : {}),
    ...(edges.length > 0 ? { edges } : {}),
    ...(comments.length > 0 ? { comments } : {}),
  };
}

/** What was closed or deleted comes back as with `reopen`, or merging with a state that saw only the closing would close it again. */
function workAgain({ issue }: ReadLine, present: ReadLine, { recency }: ChangeContext): Work {
  const { reopens } = recency;
  const isRaised = workRank(issue.status) < workRank(present.issue.status);
  return workOf(issue, isRaised ? reopens + 1 : reopens);
}

function claimOf(issue: Issue): Claim {
  const { assignee, claim_session, started_at } = issue;
  return {
    ...(assignee === undefined ? {} : { assignee }),
    ...(claim_session === undefined ? {} : { claim_session }),
    ...(started_at === undefined ? {} : { started_at }),
  };
}

function parentChange({ issue }: ReadLine, { nowMs }: ChangeContext): ParentChange {
  const { parent, dependencies } = issue;
  const edge = dependencies.find((each) => each.type === parentChild && each.depends_on_id === parent);
  if (parent === undefined || edge === undefined) return { id: null, created_at: formatTime(nowMs) };
  const { created_at, created_by } = edge;
  return { id: parent, created_at, ...(created_by === undefined ? {} : { created_by }) };
}

/** Taken away first, since a change of an edge that is there keeps what it does not name. */
function edgeChanges({ type, depends_on_id }: EdgeItem, { issue }: ReadLine): EdgeChange[] {
  const absent = { depends_on_id, type, present: false };
  const edge = issue.dependencies.find((each) => each.type === type && each.depends_on_id === depends_on_id);
  if (edge === undefined) return [absent];
  const { issue_id: _, ...facts } = edge;
  return [absent, { ...facts, present: true }];
}

function commentChange({ id, created_at }: CommentItem, { issue }: ReadLine): CommentChange {
  const name = commentItem(id, created_at);
  const comment = issue.comments.find((each) => commentItem(each.id, each.created_at) === name);
  if (comment === undefined) return { id, created_at, present: false };
  const { author, text } = comment;
  return { id, created_at, present: true, author, text };
}

type EdgeItem = Extract<IssueItem, { kind: "edge" }>;
type CommentItem = Extract<IssueItem, { kind: "comment" }>;
