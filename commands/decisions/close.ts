import { closeIssue } from "../../model/change";
import type { ChangeIssue } from "../../model/operation";
import type { TransactionInfo } from "../../storage/store";
import { changeContextIn } from "../current-issue";
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
  const change = closeIssue(issue, { reason, session }, changeContextIn(state, issue.id, info));
  return change === undefined ? [] : [change];
}
