import type { IssueFacts } from "../model/issue-facts";
import type { JsonObject } from "../model/json";
import { filterIn } from "../model/list";
import { unblockedBy } from "../model/readiness";
import { countEdgesOf, issueRow } from "../model/row";
import type { State } from "../model/state";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Screen } from "../output/style";
import type { TimedView } from "./context";
import type { Pick } from "./hand-out";
import type { BatchOutcome } from "./issue-batch";
import { changedIssues } from "./issue-reply";

/** What closing decided. */
export interface Closing extends BatchOutcome {
  readonly before: State;
  /** Only when it was asked for. */
  readonly next?: Pick | undefined;
}

/** What became ready, for the document and for text. */
export interface Freed {
  facts(): JsonObject;
  text(screen: Screen): string;
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
      const last = issue === undefined ? "" : line(isClaiming ? "Claimed" : "Next", issue, screen);
      return `${answer.text(screen)}${freed.text(screen)}${last}`;
    },
    ids: next === undefined || !isClaiming ? done : offer === undefined ? [] : [offer.id],
    saved: offer === undefined || !isClaiming ? done : [...done, offer.id],
    notes: next?.refusal === undefined ? [] : [next.refusal.message],
  };
}

/**
 * What became ready because issues were closed. It is looked up only where it is shown, and after the lock is free again; as of
 * before a claim that follows, which takes one of them away.
 */
export function freedBy(
  { done, unchanged, before, state }: Omit<Closing, "failures" | "next">,
  nowMs: number,
): Freed {
  const find = (): IssueFacts[] =>
    unblockedBy(
      before,
      state,
      filterIn(done, (id) => !unchanged.has(id)),
      nowMs,
    );
  return {
    facts: (): JsonObject => ({ unblocked: find().map(unblockedRow) }),
    text: (screen: Screen): string => unblockedText(find(), screen),
  };
}

/** More help nobody; a program gets them all. */
const mostShown = 10;

function unblockedText(unblocked: readonly IssueFacts[], screen: Screen): string {
  const more = unblocked.length - mostShown;
  const lines = unblocked.slice(0, mostShown).map((issue) => line("Unblocked", issue, screen));
  return `${lines.join("")}${more > 0 ? `Unblocked ${more} more\n` : ""}`;
}

function line(verb: string, { id, title }: IssueFacts, { style }: Screen): string {
  return `${verb} ${style.bold(escapeText(id))}: ${escapeText(title)}\n`;
}

function unblockedRow({ id, title, status, priority, issue_type }: IssueFacts): JsonObject {
  return { id, title, status, priority, issue_type };
}
