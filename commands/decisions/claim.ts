import { claimIssue } from "../../model/claim";
import { hindranceOf } from "../../model/hindrance";
import type { ChangeIssue } from "../../model/operation";
import { Readiness } from "../../model/readiness";
import type { TransactionInfo } from "../../storage/store";
import type { Context } from "../context";
import type { BatchItem } from "../issue-batch";

export interface Claiming extends Pick<Context, "nowMs"> {
  readonly session: string | undefined;
  readonly bySession: boolean;
  readonly force: boolean | undefined;
}

/**
 * Takes an issue for whoever acts, unless something stands against it. Undefined when it is theirs already.
 * @throws BzError CLAIMED, BLOCKED, DEFERRED, INVALID
 */
export function decideClaim(
  { issue, line, state }: Pick<BatchItem, "issue" | "line" | "state">,
  { nowMs, session, bySession, force }: Claiming,
  info: TransactionInfo,
): ChangeIssue | undefined {
  const hindrance = hindranceOf(new Readiness(state, nowMs), issue);
  return claimIssue(
    issue,
    { session, bySession, force, hindrance },
    { line, nowMs: info.timeMs, actor: info.actor },
  );
}
