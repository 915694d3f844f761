import type { JsonObject } from "../model/json";
import { countEdgesOf, issueRow } from "../model/row";
import type { State } from "../model/state";
import { changeText } from "../output/change-text";
import type { Result } from "../output/result";
import type { TimedView } from "./context";
import { freedBy } from "./freed";
import type { Pick } from "./hand-out";
import type { BatchOutcome } from "./issue-batch";
import { changedIssues } from "./issue-reply";

/** What closing decided. */
export interface Closing extends BatchOutcome {
  readonly before: State;
  /** Only when it was asked for. */
  readonly next?: Pick | undefined;
}

/** The answer of `close`: what was closed, what became ready by it, and what to go on with. */
export function closedIssues(
  view: TimedView,
  closing: Closing,
  { isClaiming }: { readonly isClaiming: boolean },
): Result {
  const { done, unchanged, failures, next } = closing;
  const offer = next?.offer;
  const freed = freedBy(closing, view.nowMs);
  const nextRow = (): JsonObject | null => {
    if (offer === undefined) return null;
    const row = issueRow(view.state, offer.id, countEdgesOf(view.state, [offer.id]), {
      withDependencies: false,
      nowMs: view.nowMs,
    });
    return { ...row, unblocks: offer.unblocks };
  };
  const answer = changedIssues({
    view,
    ids: done,
    failures,
    verb: (id) => {
      if (unchanged.has(id)) return "Was closed already:";
      return closing.before.issue(id)?.status === "closed" ? "Changed the reason of" : "Closed";
    },
    facts: () => ({
      ...freed.facts(),
      ...(next === undefined && !isClaiming ? {} : { [isClaiming ? "claimed" : "next"]: nextRow() }),
    }),
  });
  return {
    ...answer,
    text: (screen) => {
      const issue = offer === undefined ? undefined : view.state.issue(offer.id);
      const last =
        issue === undefined ? "" : `${changeText(isClaiming ? "Claimed" : "Next", issue, screen.style)}\n`;
      return `${answer.text(screen)}${freed.text(screen)}${last}`;
    },
    ids: next === undefined || !isClaiming ? done : offer === undefined ? [] : [offer.id],
    saved: offer === undefined || !isClaiming ? done : [...done, offer.id],
    notes: next?.refusal === undefined ? [] : [next.refusal.message],
  };
}
