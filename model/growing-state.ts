import type { Issue } from "./issue";
import type { IssueSource } from "./issue-source";
import type { Operation } from "./operation";
import type { StoredRecord } from "./record";
import { State } from "./state";

/**
 * A state that grows by one request after the other. Each is decided on a layer above it, which costs nothing to make, and is kept or dropped as a
 * whole. Who depends on an issue is known from an index once it was asked often: a search through everything that was changed, for each of
 * thousands of requests, would take minutes.
 */
export class GrowingState implements IssueSource {
  readonly #state: State;
  #searchCount = 0;
  /** From an issue to those that were changed and have, or had, an edge to it. */
  #mentions: Map<string, Set<string>> | undefined;

  constructor(start: State) {
    this.#state = start.fork();
  }

  /** For one request: what is applied to it is not seen here, and it is of no use any more once something was kept. */
  layer(): State {
    return new State(this);
  }

  keep(operations: readonly Operation[], sequence: number): void {
    for (const operation of operations) {
      this.#state.apply(operation, sequence);
      if ("id" in operation) this.#index(operation.id);
    }
  }

  get count(): number {
    return this.#state.count;
  }

  has(id: string): boolean {
    return this.#state.has(id);
  }

  line(id: string): string | undefined {
    return this.#state.line(id);
  }

  issue(id: string): Issue | undefined {
    return this.#state.issue(id);
  }

  version(id: string): number {
    return this.#state.version(id);
  }

  ids(): Iterable<string> {
    return this.#state.ids();
  }

  records(): StoredRecord[] {
    return this.#state.records();
  }

  idsMentioning(id: string): readonly string[] {
    if (this.#mentions === undefined && ++this.#searchCount <= mostSearches)
      return this.#state.idsMentioning(id);
    if (this.#mentions === undefined) {
      this.#mentions = new Map();
      for (const changedId of this.#state.changedIds()) this.#index(changedId);
    }
    const found = this.#state.idsOfBaseMentioning(id);
    const changed = this.#mentions.get(id);
    return changed === undefined ? found : [...found, ...changed];
  }

  /** What was removed may stay: it is searched for, and not found. */
  #index(id: string): void {
    if (this.#mentions === undefined || !this.#state.isTouched(id)) return;
    for (const edge of this.#state.issue(id)?.dependencies ?? []) this.#enter(id, edge.depends_on_id);
  }

  #enter(id: string, dependsOnId: string): void {
    const ids = this.#mentions?.get(dependsOnId);
    if (ids === undefined) this.#mentions?.set(dependsOnId, new Set([id]));
    else ids.add(id);
  }
}

const mostSearches = 16;
