import { crossedBetween, firstPlaces, type Heads, type Order, placeOf } from "./heads";
import { Neighbours } from "./neighbours";
import { Readiness } from "./readiness";
import { ReadinessReach } from "./readiness-reach";
import type { State } from "./state";
import { findWaitCycles } from "./wait-cycles";

/**
 * The order of `ready` at a moment, from what the base of the state knows of it and what was changed above the base: what the changes can have reached is
 * judged again, everything else stands where it stood. Where there is an answer, no issues wait for each other for ever.
 * @param limit how many issues may be judged
 * @returns undefined when all issues have to be looked at
 */
export function readyOrder(state: State, heads: Heads, nowMs: number, limit = mostJudged): Order | undefined {
  const crossed = crossedBetween(heads.deferrals, heads.nowMs, nowMs);
  if (heads.hasWaitCycles || crossed === undefined) return undefined;
  const before = state.untouched();
  const neighbours = new Neighbours(state);
  const reach = new ReadinessReach(neighbours, limit);
  for (const id of new Set([...state.changedIds(), ...crossed])) {
    reach.add(id, before.issue(id), heads.nowMs, state.issue(id), nowMs);
    if (reach.isExceeded) return undefined;
  }
  const was = new Readiness(before, heads.nowMs);
  const is = new Readiness(state, nowMs, neighbours);
  if (mayWaitForEver(reach.ids, was, is, limit)) return undefined;
  let { total } = heads.ready;
  const stale = new Set(reach.ids);
  for (const id of reach.ids) {
    total += Number(is.isReady(id)) - Number(was.isReady(id));
    const [lastBefore, last] = [was.lastHindrance(id), is.lastHindrance(id)];
    if (lastBefore === last) continue;
    // One of them unblocks this one no more, or the other one does now.
    if (lastBefore !== undefined) stale.add(lastBefore);
    if (last !== undefined) stale.add(last);
  }
  const moved = [...stale]
    .filter((id) => is.isReady(id))
    .map((id) => state.issue(id))
    .filter((issue) => issue !== undefined)
    .map((issue) => placeOf(issue, is.unblocks(issue.id)));
  return { total, first: (count) => firstPlaces(heads.ready, (id) => stale.has(id), moved, count) };
}

/** Some thousands of issues are judged about as fast as all issues are looked at. */
const mostJudged = 4000;

/** A circle that was not there before leads through an issue that waits for another one than before. */
function mayWaitForEver(ids: Iterable<string>, was: Readiness, is: Readiness, limit: number): boolean {
  const starts = [...ids].filter((id) => {
    const waits = is.waitsFor(id);
    if (waits.length === 0) return false;
    const waited = new Set(was.waitsFor(id));
    return waits.some((other) => !waited.has(other));
  });
  let asked = 0;
  const cycles = findWaitCycles(starts, (id) => (asked++ > limit ? [] : is.waitsFor(id)));
  return cycles.length > 0 || asked > limit;
}
