import { closeIssue } from "../../model/change";
import type { ChangeIssue } from "../../model/operation";
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
  { issue, line, state, batch }: BatchItem,
  { reason, session, force }: ClosingRequest,
  info: TransactionInfo,
): ChangeIssue[] {
  if (force !== true) refuseOpenChildren(state, issue, batch);
  const change = closeIssue(issue, { reason, session }, { line, nowMs: info.timeMs, actor: info.actor });
  return change === undefined ? [] : [change];
}
