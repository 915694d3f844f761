import { blockingTypes, type Dependency, parentChild } from "./dependency";
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
  return dependentsOf(state, id)
    .filter(({ issue, dependency }) => dependency.type === parentChild && issue.parent === id)
    .map(({ issue }) => issue);
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
  const tree = new Tree(state, isContainment ? { childId: fromId, parentId: toId } : undefined);
  if (isContainment && tree.isInside(toId, fromId)) return tree.pathUp(toId, fromId);
  if (!isContainment && tree.isInside(toId, fromId)) return undefined;
  const goals: [Wait, Wait][] = isContainment
    ? [
        [startOf(toId), startOf(fromId)],
        [closeOf(fromId), closeOf(toId)],
      ]
    : [[closeOf(toId), startOf(fromId)]];
  for (const [first, last] of goals) {
    const path = tree.pathOfWaits(first, last);
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

/** A moment that others wait for: an issue can be worked on (`start`), or is done (`close`). */
interface Wait {
  readonly moment: "start" | "close";
  readonly id: string;
}

function startOf(id: string): Wait {
  return { moment: "start", id };
}

function closeOf(id: string): Wait {
  return { moment: "close", id };
}

/** Who contains whom, with one edge that may not stand in the state yet. */
class Tree {
  readonly #state: State;
  readonly #assumed: { readonly childId: string; readonly parentId: string } | undefined;
  #children: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(state: State, assumed: { readonly childId: string; readonly parentId: string } | undefined) {
    this.#state = state;
    this.#assumed = assumed;
  }

  /** Whether `id` lies strictly below `ancestorId`. */
  isInside(id: string, ancestorId: string): boolean {
    return this.#ancestors(id).includes(ancestorId);
  }

  /** From `ancestorId` down the edge that closes the circle and up again. */
  pathUp(id: string, ancestorId: string): string[] {
    const above = this.#ancestors(id);
    return [ancestorId, id, ...above.slice(0, above.indexOf(ancestorId) + 1)];
  }

  /** The ids along the shortest way from one wait to another, neighbours that are the same issue taken together. */
  pathOfWaits(first: Wait, last: Wait): string[] | undefined {
    const cameFrom = new Map<string, Wait | undefined>([[keyOf(first), undefined]]);
    let layer = [first];
    while (layer.length > 0 && !cameFrom.has(keyOf(last))) {
      const next: Wait[] = [];
      for (const wait of layer) {
        for (const other of this.#waitsOf(wait)) {
          if (cameFrom.has(keyOf(other))) continue;
          cameFrom.set(keyOf(other), wait);
          next.push(other);
        }
      }
      layer = next;
    }
    if (!cameFrom.has(keyOf(last))) return undefined;
    const path: string[] = [];
    for (let wait: Wait | undefined = last; wait !== undefined; wait = cameFrom.get(keyOf(wait))) {
      if (path.at(-1) !== wait.id) path.push(wait.id);
    }
    return path.reverse();
  }

  #waitsOf({ moment, id }: Wait): Wait[] {
    const issue = this.#state.issue(id);
    if (issue?.status === "tombstone") return [];
    const blockers = this.#blockers(id);
    if (moment === "close") {
      const inner = blockers.filter((blocker) => this.isInside(blocker, id));
      return [startOf(id), ...[...this.#childrenOf(id), ...inner].map(closeOf)];
    }
    const outer = blockers.filter((blocker) => !this.isInside(blocker, id)).map(closeOf);
    const parent = this.#parentOf(id);
    return parent === undefined ? outer : [...outer, startOf(parent)];
  }

  #blockers(id: string): string[] {
    const edges = this.#state.issue(id)?.dependencies ?? [];
    return edges
      .filter((edge) => blockingTypes.has(edge.type) && this.#state.has(edge.depends_on_id))
      .map((edge) => edge.depends_on_id);
  }

  #parentOf(id: string): string | undefined {
    return this.#assumed?.childId === id ? this.#assumed.parentId : this.#state.issue(id)?.parent;
  }

  /** From the parent up; ends where a merge has closed a circle. */
  #ancestors(id: string): string[] {
    const found: string[] = [];
    for (
      let above = this.#parentOf(id);
      above !== undefined && !found.includes(above);
      above = this.#parentOf(above)
    ) {
      found.push(above);
    }
    return found;
  }

  #childrenOf(id: string): readonly string[] {
    this.#children ??= this.#allChildren();
    return this.#children.get(id) ?? [];
  }

  #allChildren(): ReadonlyMap<string, readonly string[]> {
    const children = new Map<string, string[]>();
    for (const { id } of this.#state.issues()) {
      const parent = this.#parentOf(id);
      if (parent === undefined) continue;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [id]);
      else siblings.push(id);
    }
    return children;
  }
}

function keyOf({ moment, id }: Wait): string {
  return `${moment} ${id}`;
}
