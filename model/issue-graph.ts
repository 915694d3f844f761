import { blockingTypes, parentChild } from "./dependency";
import type { Issue } from "./issue";
import { compareIds } from "./issue-id";
import type { State } from "./state";
import { strongComponents } from "./strong-components";

/** An edge between two issues of a graph, as its dependent holds it: `from` depends on `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

export interface GraphNode {
  readonly issue: Issue;
  /** From what is to be done first, which has 0: one more than the deepest that has to be done before it. */
  readonly layer: number;
}

/** Issues that hang together, by whatever edges. */
export interface GraphPart {
  /** By layer, then priority, then id. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Blocking edges and containment have a direction in time: an issue is done after its blockers and, if it is a parent, after its parts. */
export function orderOf({ from, to, type }: GraphEdge): { earlier: string; later: string } | undefined {
  if (type === parentChild) return { earlier: from, later: to };
  return blockingTypes.has(type) ? { earlier: to, later: from } : undefined;
}

/** The edges between the issues that are chosen; a merge may have left the same one twice. */
export function edgesAmong(
  state: State,
  ids: Iterable<string>,
  isChosen: (id: string) => boolean,
): GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (const from of ids) {
    const seen = new Set<string>();
    for (const { depends_on_id: to, type } of state.issue(from)?.dependencies ?? []) {
      if (!isChosen(to) || seen.has(`${type} ${to}`)) continue;
      seen.add(`${type} ${to}`);
      edges.push({ from, to, type });
    }
  }
  return edges;
}

/**
 * How far each issue is from a root, over edges in one direction at a time: what it depends on, and what depends on it, step by
 * step. With `isWhole` in any direction at each step.
 */
export function stepsFrom(
  rootId: string,
  edges: readonly GraphEdge[],
  { isWhole, most }: { readonly isWhole: boolean; readonly most: number },
): Map<string, number> {
  const down = neighbours(edges, isWhole ? "both" : "down");
  const steps = walk(rootId, down, most);
  if (isWhole) return steps;
  for (const [id, count] of walk(rootId, neighbours(edges, "up"), most)) {
    if (count < (steps.get(id) ?? Infinity)) steps.set(id, count);
  }
  return steps;
}

/** The parts of a graph, the largest first. */
export function graphParts(state: State, ids: Iterable<string>, edges: readonly GraphEdge[]): GraphPart[] {
  const next = neighbours(edges, "both");
  const layers = layersOf([...ids], edges);
  const partOf = new Map<string, number>();
  const members: string[][] = [];
  for (const id of ids) {
    if (partOf.has(id)) continue;
    const found = [...walk(id, next, Infinity).keys()];
    for (const member of found) partOf.set(member, members.length);
    members.push(found);
  }
  const edgesOf: GraphEdge[][] = members.map(() => []);
  for (const edge of edges) edgesOf[partOf.get(edge.from) ?? 0]?.push(edge);
  const parts = members.map(
    (found, at): GraphPart => ({
      nodes: found
        .map((id) => ({ issue: state.issue(id), layer: layers.get(id) ?? 0 }))
        .filter((node): node is GraphNode => node.issue !== undefined)
        .sort(
          (left, right) =>
            left.layer - right.layer ||
            left.issue.priority - right.issue.priority ||
            compareIds(left.issue.id, right.issue.id),
        ),
      edges: edgesOf[at] ?? [],
    }),
  );
  return parts.sort(
    (left, right) =>
      right.nodes.length - left.nodes.length ||
      compareIds(left.nodes[0]?.issue.id ?? "", right.nodes[0]?.issue.id ?? ""),
  );
}

/** Issues that wait for each other stand in one layer. */
function layersOf(ids: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const places = new Map(ids.map((id, place) => [id, place]));
  const before: number[][] = ids.map(() => []);
  for (const edge of edges) {
    const order = orderOf(edge);
    const [earlier, later] = [places.get(order?.earlier ?? ""), places.get(order?.later ?? "")];
    if (earlier !== undefined && later !== undefined) before[later]?.push(earlier);
  }
  const layers = new Map<string, number>();
  const components = strongComponents({ size: ids.length, next: (place) => before[place] ?? [] });
  for (const component of components) {
    const members = new Set(component);
    const outer = component.flatMap((place) => before[place] ?? []).filter((place) => !members.has(place));
    const layer = outer.reduce((most, place) => Math.max(most, 1 + (layers.get(ids[place] ?? "") ?? 0)), 0);
    for (const place of component) layers.set(ids[place] ?? "", layer);
  }
  return layers;
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighbours(edges: readonly GraphEdge[], direction: "down" | "up" | "both"): Neighbours {
  const found = new Map<string, string[]>();
  const add = (from: string, to: string) => {
    const known = found.get(from);
    if (known === undefined) found.set(from, [to]);
    else known.push(to);
  };
  for (const { from, to } of edges) {
    if (direction !== "up") add(from, to);
    if (direction !== "down") add(to, from);
  }
  return found;
}

/** Breadth first: each issue with its least number of steps. */
function walk(rootId: string, next: Neighbours, most: number): Map<string, number> {
  const steps = new Map([[rootId, 0]]);
  let layer = [rootId];
  for (let count = 1; layer.length > 0 && count <= most; count++) {
    const further: string[] = [];
    for (const id of layer) {
      for (const other of next.get(id) ?? []) {
        if (steps.has(other)) continue;
        steps.set(other, count);
        further.push(other);
      }
    }
    layer = further;
  }
  return steps;
}
