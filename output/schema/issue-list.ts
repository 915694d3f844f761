import {
  array,
  literal,
  looseObject,
  nullable,
  number,
  optional,
  picklist,
  record,
  strictObject,
  union,
} from "valibot";
import { failed, listOf } from "./envelope";
import { count, dependencyType, described, issueId, issueIds, priority, sequence, text, time } from "./field";
import {
  changedIssue,
  changedIssueEntries,
  detail,
  offeredIssue,
  row,
  rowEntries,
  unblocked,
  unblocks,
} from "./issue";

const explanationEntries = {
  id: issueId,
  class: picklist(["in_progress", "deferred", "blocked", "waiting", "ready", "closed", "deleted"]),
  reason: described(text, "In one word what decided it"),
  sentence: text,
  blockers: optional(
    array(
      strictObject({
        id: issueId,
        type: dependencyType,
        via: optional(described(text, "The ancestor whose edge it is")),
      }),
    ),
  ),
  open_children: optional(issueIds),
  deferred_via: optional(described(text, "The ancestor that is put off")),
  deferred_until: optional(time),
  cycle: optional(described(issueIds, "Issues that wait for each other; the first one again at the end")),
  unblocks: optional(unblocks),
};
const explanation = strictObject(explanationEntries);

export const issues = listOf("issues", row, {});
const pastMoment = described(
  strictObject({ sequence: described(sequence, "The last change that is shown"), time }),
  "With --as-of: what was asked for",
);

export const listedIssues = listOf(
  "issues",
  strictObject({
    ...rowEntries,
    depth: optional(described(count, "With --tree: 0 stands below none of the others")),
  }),
  { as_of: optional(pastMoment) },
);
export const issueDetails = listOf("issues", detail, { failed, as_of: optional(pastMoment) });
export const explanations = listOf("issues", explanation, { failed });

/** `ready`; with --explain also what is not ready, with --claim the one that is yours now. */
export const readyIssues = union([
  listOf("issues", strictObject({ ...rowEntries, unblocks }), {}),
  listOf("issues", strictObject({ ...rowEntries, ...explanationEntries, unblocks }), {
    not_ready: array(explanation),
    not_ready_total: count,
  }),
  listOf("issues", strictObject({ ...changedIssueEntries, unblocks }), {}),
]);

export const blockedIssues = listOf(
  "issues",
  strictObject({ ...rowEntries, blocked_by_count: count, blocked_by: issueIds }),
  {},
);

/** The issue to begin with; with --claim it is yours. */
export const nextIssue = union([
  strictObject({ ...rowEntries, unblocks }),
  strictObject({ ...changedIssueEntries, unblocks }),
]);

/** `add-batch` and the files of `create`; under --dry-run what would become issues. */
export const createdIssues = listOf("issues", changedIssue, {
  dry_run: optional(literal(true)),
  keys: optional(described(record(text, issueId), "Which key of the plan became which issue")),
});

/** The new issue; with --file or --graph all of them. */
export const createdIssueOrIssues = union([
  changedIssue,
  strictObject({ dry_run: literal(true), issue: changedIssue }),
  createdIssues,
]);

export const changedIssues = listOf("issues", changedIssue, { failed });

/** `update`: with `-s closed` what became ready by it. */
export const updatedIssues = listOf("issues", changedIssue, {
  unblocked: optional(array(unblocked)),
  failed,
});

export const closedIssues = listOf("issues", changedIssue, {
  unblocked: described(array(unblocked), "What became ready by it"),
  next: optional(described(offeredIssue, "With --suggest-next")),
  claimed: optional(described(offeredIssue, "With --claim-next")),
  failed,
});

const dependent = strictObject({ id: issueId, depends_on_id: text, type: dependencyType });

export const deletedIssues = listOf("issues", changedIssue, {
  dry_run: optional(literal(true)),
  dependents: described(array(dependent), "What waited for them, or was part of them"),
  failed,
});

/** The one issue that was named, or with several or --older-than all that were given back. */
export const releasedIssues = union([
  changedIssue,
  listOf("issues", changedIssue, {
    released: array(
      strictObject({
        id: issueId,
        assignee: described(nullable(text), "Whose it was"),
        claim_session: nullable(text),
        started_at: nullable(time),
      }),
    ),
    failed,
  }),
]);

export const undoneIssues = listOf("issues", changedIssue, {
  dry_run: optional(literal(true)),
  undone: array(strictObject({ sequence, command: text, time })),
  records: optional(array(strictObject({ type: text, key: text }))),
  failed,
});

/** Every shared issue as issues.jsonl holds it, or with -o how many were written. */
export const exportedIssues = union([
  listOf("issues", looseObject({ id: issueId, title: text }), {
    memories: optional(array(looseObject({ _type: literal("memory"), key: text }))),
  }),
  strictObject({ path: text, issues: count, memories: optional(count) }),
]);

/** `search`, the best first. */
export const foundIssues = listOf(
  "issues",
  strictObject({
    ...rowEntries,
    score: number(),
    matches: described(array(strictObject({ field: text, snippet: text })), "Where it was found"),
  }),
  { hidden_closed_count: described(count, "Closed ones that match and are left out without --all") },
);

export const staleIssues = listOf(
  "issues",
  strictObject({ ...rowEntries, stale_days: described(count, "Days since the last change") }),
  { stale_threshold_days: count },
);

export const undeletedIssues = listOf("issues", changedIssue, {
  dependents: described(array(dependent), "What waits for them again, or is part of them again"),
  failed,
});

export const changelogEntries = listOf(
  "entries",
  strictObject({
    id: issueId,
    title: text,
    issue_type: text,
    priority,
    labels: array(text),
    closed_at: optional(time),
    close_reason: optional(text),
  }),
  {
    since: optional(described(time, "Closed then or later")),
    until: optional(described(time, "Closed then or before")),
  },
);
