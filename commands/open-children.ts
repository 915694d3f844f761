import { BzError } from "../model/errors";
import { childrenOf } from "../model/graph";
import type { Issue } from "../model/issue";
import type { State } from "../model/state";
import { isLive } from "../model/status";

/**
 * An epic is done when its parts are. Parts that the same command closes do not count, unless they are refused themselves.
 * @throws BzError HAS_OPEN_CHILDREN
 */
export function refuseOpenChildren(state: State, issue: Issue, closing: ReadonlySet<string>): void {
  if (!isLive(issue.status)) return;
  const open = childrenLeftOpen(state, issue, closing, new Set([issue.id]));
  if (open.length === 0) return;
  const shown = open.slice(0, mostShown).map((child) => child.id);
  const more = open.length > mostShown ? ` and ${open.length - mostShown} more` : "";
  throw new BzError("HAS_OPEN_CHILDREN", `${issue.id} has open children: ${shown.join(", ")}${more}`, {
    hint: "close them first or in the same command; `-f` closes the epic alone",
    context: { id: issue.id, open_children: open.map((child) => child.id) },
  });
}

/** A part is left open when it is not to be closed, or is an epic that may not be. `above` ends a circle of parents. */
function childrenLeftOpen(
  state: State,
  issue: Issue,
  closing: ReadonlySet<string>,
  above: ReadonlySet<string>,
): Issue[] {
  if (issue.issue_type !== "epic") return [];
  return childrenOf(state, issue.id)
    .filter((child) => isLive(child.status) && !above.has(child.id))
    .filter(
      (child) =>
        !closing.has(child.id) ||
        childrenLeftOpen(state, child, closing, new Set(above).add(child.id)).length > 0,
    );
}

const mostShown = 5;
