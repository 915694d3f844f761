import { claimIssue } from "../model/claim";
import type { BzError } from "../model/errors";
import type { IssueFacts } from "../model/issue-facts";
import { bestOffer, isFor, nothingReady } from "../model/next";
import type { ChangeIssue } from "../model/operation";
import type { Readiness } from "../model/readiness";
import type { State } from "../model/state";
import type { TransactionInfo } from "../storage/store";
import { changeContext, currentOf } from "./current-issue";

/** An issue that was picked, and what its row says beside the usual. */
export interface Offer {
  readonly id: string;
  /** How many issues closing it would make ready. */
  readonly unblocks: number;
}

/** What is offered, or why nothing is. */
export type Pick =
  | { readonly offer: Offer; readonly refusal?: undefined }
  | { readonly offer?: undefined; readonly refusal: BzError };

export interface PickOptions {
  /** The caller has left issues out. */
  readonly isFiltered?: boolean | undefined;
  /** Look at what is assigned to others, too. */
  readonly withOthers?: boolean | undefined;
}

/** The best of these for the actor. */
export function pickNext(
  issues: readonly IssueFacts[],
  readiness: Readiness,
  actor: string,
  { isFiltered = false, withOthers = false }: PickOptions = {},
): Pick {
  const best = bestOffer(issues, readiness, (issue) => withOthers || isFor(issue, actor));
  return best === undefined
    ? { refusal: nothingReady(issues, readiness, { isFiltered }) }
    : { offer: offerOf(readiness, best) };
}

export function offerOf(readiness: Readiness, { id }: IssueFacts): Offer {
  return { id, unblocks: readiness.unblocks(id) };
}

/** Claims what was picked from the same state, so that nobody can come in between. */
export function claimOffer(
  state: State,
  { id }: Offer,
  session: string | undefined,
  info: TransactionInfo,
): ChangeIssue[] {
  const { issue, line } = currentOf(state, id);
  const change = claimIssue(issue, { session }, changeContext(line, info));
  return change === undefined ? [] : [change];
}
