import { crossedBetween, firstPlaces, type Heads, type Order, type Place, placeOf } from "./heads";
import type { IssueFacts } from "./issue-facts";
import { Neighbours } from "./neighbours";
import { Readiness } from "./readiness";
import { bearsAnew, ReadinessReach } from "./readiness-reach";
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
  const alone: string[] = [];
  const unjudged: string[] = [];
  for (const id of new Set([...state.changedIds(), ...crossed])) {
    const [then, now] = [before.facts(id), state.facts(id)];
    if (isAlone(then) && isAlone(now) && !state.isLinked(id)) alone.push(id);
    else if (isJudgedAsBefore(then, heads.nowMs, now, nowMs)) unjudged.push(id);
    else reach.add(id, then, heads.nowMs, now, nowMs);
    if (reach.isExceeded || alone.length + unjudged.length > limit) return undefined;
  }
  const was = new Readiness(before, heads.nowMs);
  const is = new Readiness(state, nowMs, neighbours);
  if (reach.mayAddWaits && mayWaitForEver(reach.ids, was, is, limit)) return undefined;
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
  for (const id of unjudged) stale.add(id);
  const moved: IssueFacts[] = [];
  const move = (id: string): void => {
    const issue = state.facts(id);
    if (issue !== undefined) moved.push(issue);
  };
  for (const id of stale) if (is.isReady(id)) move(id);
  const isAmongAlone = new Set(alone);
  for (const id of alone) {
    stale.add(id);
    if (before.facts(id) !== undefined && was.isReady(id)) total--;
    if (!is.isReady(id)) continue;
    total++;
    move(id);
  }
  const isStale = (id: string): boolean => stale.has(id);
  const unblocks = (id: string): number => (isAmongAlone.has(id) ? 0 : is.unblocks(id));
  const first = (count: number): Place[] => {
    const lowest = lowestPriority(heads.ready, isStale, moved, count);
    const places: Place[] = [];
    for (const issue of moved) if (issue.priority <= lowest) places.push(placeOf(issue, unblocks(issue.id)));
    return firstPlaces(heads.ready, isStale, places, count);
  };
  return { head: heads.ready, total, first };
}

/** That of the last of so many places: how much an issue unblocks takes long to find out, and of less urgent ones nobody asks. */
function lowestPriority(
  { places }: Heads["ready"],
  isStale: (id: string) => boolean,
  moved: readonly IssueFacts[],
  count: number,
): number {
  const priorities = moved.map(({ priority }) => priority);
  let left = count;
  for (const { id, priority } of places) {
    if (left === 0) break;
    if (isStale(id)) continue;
    priorities.push(priority);
    left -= 1;
  }
  return priorities.sort((one, other) => one - other)[count - 1] ?? Number.POSITIVE_INFINITY;
}

/** Whether nothing is another than before that a verdict on it, or on any other issue, looks at. */
function isJudgedAsBefore(
  then: IssueFacts | undefined,
  thenMs: number,
  now: IssueFacts | undefined,
  nowMs: number,
): boolean {
  return (
    then !== undefined &&
    now !== undefined &&
    then.status === now.status &&
    then.issue_type === now.issue_type &&
    then.pinned === now.pinned &&
    !bearsAnew(then, thenMs, now, nowMs)
  );
}

/** Whether it waits for no other and stands below none. If also none is linked to it, nothing that happens to the one reaches another: most new issues are so. */
function isAlone(issue: IssueFacts | undefined): boolean {
  return issue === undefined || issue.dependencies.length === 0;
}

/** Some thousands of issues are judged about as fast as all issues are looked at. */
export const mostJudged = 4000;

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
