import type { IssueFacts } from "../model/issue-facts";
import type { JsonObject } from "../model/json";
import { filterIn } from "../model/list";
import type { State } from "../model/state";
import { unblockedBy } from "../model/unblocked";
import { changeText } from "../output/change-text";
import type { Screen } from "../output/style";
import type { BatchOutcome } from "./issue-batch";

/** What became ready, for the document and for text. */
export interface Freed {
  facts(): JsonObject;
  text(screen: Screen): string;
}

/**
 * What became ready because issues were closed. It is looked up only where it is shown, and after the lock is free again; as of
 * before a claim that follows, which takes one of them away.
 */
export function freedBy(
  { done, unchanged, before, state }: Omit<BatchOutcome, "failures"> & { readonly before: State },
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
  let lines = "";
  for (const issue of unblocked.slice(0, mostShown))
    lines += `${changeText("Unblocked", issue, screen.style)}\n`;
  return `${lines}${more > 0 ? `Unblocked ${more} more\n` : ""}`;
}

function unblockedRow({ id, title, status, priority, issue_type }: IssueFacts): JsonObject {
  return { id, title, status, priority, issue_type };
}
