import { claimIssue } from "../../model/claim";
import { hindranceOf } from "../../model/hindrance";
import type { ChangeIssue } from "../../model/operation";
import { Judge } from "../../model/verdict";
import type { TransactionInfo } from "../../storage/store";
import type { Context } from "../context";
import { changeContextIn } from "../current-issue";
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
  { issue, state }: Pick<BatchItem, "issue" | "state">,
  { nowMs, session, bySession, force }: Claiming,
  info: TransactionInfo,
): ChangeIssue | undefined {
  const hindrance = hindranceOf(new Judge(state, nowMs), issue.id);
  return claimIssue(issue, { session, bySession, force, hindrance }, changeContextIn(state, issue.id, info));
}
