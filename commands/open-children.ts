import { BzError } from "../model/errors";
import type { IssueFacts } from "../model/issue-facts";
import type { State } from "../model/state";
import { isLive } from "../model/status";

/**
 * An epic is done when its parts are. Parts that the same command closes do not count, unless they are refused themselves.
 * @throws BzError HAS_OPEN_CHILDREN
 */
export function refuseOpenChildren(state: State, issue: IssueFacts, closing: ReadonlySet<string>): void {
  if (!isLive(issue.status) || issue.issue_type !== "epic") return;
  const open = childrenLeftOpen(childrenIn(state), issue, closing, new Set([issue.id]));
  if (open.length === 0) return;
  const shown = open.slice(0, mostShown).map((child) => child.id);
  const more = open.length > mostShown ? ` and ${open.length - mostShown} more` : "";
  throw new BzError("HAS_OPEN_CHILDREN", `${issue.id} has open children: ${shown.join(", ")}${more}`, {
    hint: "close them first or in the same command; `-f` closes the epic alone",
    context: { id: issue.id, open_children: open.map((child) => child.id) },
  });
}

type ChildrenOf = (id: string) => readonly IssueFacts[];

/** An epic may have thousands, of which few are named. */
function childrenIn(state: State): ChildrenOf {
  // Most of what is closed is no epic.
  const { Neighbours } = require("../model/neighbours") as typeof import("../model/neighbours");
  const neighbours = new Neighbours(state);
  return (id) =>
    neighbours
      .childrenOf(id)
      .map((child) => state.facts(child))
      .filter((child) => child !== undefined);
}

/** A part is left open when it is not to be closed, or is an epic that may not be. `above` ends a circle of parents. */
function childrenLeftOpen(
  childrenOf: ChildrenOf,
  issue: IssueFacts,
  closing: ReadonlySet<string>,
  above: ReadonlySet<string>,
): IssueFacts[] {
  if (issue.issue_type !== "epic") return [];
  return childrenOf(issue.id)
    .filter((child) => isLive(child.status) && !above.has(child.id))
    .filter(
      (child) =>
        !closing.has(child.id) ||
        childrenLeftOpen(childrenOf, child, closing, new Set(above).add(child.id)).length > 0,
    );
}

const mostShown = 5;
