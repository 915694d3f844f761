import { BzError } from "../model/errors";
import { explain } from "../model/explanation";
import type { Page } from "../model/query";
import type { Readiness } from "../model/readiness";
import { formatReasons } from "../output/explanation-list";
import type { Result } from "../output/result";
import { type IssuePage, pageOfIssues } from "./issue-page";

/** What an explanation adds to a row, most of all what a list has room for. */
export const explainedKeys = ["class", "reason", "sentence", "unblocks"] as const;

/** @throws BzError USAGE */
export function refuseFields(): never {
  throw new BzError("USAGE", "--explain and --fields contradict each other", {
    hint: "an explanation is sentences, not fields; leave one of the two out",
  });
}

/** What is ready with the reason why, and the reasons why others are not. */
export function explainedPage(ready: IssuePage, readiness: Readiness, others: Page): Result {
  const { state } = ready.view;
  const reason = ({ id }: { readonly id: string }) => explain(state, readiness, id) ?? [];
  const left = others.total - others.issues.length;
  const listed = pageOfIssues({
    ...ready,
    facts: (id) => ({ ...explain(state, readiness, id), unblocks: readiness.unblocks(id) }),
    more: () => ({ not_ready: others.issues.flatMap(reason), not_ready_total: others.total }),
  });
  return {
    ...listed,
    notes: [...(listed.notes ?? []), ...(left === 0 ? [] : [`${left} more not ready; -n 0 shows all`])],
    text: (screen) =>
      formatReasons(
        [
          { heading: `Ready (${ready.page.total})`, reasons: ready.page.issues.flatMap(reason) },
          { heading: `Not ready (${others.total})`, reasons: others.issues.flatMap(reason) },
        ],
        screen,
      ),
  };
}
