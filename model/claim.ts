import type { ChangeContext } from "./change";
import { workOf } from "./change";
import { BzError } from "./errors";
import type { Hindrance } from "./hindrance";
import type { Issue } from "./issue";
import type { ChangeIssue, Claim, Work } from "./operation";
import { nextStamp } from "./recency";
import type { State } from "./state";
import { isLive, shownStatus } from "./status";
import { formatTime, instantMs, parseTimeMs } from "./time";

export interface ClaimOptions {
  readonly session?: string | undefined;
  /** False: whoever has the holder's name is the holder. */
  readonly bySession?: boolean | undefined;
  /** Begin although something stands against it. What somebody else holds stays theirs. */
  readonly force?: boolean | undefined;
  readonly hindrance?: Hindrance | undefined;
}

/**
 * Takes an issue for the actor, compare-and-set: the caller looks and decides under one lock. Undefined when this very session
 * of the actor holds it already. Without a session nobody can be told apart from another agent of the same name, so a second
 * claim is then a lost one.
 * @throws BzError CLAIMED naming the holder; BLOCKED, DEFERRED without `force`; INVALID for closed and deleted issues
 */
export function claimIssue(
  issue: Issue,
  { session, bySession = true, force = false, hindrance }: ClaimOptions,
  context: ChangeContext,
): ChangeIssue | undefined {
  if (!isLive(issue.status)) throw notAlive(issue);
  const isMine = issue.assignee === context.actor;
  if (issue.assignee !== undefined && (!isMine || issue.status === "in_progress")) {
    if (isMine && (!bySession || (session !== undefined && issue.claim_session === session)))
      return undefined;
    throw claimedBy(issue, context.actor);
  }
  if (!force) refuseHindrance(issue, hindrance, context.nowMs);
  const at = nextStamp(context.recency, context.nowMs);
  const { reopens } = context.recency;
  const claim: Claim = {
    ...(context.actor === "" ? {} : { assignee: context.actor }),
    ...(session === undefined ? {} : { claim_session: session }),
    started_at: formatTime(at),
  };
  return { op: "change", id: issue.id, at, work: { reopens, status: "in_progress" }, claim };
}

/**
 * Gives an issue back: nobody's, and open again if it was in progress. Undefined when nobody holds it. Goes by the actor: a
 * new session of the same one may tidy up after the last.
 * @throws BzError CLAIMED for another's claim without `force`; INVALID for a deleted issue
 */
export function releaseIssue(
  issue: Issue,
  options: { readonly force?: boolean | undefined },
  context: ChangeContext,
): ChangeIssue | undefined {
  if (issue.status === "tombstone") throw notAlive(issue);
  if (!isTaken(issue)) return undefined;
  const isOthers = issue.assignee !== undefined && issue.assignee !== context.actor;
  if (isOthers && options.force !== true) throw claimedBy(issue, context.actor);
  const at = nextStamp(context.recency, context.nowMs);
  const { reopens } = context.recency;
  const work: Work = issue.status === "in_progress" ? { reopens, status: "open" } : workOf(issue, reopens);
  return { op: "change", id: issue.id, at, work, claim: {} };
}

/** Issues in progress that were begun at `latestMs` or before; the oldest claim first. */
export function claimsUntil(state: State, latestMs: number): Issue[] {
  const found: Issue[] = [];
  for (const { id, status } of state.allFacts()) {
    const issue = status === "in_progress" ? state.issue(id) : undefined;
    if (issue !== undefined && heldSinceMs(issue) <= latestMs) found.push(issue);
  }
  return found.sort((left, right) => heldSinceMs(left) - heldSinceMs(right));
}

/**
 * When the claim on an issue began, ms. Other tools begin work without saying when; it was then at the last change at the
 * latest, so what is old by that is old.
 */
export function heldSinceMs(issue: Issue): number {
  const started = issue.started_at === undefined ? undefined : parseTimeMs(issue.started_at);
  return started ?? instantMs(issue.updated_at);
}

/** "alice, session s1, since 2026-01-15T12:00:00.000Z", as far as it is known. */
export function holderText(issue: Issue): string {
  return [
    issue.assignee ?? "nobody by name",
    ...(issue.claim_session === undefined ? [] : [`session ${issue.claim_session}`]),
    ...(issue.started_at === undefined ? [] : [`since ${issue.started_at}`]),
  ].join(", ");
}

/** Whether there is anything to give back: an assignment counts, before the work has begun, too. */
function isTaken(issue: Issue): boolean {
  if (!isLive(issue.status)) return false;
  return issue.status === "in_progress" || issue.assignee !== undefined || issue.claim_session !== undefined;
}

function refuseHindrance(issue: Issue, hindrance: Hindrance | undefined, nowMs: number): void {
  const { id } = issue;
  if (hindrance !== undefined) {
    throw new BzError(hindrance.code, hindrance.sentence, {
      hint: "`bz next` offers what is ready; `--force` claims it all the same",
      context: { id, because: [...hindrance.because] },
    });
  }
  const status = shownStatus(issue, nowMs);
  if (status === "open" || status === "in_progress") return;
  throw new BzError("INVALID", `${id} has the status ${status}, which is not one to begin with`, {
    hint: "`--force` claims it all the same",
    context: { id, status },
  });
}

function notAlive(issue: Issue): BzError {
  const { id } = issue;
  if (issue.status === "tombstone")
    return new BzError("INVALID", `${id} is deleted`, { context: { id, status: "tombstone" } });
  const since = issue.closed_at === undefined ? "" : ` since ${issue.closed_at}`;
  const reason = issue.close_reason === undefined ? "" : `: ${issue.close_reason}`;
  return new BzError("INVALID", `${id} is closed${since}${reason}`, {
    hint: `\`bz reopen ${id}\` if there is more to do`,
    context: { id, status: issue.status },
  });
}

function claimedBy(issue: Issue, actor: string): BzError {
  const isMine = issue.assignee === actor;
  const what = issue.status === "in_progress" ? "is held by" : "is assigned to";
  return new BzError("CLAIMED", `${issue.id} ${what} ${holderText(issue)}`, {
    hint: isMine ? sessionHint(issue) : "`bz next` offers another one",
    context: {
      id: issue.id,
      holder: issue.assignee ?? null,
      session: issue.claim_session ?? null,
      since: issue.started_at ?? null,
    },
  });
}

/** The holder has the caller's name: another agent of that name, or the same one that cannot show it. */
function sessionHint({ id, claim_session }: Issue): string {
  return claim_session === undefined
    ? `give every agent a session of its own (--session or BEADS_SESSION) to tell them apart; \`bz release ${id}\` gives it back`
    : `if that session is yours, name it (--session or BEADS_SESSION); if it is gone, \`bz release ${id}\` gives it back`;
}
