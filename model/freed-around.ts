import { compareAge, type IssueFacts } from "./issue-facts";
import { type Neighbours, walkDown } from "./neighbours";
import type { State } from "./state";
import type { ClosedNeighbours } from "./unblocked";
import { Judge } from "./verdict";

/** Who in the neighbourhood of what was closed is ready after it and was not before, by priority, then age. */
export function freedAround(
  { parents, dependents, withChildren }: ClosedNeighbours,
  before: State,
  after: State,
  neighbours: Neighbours,
  nowMs: number,
): IssueFacts[] {
  const then = new Judge(before, nowMs);
  const now = new Judge(after, nowMs, neighbours);
  const found = new Set(parents);
  const open = [...dependents];
  for (const id of withChildren)
    if (then.holdsUpItsParts(id)) for (const child of neighbours.childrenOf(id)) open.push(child);
  walkDown(open, found, (id) => (now.holdsUpItsParts(id) ? [] : neighbours.childrenOf(id)));
  const freed: IssueFacts[] = [];
  for (const id of found) {
    if (now.verdict(id)?.class !== "ready" || then.verdict(id)?.class === "ready") continue;
    const issue = after.facts(id);
    if (issue !== undefined) freed.push(issue);
  }
  return freed.sort((left, right) => left.priority - right.priority || compareAge(left, right));
}
