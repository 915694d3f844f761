import { type Heads, mergedOrder, movesOf, type Order, type Standing } from "./heads";
import type { State } from "./state";
import { isLive } from "./status";

/** The order of `list` without a filter, from what the base of the state knows of it and what was changed above the base. */
export function liveOrder(state: State, { live }: Heads, moves = movesOf(state)): Order {
  const { plain, added, touched } = moves;
  const before = state.untouched();
  const moved: Standing[] = [];
  for (const issue of plain) if (issue.status === "open" || isLive(issue.status)) moved.push(issue);
  for (const issue of added) if (isLive(issue.status)) moved.push(issue);
  let total = live.total + moved.length;
  const stale = new Set<string>();
  for (const issue of touched) {
    const { id, told, status, priority } = issue;
    const isUsual = told === "changes";
    if (isUsual && status === "") {
      // It is live if it was. Whether it was is read where it may come that far.
      stale.add(id);
      moved.push(issue);
      continue;
    }
    // What stood among the first was live, and stands there with the priority that it had.
    const isKnown = isUsual && live.surelyHas?.(id) === true;
    if (isKnown && isLive(status) && priority < 0) continue;
    stale.add(id);
    const was = isKnown ? undefined : before.facts(id);
    if (isKnown || (was !== undefined && isLive(was.status))) total--;
    const isTold = isUsual && (isKnown || was !== undefined);
    const is = isTold ? issue : state.facts(id);
    if (is === undefined || !isLive(is.status)) continue;
    total++;
    moved.push(isTold && priority < 0 && was !== undefined ? was : is);
  }
  return mergedOrder(
    live,
    total,
    (id) => stale.has(id),
    moved,
    (issue) => {
      const isRead = issue.created_at !== "" || isLive(state.facts(issue.id)?.status ?? "closed");
      return isRead ? moves.place(issue) : undefined;
    },
  );
}
