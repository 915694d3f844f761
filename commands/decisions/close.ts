import { closeIssue } from "../../model/change";
import type { ChangeIssue } from "../../model/operation";
import { recencyIn } from "../../model/recency";
import type { TransactionInfo } from "../../storage/store";
import type { BatchItem } from "../issue-batch";
import { refuseOpenChildren } from "../open-children";

export interface ClosingRequest {
  readonly reason: string | undefined;
  readonly session: string | undefined;
  readonly force: boolean | undefined;
}

/** @throws BzError HAS_OPEN_CHILDREN without `force`, INVALID */
export function decideClosing(
  { issue, state, batch }: Omit<BatchItem, "line">,
  { reason, session, force }: ClosingRequest,
  info: TransactionInfo,
): ChangeIssue[] {
  if (force !== true) refuseOpenChildren(state, issue, batch);
  const change = closeIssue(
    issue,
    { reason, session },
    { recency: recencyIn(state, issue.id), nowMs: info.timeMs, actor: info.actor },
  );
  return change === undefined ? [] : [change];
}
