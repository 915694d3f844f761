import { blockingTypes } from "./dependency";
import type { Issue } from "./issue";
import type { State } from "./state";
import { isLive, shownStatus } from "./status";
import type { PointGraph } from "./strong-components";

/**
 * Which live issue has to be closed before which can be worked on, by the rules of `docs/ready-semantics.md`, as a graph of
 * points. The points below `issues.length` are the issues themselves. Each live issue with live parts has a second one, its
 * gate: what every part below it waits for. Without gates an epic with a thousand blockers and a thousand parts would be a
 * million edges.
 */
export interface WorkGraph {
  /** The live issues, by id; their place is their point. */
  readonly issues: readonly Issue[];
  readonly placeOf: ReadonlyMap<string, number>;
  /** From a point to those it waits for. */
  readonly needs: PointGraph;
  /** From a point to those that wait for it. */
  readonly frees: PointGraph;
}

export function workGraph(state: State, nowMs: number): WorkGraph {
  const issues = [...state.issues()].filter((issue) => isLive(issue.status));
  const placeOf = new Map(issues.map((issue, place) => [issue.id, place]));
  const above = liveParents(state, issues, placeOf);
  const gateOf = new Map<number, number>();
  for (const parent of above) {
    if (parent !== undefined && !gateOf.has(parent)) gateOf.set(parent, issues.length + gateOf.size);
  }
  const size = issues.length + gateOf.size;
  const needs: number[][] = Array.from({ length: size }, () => []);
  const placesOfBlockers = (issue: Issue): number[] =>
    issue.dependencies
      .filter((edge) => blockingTypes.has(edge.type))
      .map((edge) => placeOf.get(edge.depends_on_id))
      .filter((place) => place !== undefined);
  const gateAbove = (place: number): number[] => {
    const parent = above[place];
    const gate = parent === undefined ? undefined : gateOf.get(parent);
    return gate === undefined ? [] : [gate];
  };
  issues.forEach((issue, place) => {
    // Work that has begun waits for no blocker any more.
    const hasBegun = shownStatus(issue, nowMs) === "in_progress";
    const blockers = placesOfBlockers(issue);
    if (!hasBegun) needs[place] = [...blockers, ...gateAbove(place)];
    const gate = gateOf.get(place);
    if (gate === undefined) return;
    const outer = blockers.filter((blocker) => !isBelow(state, issues[blocker]?.id, issue.id));
    needs[gate] = [...outer, ...gateAbove(place)];
  });
  // An epic is done when its parts are. Those below a closed one are not its own any more.
  issues.forEach((issue, place) => {
    const parent = issue.parent === undefined ? undefined : placeOf.get(issue.parent);
    if (parent !== undefined && parent !== place && issues[parent]?.issue_type === "epic")
      needs[parent]?.push(place);
  });
  const lists = needs.map((list) => [...new Set(list)]);
  return { issues, placeOf, needs: graphOf(lists), frees: graphOf(reversed(lists)) };
}

/** Counts the issues that wait directly for one: by an edge of their own, through a gate above them, or as its epic. */
export function directCounter({ issues, frees }: WorkGraph): (place: number) => number {
  // Whose count a point was last part of: a point may be reached through several gates.
  const countedFor = new Int32Array(frees.size).fill(-1);
  return (place) => {
    let count = 0;
    const open = [place];
    for (let point = open.pop(); point !== undefined; point = open.pop()) {
      for (const other of frees.next(point)) {
        if (countedFor[other] === place) continue;
        countedFor[other] = place;
        if (other >= issues.length) open.push(other);
        else if (other !== place) count++;
      }
    }
    return count;
  };
}

const nowhere: readonly number[] = [];

function graphOf(lists: readonly (readonly number[])[]): PointGraph {
  return { size: lists.length, next: (point) => lists[point] ?? nowhere };
}

function reversed(lists: readonly (readonly number[])[]): number[][] {
  const back: number[][] = lists.map(() => []);
  lists.forEach((list, point) => {
    for (const target of list) back[target]?.push(point);
  });
  return back;
}

/**
 * By place: the nearest live issue above. A closed one passes on what is above it; through a deleted or unknown one nothing
 * comes, and a circle of closed parents ends nowhere.
 */
function liveParents(
  state: State,
  issues: readonly Issue[],
  placeOf: ReadonlyMap<string, number>,
): (number | undefined)[] {
  const known = new Map<string, number | undefined>();
  return issues.map((issue) => {
    const way: string[] = [];
    let at = issue.parent;
    let found: number | undefined;
    while (at !== undefined) {
      found = placeOf.get(at) ?? known.get(at);
      if (found !== undefined || known.has(at)) break;
      // What is on the way counts as known, which ends a circle.
      known.set(at, undefined);
      way.push(at);
      const parent = state.issue(at);
      at = parent?.status === "tombstone" ? undefined : parent?.parent;
    }
    for (const id of way) known.set(id, found);
    return found;
  });
}

/** Whether a blocker is one of the parts of the issue that waits for it: then the other parts do not wait with it. */
function isBelow(state: State, id: string | undefined, ancestorId: string): boolean {
  const seen = new Set<string>();
  for (let at = id; at !== undefined && !seen.has(at); ) {
    seen.add(at);
    const parent = state.issue(at)?.parent;
    const isPassing = parent !== undefined && state.issue(parent)?.status !== "tombstone";
    if (isPassing && parent === ancestorId) return !seen.has(ancestorId);
    at = isPassing ? parent : undefined;
  }
  return false;
}
