import { blockingTypes, type Dependency, parentChild } from "./dependency";
import type { Issue } from "./issue";
import { compareIds } from "./issue-id";
import type { State } from "./state";
import { closeOf, startOf, type Wait, Waits } from "./waits";

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

/**
 * Whether an edge from `fromId` to `toId` would make issues wait for each other for ever. The edge may stand in the state
 * already. Waiting follows what `ready` follows: blocking edges; a child waits for what its ancestors wait for, but for
 * blockers inside the ancestor's own subtree; a parent closes after its children. Whether the issues are closed today makes
 * no difference, since they can be reopened; deleted ones hold nobody up.
 * @returns the ids along the way, from `fromId` back to it; undefined without a cycle
 */
export function findCycle(state: State, fromId: string, toId: string, type: string): string[] | undefined {
  if (fromId === toId) return [fromId, toId];
  const isContainment = type === parentChild;
  if (!isContainment && !blockingTypes.has(type)) return undefined;
  if (!isTangled(state, fromId, isContainment)) return undefined;
  const waits = new Waits(state, isContainment ? { childId: fromId, parentId: toId } : undefined);
  if (isContainment && waits.isInside(toId, fromId)) return waits.pathUp(toId, fromId);
  if (!isContainment && waits.isInside(toId, fromId)) return undefined;
  const goals: [Wait, Wait][] = isContainment
    ? [
        [startOf(toId), startOf(fromId)],
        [closeOf(fromId), closeOf(toId)],
      ]
    : [[closeOf(toId), startOf(fromId)]];
  for (const [first, last] of goals) {
    const path = waits.pathOfWaits(first, last);
    if (path !== undefined) return path[0] === fromId ? [...path, fromId] : [fromId, ...path];
  }
  return undefined;
}

/** Whether anything could lead back to an issue. Most new ones are free, and the whole tracker need not be read for them. */
function isTangled(state: State, id: string, isContainment: boolean): boolean {
  const issue = state.issue(id);
  const isHeld = isContainment
    ? issue?.dependencies.some((edge) => blockingTypes.has(edge.type)) === true
    : issue?.parent !== undefined;
  return isHeld || dependentsOf(state, id).length > 0;
}
