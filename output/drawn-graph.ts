import { blockingTypes, parentChild } from "../model/dependency";
import type { Issue } from "../model/issue";
import type { GraphEdge, GraphPart } from "../model/issue-graph";
import type { ReadinessClass } from "../model/readiness";

/** What every drawing of a graph is made from. */
export interface DrawnGraph {
  readonly parts: readonly GraphPart[];
  readonly nowMs: number;
  /** The issue that it is about. */
  readonly rootId: string | undefined;
  standing(issue: Issue): Standing;
}

/** How an issue stands, which gives its colour: as `ready` and `why` see it. */
export type Standing = ReadinessClass | "closed" | "deleted";

export const standings: readonly Standing[] = [
  "ready",
  "in_progress",
  "blocked",
  "waiting",
  "deferred",
  "closed",
  "deleted",
];

export const standingNames = {
  ready: "ready",
  in_progress: "in progress",
  blocked: "blocked",
  waiting: "waiting",
  deferred: "deferred",
  closed: "closed",
  deleted: "deleted",
} as const satisfies Record<Standing, string>;

/** Three kinds of lines are as many as anybody can tell apart. */
export type EdgeKind = "blocks" | "contains" | "link";

export function kindOf({ type }: GraphEdge): EdgeKind {
  if (type === parentChild) return "contains";
  return blockingTypes.has(type) ? "blocks" : "link";
}

/** Those that a graph has, in the order of the legend. */
export function standingsIn(graph: DrawnGraph): Standing[] {
  const found = new Set(graph.parts.flatMap(({ nodes }) => nodes.map(({ issue }) => graph.standing(issue))));
  return standings.filter((standing) => found.has(standing));
}
