import { blockingTypes } from "./dependency";
import type { IssueFacts } from "./issue-facts";
import type { Neighbours } from "./neighbours";
import type { Readiness } from "./readiness";
import type { State } from "./state";
import { isDeferred, isLive } from "./status";

/** What an issue is to others, by the rules of `docs/ready-semantics.md`. */
interface Bearing {
  /** It holds up who waits for it. */
  readonly isLive: boolean;
  /** None where it is deleted or unknown: nothing passes through it then. */
  readonly parent: string | undefined;
  /** With these it may hold up its parts; what is not live does not. */
  readonly isDeferred: boolean;
  readonly edges: IssueFacts["dependencies"];
}

/**
 * Which issues may be ready, wait or hold others up in another way than before, because of changes: at least all of them. Everything else is judged as it was,
 * since a verdict looks at the issue, at its blockers, at what is above it and their blockers, and for an epic at its parts.
 */
export class ReadinessReach {
  /** The neighbours as they are now. Whoever did not change has the same ones above and the same blockers as before. */
  readonly #neighbours: Neighbours;
  readonly #state: State;
  readonly #was: Readiness;
  readonly #is: Readiness;
  readonly #limit: number;
  readonly #found = new Set<string>();
  readonly #walked = new Set<string>();
  #mayAddWaits = false;

  constructor(state: State, neighbours: Neighbours, was: Readiness, is: Readiness, limit: number) {
    this.#state = state;
    this.#neighbours = neighbours;
    this.#was = was;
    this.#is = is;
    this.#limit = limit;
  }

  get ids(): ReadonlySet<string> {
    return this.#found;
  }

  /** Whether anything may wait for another issue than before. To close and to take up ends waits, and begins none. */
  get mayAddWaits(): boolean {
    return this.#mayAddWaits;
  }

  /** Whether more are reached than anybody wants to look at; then the rest is left out. */
  get isExceeded(): boolean {
    return this.#found.size > this.#limit;
  }

  /** An issue that was something else before, or at another moment. */
  add(id: string, before: IssueFacts | undefined, now: IssueFacts | undefined): void {
    const was = bearingOf(before, this.#was.nowMs);
    const is = bearingOf(now, this.#is.nowMs);
    this.#found.add(id);
    const { isMoved, isOpened, mayHoldAnew } = differencesOf(was, is);
    // What was ready and is closed now never held up its parts, whatever it once waited for.
    const isHeldAnew = mayHoldAnew && (this.#was.holdsUpItsParts(id) || this.#is.holdsUpItsParts(id));
    const isTakenUp = now?.status === "in_progress" && now.issue_type === before?.issue_type;
    if (isMoved || (is.isLive && (isOpened || isHeldAnew || !isTakenUp))) this.#mayAddWaits = true;
    // Whether a blocker lies inside of what waits for it depends on where the blocker stands.
    if (isMoved) for (const part of this.#below(id)) this.#addDependents(part);
    if (isOpened) this.#addDependents(id);
    if (isMoved || isHeldAnew) this.#addWithParts(id);
    if (isMoved || isOpened) this.#addEpics(was.parent, is.parent);
  }

  /** An epic is not handed out while a part of it is open. What has been another type, or was closed, has changed itself. */
  #addEpics(...parents: readonly (string | undefined)[]): void {
    for (const parent of parents) {
      const issue = parent === undefined ? undefined : this.#state.facts(parent);
      if (issue?.issue_type === "epic" && isLive(issue.status)) this.#found.add(issue.id);
    }
  }

  /** What is closed waits for nothing, and passes nothing on to its parts; what was closed has changed itself. */
  #addDependents(id: string): void {
    const dependents = this.#neighbours.dependentsOf(id);
    // Often they are too many already, and nobody has to look for their parts.
    for (const dependent of dependents) this.#found.add(dependent);
    for (const dependent of dependents) this.#addWithParts(dependent);
  }

  /** What holds up an issue holds up its parts. */
  #addWithParts(id: string): void {
    const open = [id];
    for (let at = open.pop(); at !== undefined && !this.isExceeded; at = open.pop()) {
      if (this.#walked.has(at)) continue;
      this.#walked.add(at);
      this.#found.add(at);
      for (const child of this.#neighbours.childrenOf(at)) open.push(child);
    }
  }

  /** Itself and all its parts. */
  #below(id: string): ReadonlySet<string> {
    const found = new Set([id]);
    for (const at of found) {
      if (found.size > this.#limit) break;
      for (const child of this.#neighbours.childrenOf(at)) found.add(child);
    }
    return found;
  }
}

/** Whether others may see in it something else than before. */
export function bearsAnew(
  before: IssueFacts | undefined,
  beforeMs: number,
  now: IssueFacts | undefined,
  nowMs: number,
): boolean {
  const { isMoved, isOpened, mayHoldAnew } = differencesOf(
    bearingOf(before, beforeMs),
    bearingOf(now, nowMs),
  );
  return isMoved || isOpened || mayHoldAnew;
}

interface Differences {
  /** It stands elsewhere. */
  readonly isMoved: boolean;
  /** It was opened, or closed. */
  readonly isOpened: boolean;
  /** Something else may hold it up. */
  readonly mayHoldAnew: boolean;
}

function differencesOf(was: Bearing, is: Bearing): Differences {
  return {
    isMoved: was.parent !== is.parent,
    isOpened: was.isLive !== is.isLive,
    mayHoldAnew:
      was.isDeferred !== is.isDeferred ||
      (was.edges !== is.edges && blockersAmong(was.edges) !== blockersAmong(is.edges)),
  };
}

function bearingOf(issue: IssueFacts | undefined, nowMs: number): Bearing {
  if (issue === undefined || issue.status === "tombstone") return nothing;
  if (!isLive(issue.status)) return { ...nothing, parent: issue.parent };
  return {
    isLive: true,
    parent: issue.parent,
    isDeferred: isDeferred(issue, nowMs),
    edges: issue.dependencies,
  };
}

function blockersAmong(edges: IssueFacts["dependencies"]): string {
  const blockers: string[] = [];
  for (const { depends_on_id: blocker, type } of edges) if (blockingTypes.has(type)) blockers.push(blocker);
  return blockers.sort().join(" ");
}

const nothing: Bearing = { isLive: false, parent: undefined, isDeferred: false, edges: [] };
