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
  for (const id of touched) {
    const was = before.facts(id);
    const is = state.facts(id);
    if (was !== undefined && isLive(was.status)) total--;
    if (is === undefined || !isLive(is.status)) continue;
    total++;
    moved.push(is);
  }
  const stale = new Set(touched);
  return mergedOrder(live, total, (id) => stale.has(id), moved, moves.place);
}
