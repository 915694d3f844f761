import type { IssueFacts } from "./issue-facts";
import type { State } from "./state";
import { isLive } from "./status";

/** How far an epic is. Deleted parts do not count. */
export interface EpicProgress {
  readonly total: number;
  readonly closed: number;
}

/** The parts of everything that has parts, counted in one pass. */
export function countParts(issues: Iterable<IssueFacts>): ReadonlyMap<string, EpicProgress> {
  const counts = new Map<string, EpicProgress>();
  for (const { parent, status } of issues) {
    if (parent === undefined || status === "tombstone") continue;
    const { total, closed } = counts.get(parent) ?? noParts;
    counts.set(parent, { total: total + 1, closed: closed + (status === "closed" ? 1 : 0) });
  }
  return counts;
}

export const noParts: EpicProgress = { total: 0, closed: 0 };

/** An epic whose parts are all closed while it is not closed itself. One without parts has not begun. */
export function isEligibleForClose(epic: IssueFacts, { total, closed }: EpicProgress): boolean {
  return epic.issue_type === "epic" && isLive(epic.status) && total > 0 && closed === total;
}

/** The epics that can be closed, inner ones first: closing them may finish the one above. */
export function closableEpics(state: State): IssueFacts[] {
  const issues = [...state.allFacts()];
  const counts = new Map(countParts(issues));
  const found: IssueFacts[] = [];
  const open = issues.filter((issue) => isEligibleForClose(issue, counts.get(issue.id) ?? noParts));
  for (let epic = open.shift(); epic !== undefined; epic = open.shift()) {
    found.push(epic);
    const above = epic.parent === undefined ? undefined : state.facts(epic.parent);
    if (above === undefined) continue;
    const { total, closed } = counts.get(above.id) ?? noParts;
    const progress = { total, closed: closed + 1 };
    counts.set(above.id, progress);
    if (isEligibleForClose(above, progress)) open.push(above);
  }
  return found;
}
