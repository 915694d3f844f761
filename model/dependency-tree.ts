import type { Issue } from "./issue";
import type { State } from "./state";

/** A line of a tree. */
export interface TreeNode {
  readonly id: string;
  /** Undefined for an id that nobody knows here. */
  readonly issue: Issue | undefined;
  /** The root has 0. */
  readonly depth: number;
  /** The id one step nearer to the root, and the type of the edge between the two; neither for the root. */
  readonly above?: string;
  readonly type?: string;
  /** Nothing follows below what `above` has already said. */
  readonly isLast: boolean;
  /** Why nothing stands below it although something could: the depth, it is unfolded elsewhere, it stands above itself. */
  readonly end?: "depth" | "repeated" | "cycle";
}

export interface TreeOptions {
  /** Down: what an issue depends on. Up: what depends on it. */
  readonly direction: "down" | "up";
  readonly maxDepth: number;
}

/**
 * What hangs on an issue, depth first. Every issue is unfolded once, so that the tree is no larger than the graph, whatever is
 * shared or closes a circle in it. Deleted issues hold nothing up and are left out above; below they are shown as deleted.
 */
export function dependencyTree(state: State, rootId: string, options: TreeOptions): TreeNode[] {
  const edgesOf = options.direction === "down" ? edgesDown(state) : edgesUp(state);
  const nodes: TreeNode[] = [];
  const unfolded = new Set<string>();
  const way: { id: string; edges: readonly Edge[]; next: number }[] = [];
  const onWay = new Set<string>();
  const enter = (id: string, place: Pick<TreeNode, "above" | "type" | "isLast">): void => {
    const edges = edgesOf(id);
    const depth = way.length;
    const end = edges.length === 0 ? undefined : endOf(id, depth);
    nodes.push({ id, issue: state.issue(id), depth, ...place, ...(end === undefined ? {} : { end }) });
    if (edges.length === 0 || end !== undefined) return;
    unfolded.add(id);
    onWay.add(id);
    way.push({ id, edges, next: 0 });
  };
  const endOf = (id: string, depth: number): TreeNode["end"] => {
    if (onWay.has(id)) return "cycle";
    if (unfolded.has(id)) return "repeated";
    return depth >= options.maxDepth ? "depth" : undefined;
  };
  enter(rootId, { isLast: true });
  // Without recursion: a chain may be longer than the stack is deep.
  for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
    const edge = top.edges[top.next++];
    if (edge === undefined) {
      onWay.delete(top.id);
      way.pop();
    } else {
      enter(edge.id, { above: top.id, type: edge.type, isLast: top.next === top.edges.length });
    }
  }
  return nodes;
}

interface Edge {
  /** The other end. */
  readonly id: string;
  readonly type: string;
}

function edgesDown(state: State): (id: string) => readonly Edge[] {
  return (id) =>
    (state.issue(id)?.dependencies ?? []).map(({ depends_on_id, type }) => ({ id: depends_on_id, type }));
}

/** One pass over all issues instead of a search for each of the tree. */
function edgesUp(state: State): (id: string) => readonly Edge[] {
  const dependents = new Map<string, Edge[]>();
  for (const { id, status, dependencies } of state.issues()) {
    if (status === "tombstone") continue;
    for (const { depends_on_id, type } of dependencies) {
      const known = dependents.get(depends_on_id);
      if (known === undefined) dependents.set(depends_on_id, [{ id, type }]);
      else known.push({ id, type });
    }
  }
  return (id) => dependents.get(id) ?? [];
}
