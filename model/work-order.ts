import { type PointGraph, strongComponents } from "./strong-components";
import type { WorkGraph } from "./work-graph";

/** The longest chain of issues that ends at a point. */
export interface Route {
  /** Issues on it, the last one among them. */
  readonly count: number;
  /** Their estimates. */
  readonly minutes: number;
  /** The place of the one before the last. */
  readonly before: number | undefined;
  /** The place of an issue behind which it waits for ever, as far as anybody knows today. */
  readonly stuckBehind: number | undefined;
}

const nothing: Route = { count: 0, minutes: 0, before: undefined, stuckBehind: undefined };

/**
 * The routes to all points of a graph, but for the issues that are in cycles: those have no place in any order, and what waits
 * for them is stuck behind them, as behind those of which nobody knows when they can be begun with.
 */
export function findRoutes(
  graph: WorkGraph,
  cyclic: ReadonlySet<number>,
  isHeld: (place: number) => boolean,
): readonly Route[] {
  const { issues, needs } = graph;
  const routes: Route[] = Array.from({ length: needs.size }, () => nothing);
  // Without its issues a cycle leaves gates behind, each of which passes on what else it waits for.
  const open: PointGraph = {
    size: needs.size,
    next: (point) => needs.next(point).filter((other) => !cyclic.has(other)),
  };
  for (const points of strongComponents(cyclic.size === 0 ? needs : open)) {
    const members = new Set(points);
    let best: Route = nothing;
    let stuckBehind: number | undefined;
    for (const point of points) {
      for (const other of needs.next(point)) {
        if (members.has(other)) continue;
        const isIssue = other < issues.length;
        const behind = isIssue && (cyclic.has(other) || isHeld(other)) ? other : routes[other]?.stuckBehind;
        if (behind !== undefined && behind < (stuckBehind ?? Infinity)) stuckBehind = behind;
        if (cyclic.has(other)) continue;
        const route = routes[other] ?? nothing;
        const candidate = isIssue ? { ...route, before: other } : route;
        if (compareRoutes(candidate, best) < 0) best = candidate;
      }
    }
    for (const point of points) {
      const issue = issues[point];
      routes[point] =
        issue === undefined
          ? { ...best, stuckBehind }
          : {
              count: best.count + 1,
              minutes: best.minutes + (issue.estimated_minutes ?? 0),
              before: best.before,
              stuckBehind,
            };
    }
  }
  return routes;
}

/** The longest first: by issues, then by estimates; of equal ones the same whatever the order they were found in. */
export function compareRoutes(left: Route, right: Route): number {
  return (
    right.count - left.count ||
    right.minutes - left.minutes ||
    (left.before ?? Infinity) - (right.before ?? Infinity)
  );
}
