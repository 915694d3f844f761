import {
  crossedBetween,
  type Heads,
  type Moves,
  mergedOrder,
  movesOf,
  type Order,
  type Standing,
} from "./heads";
import type { IssueFacts } from "./issue-facts";
import { Neighbours } from "./neighbours";
import { Readiness } from "./readiness";
import { bearsAnew, ReadinessReach } from "./readiness-reach";
import type { State } from "./state";
import { isReadyAlone } from "./verdict";
import { findWaitCycles } from "./wait-cycles";

/**
 * The order of `ready` at a moment, from what the base of the state knows of it and what was changed above the base: what the changes can have reached is
 * judged again, everything else stands where it stood. Where there is an answer, no issues wait for each other for ever.
 * @param limit how many issues may be judged
 * @returns undefined when all issues have to be looked at
 */
export function readyOrder(
  state: State,
  heads: Heads,
  nowMs: number,
  { limit = mostJudged, moves = movesOf(state) }: { limit?: number; moves?: Moves } = {},
): Order | undefined {
  const crossed = crossedBetween(heads.deferrals, heads.nowMs, nowMs);
  if (heads.hasWaitCycles || crossed === undefined) return undefined;
  const { plain, added } = moves;
  const before = state.untouched();
  const neighbours = new Neighbours(state);
  // Few are looked at, and whoever waits for nobody was ready itself, most often among the first.
  const was = new Readiness(before, heads.nowMs, new Neighbours(before), 2, heads.ready.surelyHas);
  const is = new Readiness(state, nowMs, neighbours, 2);
  const reach = new ReadinessReach(state, neighbours, was, is, limit);
  const linked = linkedIds(state, moves);
  const others = new Set(crossed);
  const moved: Standing[] = [];
  const isAnyLinked = linked.size > 0;
  for (const issue of plain) {
    if (isAnyLinked && linked.has(issue.id)) others.add(issue.id);
    else if (issue.status === "open") moved.push(issue);
  }
  for (const issue of added) {
    if (!isAlone(issue) || linked.has(issue.id)) others.add(issue.id);
    else if (isReadyAlone(issue, nowMs)) moved.push(issue);
  }
  const newCount = moved.length;
  let total = heads.ready.total + newCount;
  if (newCount > limit) return undefined;
  // What happens to one of these reaches no other issue.
  const alone = new Set<string>();
  const unjudged: Standing[] = [];
  for (const issue of moves.touched) {
    const { id, told, status } = issue;
    // With another priority it is as ready as it was, and what was ready is not when it is taken up; neither reaches another one. Nothing need be read to know that.
    if (told !== "changes" || others.has(id)) others.add(id);
    else if (status === "") unjudged.push(issue);
    else if (status !== "in_progress" || heads.ready.surelyHas?.(id) !== true) others.add(id);
    else {
      alone.add(id);
      total--;
    }
  }
  for (const id of others) {
    const [then, now] = [before.facts(id), state.facts(id)];
    if (isAlone(then) && isAlone(now) && !linked.has(id) && before.idsMentioning(id).length === 0) {
      alone.add(id);
      if (then !== undefined && isReadyAlone(then, heads.nowMs)) total--;
      if (now === undefined || !isReadyAlone(now, nowMs)) continue;
      total++;
      moved.push(now);
    } else if (now !== undefined && isJudgedAsBefore(then, heads.nowMs, now, nowMs)) unjudged.push(now);
    else reach.add(id, then, now);
    if (reach.isExceeded || newCount + alone.size + unjudged.length > limit) return undefined;
  }
  if (reach.mayAddWaits && mayWaitForEver(reach.ids, was, is, limit)) return undefined;
  const stale = new Set(reach.ids);
  for (const id of reach.ids) {
    if (alone.has(id)) continue;
    total += Number(is.isReady(id)) - Number(was.isReady(id));
    const [lastBefore, last] = [was.lastHindrance(id), is.lastHindrance(id)];
    if (lastBefore === last) continue;
    // One of them unblocks this one no more, or the other one does now.
    if (lastBefore !== undefined) stale.add(lastBefore);
    if (last !== undefined) stale.add(last);
  }
  for (const id of stale) {
    const issue = state.facts(id);
    if (issue !== undefined) moved.push(issue);
  }
  for (const issue of unjudged) {
    if (!stale.has(issue.id)) moved.push(issue);
    stale.add(issue.id);
  }
  const isStale = (id: string): boolean => stale.has(id) || alone.has(id);
  // Of the others in the order nothing unblocks any.
  return mergedOrder(heads.ready, total, isStale, moved, (issue) => {
    const { id } = issue;
    const place = !stale.has(id) || is.isReady(id) ? moves.place(issue) : undefined;
    return place && stale.has(id) ? { ...place, unblocks: is.unblocks(id) } : place;
  });
}

/** Whether nothing is another than before that a verdict on it, or on any other issue, looks at. */
function isJudgedAsBefore(
  then: IssueFacts | undefined,
  thenMs: number,
  now: IssueFacts,
  nowMs: number,
): boolean {
  return (
    then !== undefined &&
    then.status === now.status &&
    then.issue_type === now.issue_type &&
    then.pinned === now.pinned &&
    !bearsAnew(then, thenMs, now, nowMs)
  );
}

/** The other ends of edges above the base that it may not have. */
function linkedIds(state: State, { added, touched }: Moves): Set<string> {
  const linked = new Set<string>();
  const enter = ({ dependencies }: IssueFacts): void => {
    if (dependencies.length > 0) for (const { depends_on_id: target } of dependencies) linked.add(target);
  };
  for (const issue of added) enter(issue);
  for (const { id, keepsLinks } of touched) {
    const issue = keepsLinks ? undefined : state.facts(id);
    if (issue !== undefined) enter(issue);
  }
  return linked;
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
