import { type Dependency, parentChild } from "./dependency";
import type { Issue } from "./issue";
import { compareIds } from "./issue-id";
import type { State } from "./state";

/** An issue that has an edge to another one, and that edge. */
export interface Dependent {
  readonly issue: Issue;
  readonly dependency: Dependency;
}

/** Issues with an edge to `id`, children among them, deleted ones not; by id. */
export function dependentsOf(state: State, id: string): Dependent[] {
  const found: Dependent[] = [];
  for (const candidate of state.idsMentioning(id)) {
    const issue = state.issue(candidate);
    if (issue === undefined || issue.status === "tombstone") continue;
    for (const dependency of issue.dependencies) {
      if (dependency.depends_on_id === id) found.push({ issue, dependency });
    }
  }
  return found.sort((left, right) => compareIds(left.issue.id, right.issue.id));
}

/** The issues whose parent is `id`, deleted ones not; by id. */
export function childrenOf(state: State, id: string): Issue[] {
  const children = dependentsOf(state, id)
    .filter(({ issue, dependency }) => dependency.type === parentChild && issue.parent === id)
    .map(({ issue }) => issue);
  // A line of another tool may hold the same edge twice.
  return [...new Set(children)];
}
