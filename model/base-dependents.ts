import type { Issue } from "./issue";
import type { IssueSource } from "./state";

/**
 * Who depends on an issue, among those of a source that never changes. A few questions are answered by searching its lines; whoever asks more,
 * as a cascade through thousands does, would wait for minutes, so then all edges are read once.
 */
export class BaseDependents {
  readonly #base: IssueSource;
  readonly #issues: () => Iterable<Issue>;
  #searchCount = 0;
  /** From an issue to those with an edge to it. */
  #index: Map<string, string[]> | undefined;

  constructor(base: IssueSource, issues: () => Iterable<Issue>) {
    this.#base = base;
    this.#issues = issues;
  }

  /** At least all that have an edge to it, in any order. */
  of(id: string): Iterable<string> {
    if (this.#index !== undefined) return this.#index.get(id) ?? [];
    if (++this.#searchCount <= mostSearches) return this.#search(id);
    this.#index = this.#readAll();
    return this.#index.get(id) ?? [];
  }

  /** Whether so much is asked that searching texts is the slower way. */
  get isIndexed(): boolean {
    return this.#index !== undefined;
  }

  *#search(text: string): Iterable<string> {
    const found = this.#base.idsMentioning?.(text);
    if (found !== undefined) yield* found;
    else for (const id of this.#base.ids()) if (mentions(this.#base.line(id), text)) yield id;
  }

  #readAll(): Map<string, string[]> {
    const index = new Map<string, string[]>();
    for (const { id, dependencies } of this.#issues()) {
      for (const target of new Set(dependencies.map((edge) => edge.depends_on_id))) {
        const ids = index.get(target);
        if (ids === undefined) index.set(target, [id]);
        else ids.push(id);
      }
    }
    return index;
  }
}

const mostSearches = 16;

/** An escape may spell the text in another way, so a line with one has to be parsed to know. */
export function mentions(line: string | undefined, id: string): boolean {
  return line?.includes(id) === true || line?.includes("\\u") === true;
}
