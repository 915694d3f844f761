import { type Heads, mergedOrder, movesOf, type Order, type Standing } from "./heads";
import type { State } from "./state";
import { isLive } from "./status";

/** The order of `list` without a filter, from what the base of the state knows of it and what was changed above the base. */
export function liveOrder(state: State, { live }: Heads, moves = movesOf(state)): Order {
  const { plain, added, touched } = moves;
  const before = state.untouched();
  const moved: Standing[] = [];
  for (const issue of plain) if (isLive(issue.status)) moved.push(issue);
  for (const issue of added) if (isLive(issue.status)) moved.push(issue);
  let total = live.total + moved.length;
  const stale = new Set<string>();
  for (const issue of touched) {
    const { id, isUsual, status, priority } = issue;
    // Of what is known to have been live nothing need be read but what is told of it; without another priority it stands where it stood.
    const wasKnown = isUsual && live.surelyHas?.(id) === true;
    if (wasKnown && isLive(status) && priority < 0) continue;
    stale.add(id);
    const is = wasKnown ? issue : state.facts(id);
    if (wasKnown || isLive(before.facts(id)?.status ?? "closed")) total--;
    if (is === undefined || !isLive(is.status)) continue;
    total++;
    moved.push(is);
  }
  return mergedOrder(live, total, (id) => stale.has(id), moved, moves.place);
}
