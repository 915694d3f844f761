import { array, literal, nullable, optional, strictObject, union, unknown } from "valibot";
import { comment } from "./comment";
import { event } from "./event";
import {
  count,
  dependencyType,
  described,
  flag,
  issueId,
  issueType,
  priority,
  status,
  text,
  texts,
  time,
} from "./field";

const ownFields = {
  id: issueId,
  title: text,
  description: optional(text),
  design: optional(text),
  acceptance_criteria: optional(text),
  notes: optional(text),
  status,
  priority,
  issue_type: issueType,
  assignee: optional(text),
  claim_session: optional(described(text, "The session that holds it")),
  owner: optional(text),
  created_at: time,
  created_by: optional(text),
  updated_at: time,
  started_at: optional(time),
  closed_at: optional(time),
  close_reason: optional(text),
  closed_by_session: optional(text),
  due_at: optional(time),
  defer_until: optional(time),
  estimated_minutes: optional(described(count, "Estimate in minutes")),
  external_ref: optional(described(text, "Its name in another tracker")),
  pinned: optional(flag),
  ephemeral: optional(described(flag, "Never written to issues.jsonl")),
  metadata: optional(described(unknown(), "Whatever JSON somebody attached")),
  deleted_at: optional(time),
  deleted_by: optional(text),
  delete_reason: optional(text),
  original_type: optional(described(text, "Its type before it was deleted")),
  original_status: optional(described(text, "Its status before it was deleted, unless that was open")),
  labels: texts,
  parent: optional(described(text, "Id of the issue that it is part of")),
};

const counts = {
  dependency_count: described(count, "How many it depends on, its parent apart"),
  dependent_count: described(count, "How many depend on it, its parts apart"),
  comment_count: count,
  version: described(count, "Sequence of its last change in this clone; what --expect-version compares"),
};

const edge = strictObject({
  issue_id: described(text, "The dependent issue"),
  depends_on_id: text,
  type: dependencyType,
  created_at: time,
  created_by: optional(text),
});

/** The reply to a change: the row without its edges. */
export const changedIssueEntries = { ...ownFields, ...counts };
export const changedIssue = strictObject(changedIssueEntries);

export const rowEntries = { ...ownFields, dependencies: array(edge), ...counts };
export const row = strictObject(rowEntries);

export const unblocks = described(count, "How many issues closing it would make ready");

/** An issue that is named beside another one. */
export const briefEntries = {
  id: issueId,
  title: text,
  status,
  priority,
  issue_type: issueType,
  created_at: time,
  updated_at: time,
  assignee: optional(text),
};

/** An edge may lead to an issue that is not here. */
export function briefOrMissing<const M extends Parameters<typeof strictObject>[0]>(more: M) {
  return union([
    strictObject({ ...briefEntries, ...more }),
    strictObject({ id: issueId, missing: literal(true), ...more }),
  ]);
}

const embedded = briefOrMissing({ dependency_type: dependencyType });

export const detail = strictObject({
  ...ownFields,
  dependencies: described(array(embedded), "What it depends on; its parent, too"),
  dependents: described(array(embedded), "What depends on it; its parts, too"),
  comments: array(comment),
  total_children: optional(described(count, "Of an epic")),
  closed_children: optional(described(count, "Of an epic")),
  eligible_for_close: optional(described(flag, "Of an epic: it is open, and all its parts are closed")),
  ...counts,
  children: optional(described(array(strictObject({ id: issueId, title: text, status })), "With --children")),
  history: optional(described(array(event), "With --with-history, oldest first")),
});

/** What became ready, or waits for something. */
export const unblocked = strictObject({ id: issueId, title: text, status, priority, issue_type: issueType });

export const offeredIssue = nullable(strictObject({ ...changedIssueEntries, unblocks }));
