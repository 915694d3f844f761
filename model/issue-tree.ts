import type { Issue } from "./issue";
import type { State } from "./state";

/** An issue in its place among its parents and parts. */
export interface TreeIssue {
  readonly issue: Issue;
  /** How many stand above it. */
  readonly depth: number;
  /** Nothing below the same parent comes after it. */
  readonly isLast: boolean;
  /** False for a parent that stands there only because of what is below it. */
  readonly isMatch: boolean;
}

interface Node {
  readonly issue: Issue;
  isMatch: boolean;
  readonly parts: Node[];
}

/**
 * Issues below their parents. What comes first in `matches` comes first among its siblings, and brings its parents along, whether those match or
 * not. Deleted parents are none. A circle of parents, as merges may make one, ends with the first of them that matches.
 */
export function issueTree(state: State, matches: readonly Issue[]): TreeIssue[] {
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];
  for (const match of matches) {
    const chain = new Map<string, Issue>();
    for (let issue: Issue | undefined = match; issue !== undefined && !nodes.has(issue.id); ) {
      chain.set(issue.id, issue);
      const parent = parentOf(state, issue);
      issue = parent === undefined || chain.has(parent.id) ? undefined : parent;
    }
    const upwards = [...chain.values()];
    // Of a circle the parent has no place yet.
    let parent = nodes.get(upwards.at(-1)?.parent ?? "");
    for (const issue of upwards.toReversed()) {
      const node: Node = { issue, isMatch: false, parts: [] };
      nodes.set(issue.id, node);
      (parent?.parts ?? roots).push(node);
      parent = node;
    }
    const own = nodes.get(match.id);
    if (own !== undefined) own.isMatch = true;
  }
  return inOrder(roots);
}

function parentOf(state: State, { parent: id }: Issue): Issue | undefined {
  const parent = id === undefined ? undefined : state.issue(id);
  return parent?.status === "tombstone" ? undefined : parent;
}

function inOrder(roots: readonly Node[]): TreeIssue[] {
  const rows: TreeIssue[] = [];
  const open = roots.map((node, at) => ({ node, depth: 0, isLast: at === roots.length - 1 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth, isLast } = next;
    const { issue, isMatch, parts } = node;
    rows.push({ issue, depth, isLast, isMatch });
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at];
      if (part !== undefined) open.push({ node: part, depth: depth + 1, isLast: at === parts.length - 1 });
    }
  }
  return rows;
}
