import { firstPlaces, type Heads, type Order, type Place, placeOf } from "./heads";
import type { State } from "./state";
import { isLive } from "./status";

/** The order of `list` without a filter, from what the base of the state knows of it and what was changed above the base. */
export function liveOrder(state: State, { live }: Heads): Order {
  const before = state.untouched();
  const moved: Place[] = [];
  let { total } = live;
  for (const id of state.changedIds()) {
    const was = before.facts(id);
    const is = state.facts(id);
    if (was !== undefined && isLive(was.status)) total--;
    if (is === undefined || !isLive(is.status)) continue;
    total++;
    moved.push(placeOf(is));
  }
  return {
    head: live,
    total,
    first: (count) => firstPlaces(live, (id) => state.isTouched(id), moved, count),
  };
}
