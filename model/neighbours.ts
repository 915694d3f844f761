import { blockingTypes, type Link, partLink, waitingLink } from "./dependency";
import { compareIds } from "./issue-id";
import { filterIn } from "./list";
import type { State } from "./state";
import { isLive } from "./status";

/**
 * Who stands below an issue, and who waits for it. Searches the state for each question, which is cheap for a few of them;
 * after `readAll`, and after many questions, everything is known from one pass over all issues.
 */
export class Neighbours {
  readonly #state: State;
  readonly #children = new Map<string, string[]>();
  readonly #dependents = new Map<string, string[]>();
  /** Whose children, and whose dependents, were searched for. */
  readonly #searched: Readonly<Record<Link, Set<string>>> = {
    [waitingLink]: new Set<string>(),
    [partLink]: new Set<string>(),
  };
  #searchCount = 0;
  #isComplete = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** The issues whose parent is `id`, deleted ones not. */
  childrenOf(id: string): readonly string[] {
    this.#search(id, partLink);
    return this.#children.get(id) ?? nobody;
  }

  /** Some of them that are wanted, so many where there are so many: then nobody looks at the others, of which there may be hundreds. Nobody wants what is closed. */
  someChildrenOf(id: string, isWanted: (child: string) => boolean, enough: number): readonly string[] {
    if (Number.isFinite(enough) && !this.#isComplete && !this.#searched[partLink].has(id)) {
      const some: string[] = [];
      const candidates = filterIn(
        this.#state.idsMentioning(id, partLink),
        (each) => !this.#state.surelyClosed(each),
      );
      for (const candidate of candidates.slice(0, fewCandidates)) {
        const issue = this.#state.facts(candidate);
        if (issue?.parent === id && isWanted(candidate)) some.push(candidate);
        if (some.length === enough) return some;
      }
      if (candidates.length <= fewCandidates) return some;
    }
    return this.childrenOf(id).filter(isWanted);
  }

  /** The live issues that a blocking edge lets wait for `id`. */
  dependentsOf(id: string): readonly string[] {
    this.#search(id, waitingLink);
    return this.#dependents.get(id) ?? nobody;
  }

  readAll(): void {
    if (this.#isComplete) return;
    this.#children.clear();
    this.#dependents.clear();
    for (const { id, status, parent, dependencies } of this.#state.allFacts()) {
      if (status === "tombstone") continue;
      if (parent !== undefined) add(this.#children, parent, id);
      if (!isLive(status)) continue;
      for (const edge of dependencies) {
        if (blockingTypes.has(edge.type)) add(this.#dependents, edge.depends_on_id, id);
      }
    }
    this.#isComplete = true;
  }

  #search(id: string, link: Link): void {
    const searched = this.#searched[link];
    if (this.#isComplete || searched.has(id)) return;
    const state = this.#state;
    const isWaiting = link === waitingLink;
    const named = state.expectFacts(this.#searchCount) ? undefined : state.idsMentioning(id, link);
    const found = named && isWaiting ? filterIn(named, (each) => !state.surelyClosed(each)) : named;
    // Many searches, or one that finds many, take longer than to go over all issues.
    if (found === undefined || state.expectFacts(found.length)) {
      this.readAll();
      return;
    }
    searched.add(id);
    this.#searchCount += 1;
    for (const candidate of found.length < 2 ? found : found.toSorted(compareIds)) {
      const issue = state.facts(candidate);
      if (issue === undefined || issue.status === "tombstone") continue;
      // A line of another tool may name two parents, or hold the same edge twice.
      if (!isWaiting) {
        if (issue.parent === id) add(this.#children, id, candidate);
      } else if (isLive(issue.status)) {
        for (const { depends_on_id: target, type } of issue.dependencies)
          if (target === id && blockingTypes.has(type)) add(this.#dependents, id, candidate);
      }
    }
  }
}

const fewCandidates = 16;
const nobody: readonly string[] = [];

/** The issues come one after the other, so the same id twice in a row is a second edge of one issue. */
function add(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else if (list.at(-1) !== id) list.push(id);
}

/**
 * Adds to `found` what is in `open` and below it. A parent of something closed may be in `found` without having been walked, so
 * that has a set of its own.
 */
export function walkDown(open: string[], found: Set<string>, below: (id: string) => readonly string[]): void {
  const walked = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (walked.has(id)) continue;
    walked.add(id);
    found.add(id);
    for (const each of below(id)) open.push(each);
  }
}
