import type { ChangeContext } from "../model/change";
import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import { type Recency, recencyIn, recencyOf } from "../model/recency";
import type { State } from "../model/state";
import type { TransactionInfo } from "../storage/store";

/** @throws BzError NOT_FOUND */
export function currentIssue(state: State, id: string): Issue {
  return state.issue(id) ?? notFound(id);
}

/** The same, and its line. */
export function currentOf(state: State, id: string): { issue: Issue; line: string } {
  return { issue: currentIssue(state, id), line: state.line(id) ?? notFound(id) };
}

function notFound(id: string): never {
  throw new BzError("NOT_FOUND", `there is no issue "${id}"`, {
    hint: "`bz list --all` shows the ids",
    context: { id },
  });
}

/** Who changes an issue with that line in a transaction, and when. */
export function changeContext(line: string, info: TransactionInfo): ChangeContext {
  return contextOf(recencyOf(line), info);
}

/** The same of an issue that is known to exist, whose line is not made for this. */
export function changeContextIn(state: State, id: string, info: TransactionInfo): ChangeContext {
  return contextOf(recencyIn(state, id), info);
}

function contextOf(recency: Recency, { timeMs, actor }: TransactionInfo): ChangeContext {
  return { recency, nowMs: timeMs, actor };
}
