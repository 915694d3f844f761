import { BzError } from "./errors";
import type { Issue } from "./issue";
import { readStamps, type Stamps } from "./line-stamps";
import type { ChangeIssue } from "./operation";
import { nextStamp, recencyOf } from "./recency";
import { fieldItem, workItem } from "./stamp";

/**
 * Makes of a tombstone what it was; undefined for an issue that is not deleted. It counts as a reopen, so that merging with a clone that
 * saw only the deletion does not delete it again.
 * @throws BzError INVALID for a purged issue, of which nothing is left
 */
export function undeleteIssue(
  issue: Issue,
  { line, nowMs }: { readonly line: string; readonly nowMs: number },
): ChangeIssue | undefined {
  if (issue.status !== "tombstone") return undefined;
  const { id } = issue;
  const stamps = readStamps(line);
  if (stamps.isPurged)
    throw new BzError("INVALID", `${id} was purged, and with it everything that could be brought back`, {
      hint: "`bz create` makes a new issue",
      context: { id },
    });
  const { closed_at, close_reason, closed_by_session, defer_until } = issue;
  const type = typeBefore(issue, stamps);
  const status = statusBefore(issue);
  const closing = { closed_at, close_reason, closed_by_session };
  const known = Object.entries(status === "closed" ? closing : { defer_until });
  return {
    op: "change",
    id,
    at: nextStamp(recencyOf(line), nowMs),
    ...(type === issue.issue_type ? {} : { set: { issue_type: type } }),
    work: {
      ...Object.fromEntries(known.filter(([, value]) => value !== undefined)),
      reopens: stamps.reopens + 1,
      status,
    },
  };
}

/** Some tools put another type in the place of a deleted issue's. One that was set at another time is what somebody meant who had not seen the deletion. */
function typeBefore({ issue_type, original_type }: Issue, { base, items }: Stamps): string {
  const isOfDeletion = (items.get(fieldItem("issue_type")) ?? base) === (items.get(workItem) ?? base);
  return isOfDeletion ? (original_type ?? issue_type) : issue_type;
}

/** Other tools do not note the status; what goes with it tells. */
function statusBefore({ original_status, closed_at, defer_until }: Issue): string {
  if (original_status !== undefined && original_status !== "tombstone") return original_status;
  if (closed_at !== undefined) return "closed";
  return defer_until === undefined ? "open" : "deferred";
}
