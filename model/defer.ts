import { type ChangeContext, editIssue } from "./change";
import { BzError } from "./errors";
import { claimKeys, type Issue } from "./issue";
import type { ChangeIssue, Claim } from "./operation";
import { nextStamp } from "./recency";
import { isLive } from "./status";

/**
 * Puts an issue off until a time, or until somebody takes it up again. Whoever worked on it does so no longer, but it stays
 * assigned: it comes back to the same hands. Undefined when it is deferred to that very time already.
 * @param until RFC 3339; without it for an open end
 * @throws BzError INVALID for closed and deleted issues
 */
export function deferIssue(
  issue: Issue,
  { until }: { readonly until?: string | undefined },
  context: ChangeContext,
): ChangeIssue | undefined {
  if (!isLive(issue.status)) throw notAlive(issue);
  const claim: Claim = issue.assignee === undefined ? {} : { assignee: issue.assignee };
  const isHeld = claimKeys.some((key) => issue[key] !== claim[key]);
  if (issue.status === "deferred" && issue.defer_until === until && !isHeld) return undefined;
  const at = nextStamp(context.recency, context.nowMs);
  const { reopens } = context.recency;
  return {
    op: "change",
    id: issue.id,
    at,
    work: { reopens, status: "deferred", ...(until === undefined ? {} : { defer_until: until }) },
    ...(isHeld ? { claim } : {}),
  };
}

/** Takes the date away and opens a deferred issue; undefined for one that is neither deferred nor has a date. */
export function undeferIssue(issue: Issue, context: ChangeContext): ChangeIssue | undefined {
  return editIssue(
    issue,
    { defer_until: null, ...(issue.status === "deferred" ? { status: "open" } : {}) },
    context,
  );
}

function notAlive({ id, status }: Issue): BzError {
  return status === "tombstone"
    ? new BzError("INVALID", `${id} is deleted`, { context: { id, status } })
    : new BzError("INVALID", `${id} is closed and cannot be deferred`, {
        hint: `\`bz reopen ${id}\` if there is more to do`,
        context: { id, status },
      });
}
