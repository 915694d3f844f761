import { blockingTypes } from "./dependency";
import { Neighbours } from "./neighbours";
import type { State } from "./state";

/** A moment that others wait for: an issue can be worked on (`start`), or is done (`close`). */
export interface Wait {
  readonly moment: "start" | "close";
  readonly id: string;
}

export function startOf(id: string): Wait {
  return { moment: "start", id };
}

export function closeOf(id: string): Wait {
  return { moment: "close", id };
}

/**
 * Which moment waits for which, by the rules that `ready` follows: an issue starts when its blockers outside of it are closed, and
 * not before its parent may start; it closes after it has started, after its children, and after blockers inside of it. With one
 * edge of containment that may not stand in the state yet.
 */
export class Waits {
  readonly #state: State;
  readonly #assumed: { readonly childId: string; readonly parentId: string } | undefined;
  readonly #neighbours: Neighbours;

  constructor(state: State, assumed?: { readonly childId: string; readonly parentId: string }) {
    this.#state = state;
    this.#assumed = assumed;
    this.#neighbours = new Neighbours(state);
  }

  /** Before everything is asked for: one pass over all issues instead of a search for each. */
  readAll(): void {
    this.#neighbours.readAll();
  }

  /** Whether `id` lies strictly below `ancestorId`, with nothing deleted between them: what is below that stands for itself. */
  isInside(id: string, ancestorId: string): boolean {
    for (const above of this.#ancestors(id)) {
      if (this.#isDeleted(above)) return false;
      if (above === ancestorId) return true;
    }
    return false;
  }

  /** What an issue is inside of, from its parent up to below the first deleted one. */
  wholesAround(id: string): string[] {
    const wholes: string[] = [];
    for (const above of this.#ancestors(id)) {
      if (this.#isDeleted(above)) break;
      wholes.push(above);
    }
    return wholes;
  }

  /** The same whatever was deleted: it may come back. */
  isBelow(id: string, ancestorId: string): boolean {
    for (const above of this.#ancestors(id)) if (above === ancestorId) return true;
    return false;
  }

  /** From `ancestorId` down the edge that closes the circle and up again. */
  pathUp(id: string, ancestorId: string): string[] {
    const above = [...this.#ancestors(id)];
    return [ancestorId, id, ...above.slice(0, above.indexOf(ancestorId) + 1)];
  }

  /** The ids along the shortest way from one wait to another, neighbours that are the same issue taken together. */
  pathOfWaits(first: Wait, last: Wait): string[] | undefined {
    const cameFrom = new Map<string, Wait | undefined>([[keyOf(first), undefined]]);
    let layer = [first];
    while (layer.length > 0 && !cameFrom.has(keyOf(last))) {
      const next: Wait[] = [];
      for (const wait of layer) {
        for (const other of this.of(wait)) {
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

  /** What one moment waits for. */
  of({ moment, id }: Wait): Wait[] {
    const issue = this.#state.facts(id);
    if (issue?.status === "tombstone") return [];
    const blockers = this.#blockers(id);
    if (moment === "close") {
      const inner = blockers.filter((blocker) => this.isInside(blocker, id));
      return [startOf(id), ...[...this.#childrenOf(id), ...inner].map(closeOf)];
    }
    const outer = blockers.filter((blocker) => !this.isInside(blocker, id)).map(closeOf);
    const parent = this.#parentOf(id);
    return parent === undefined || this.#isDeleted(parent) ? outer : [...outer, startOf(parent)];
  }

  #isDeleted(id: string): boolean {
    return this.#state.facts(id)?.status === "tombstone";
  }

  #blockers(id: string): string[] {
    const edges = this.#state.facts(id)?.dependencies ?? [];
    return edges
      .filter((edge) => blockingTypes.has(edge.type) && this.#state.has(edge.depends_on_id))
      .map((edge) => edge.depends_on_id);
  }

  #parentOf(id: string): string | undefined {
    return this.#assumed?.childId === id ? this.#assumed.parentId : this.#state.facts(id)?.parent;
  }

  /** From the parent up; ends where a merge has closed a circle. Whoever has seen enough goes no further: parents may lie deep. */
  *#ancestors(id: string): Iterable<string> {
    const seen = new Set<string>();
    let above = this.#parentOf(id);
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      yield above;
      above = this.#parentOf(above);
    }
  }

  #childrenOf(id: string): readonly string[] {
    const children = this.#neighbours.childrenOf(id);
    if (this.#assumed === undefined) return children;
    const { childId, parentId } = this.#assumed;
    const others = children.filter((child) => child !== childId);
    return parentId === id ? [...others, childId] : others;
  }
}

export function keyOf({ moment, id }: Wait): string {
  return `${moment} ${id}`;
}
