import { BzError } from "../model/errors";
import { childrenOf } from "../model/graph";
import type { Issue } from "../model/issue";
import type { State } from "../model/state";
import { isLive } from "../model/status";

/**
 * An epic is done when its parts are. Parts that the same command closes do not count.
 * @throws BzError HAS_OPEN_CHILDREN
 */
export function refuseOpenChildren(state: State, issue: Issue, closing: ReadonlySet<string>): void {
  if (issue.issue_type !== "epic" || !isLive(issue.status)) return;
  const open = childrenOf(state, issue.id).filter((child) => isLive(child.status) && !closing.has(child.id));
  if (open.length === 0) return;
  const shown = open.slice(0, mostShown).map((child) => child.id);
  const more = open.length > mostShown ? ` and ${open.length - mostShown} more` : "";
  throw new BzError("HAS_OPEN_CHILDREN", `${issue.id} has open children: ${shown.join(", ")}${more}`, {
    hint: "close them first or in the same command; `-f` closes the epic alone",
    context: { id: issue.id, open_children: open.map((child) => child.id) },
  });
}

const mostShown = 5;
