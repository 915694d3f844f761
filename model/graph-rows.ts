import { pointRow } from "./analysis-rows";
import type { GraphEdge, GraphPart } from "./issue-graph";
import type { JsonObject } from "./json";

interface Parts {
  readonly parts: readonly GraphPart[];
  readonly nowMs: number;
}

/** All parts, as `br` has them: `roots` depend on nothing, `depth` is how many layers lie before. */
export function graphRow({ parts, nowMs }: Parts): JsonObject {
  return {
    components: parts.map(({ nodes, edges }) => ({
      nodes: nodes.map(({ issue, layer }) => ({ ...pointRow(issue, nowMs), depth: layer })),
      ...edgeRows(edges),
      roots: nodes.filter(({ layer }) => layer === 0).map(({ issue }) => issue.id),
    })),
    total_nodes: parts.reduce((sum, { nodes }) => sum + nodes.length, 0),
    total_components: parts.length,
  };
}

/** What has to do with one issue; `depth` is how many steps away from it. */
export function rootedGraphRow(
  { parts, nowMs }: Parts,
  root: { readonly id: string; readonly steps: ReadonlyMap<string, number> },
): JsonObject {
  const nodes = parts
    .flatMap((part) => part.nodes)
    .map(({ issue }) => ({ issue, depth: root.steps.get(issue.id) ?? 0 }))
    .sort((left, right) => left.depth - right.depth);
  return {
    root: root.id,
    nodes: nodes.map(({ issue, depth }) => ({ ...pointRow(issue, nowMs), depth })),
    ...edgeRows(parts.flatMap(({ edges }) => edges)),
    count: nodes.length,
  };
}

/** Pairs of dependent and dependency, and beside them the type of each. */
function edgeRows(edges: readonly GraphEdge[]): JsonObject {
  return { edges: edges.map(({ from, to }) => [from, to]), edge_types: edges.map(({ type }) => type) };
}
