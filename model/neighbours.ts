import { blockingTypes } from "./dependency";
import { childrenOf, dependentsOf } from "./graph";
import type { State } from "./state";

/**
 * Who stands below an issue, and who waits for it. Searches the state for each question, which is cheap for a few of them;
 * after `readAll` everything is known from one pass over all issues.
 */
export class Neighbours {
  readonly #state: State;
  readonly #children = new Map<string, string[]>();
  readonly #dependents = new Map<string, string[]>();
  #isComplete = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** The issues whose parent is `id`, deleted ones not. */
  childrenOf(id: string): readonly string[] {
    return this.#find(this.#children, id, () => childrenOf(this.#state, id).map((child) => child.id));
  }

  /** The issues that a blocking edge lets wait for `id`, deleted ones not. */
  dependentsOf(id: string): readonly string[] {
    return this.#find(this.#dependents, id, () => {
      const edges = dependentsOf(this.#state, id).filter(({ dependency }) =>
        blockingTypes.has(dependency.type),
      );
      return [...new Set(edges.map(({ issue }) => issue.id))];
    });
  }

  readAll(): void {
    if (this.#isComplete) return;
    this.#children.clear();
    this.#dependents.clear();
    for (const { id, status, parent, dependencies } of this.#state.allFacts()) {
      if (status === "tombstone") continue;
      if (parent !== undefined) add(this.#children, parent, id);
      for (const edge of dependencies) {
        if (blockingTypes.has(edge.type)) add(this.#dependents, edge.depends_on_id, id);
      }
    }
    this.#isComplete = true;
  }

  #find(known: Map<string, string[]>, id: string, search: () => string[]): readonly string[] {
    const found = known.get(id) ?? (this.#isComplete ? [] : search());
    if (!this.#isComplete) known.set(id, found);
    return found;
  }
}

/** The issues come one after the other, so the same id twice in a row is a second edge of one issue. */
function add(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else if (list.at(-1) !== id) list.push(id);
}
