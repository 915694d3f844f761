import { blockingTypes } from "./dependency";
import type { IssueFacts } from "./issue-facts";
import { filterIn, mappedIn, someIn } from "./list";
import type { Neighbours } from "./neighbours";
import type { State } from "./state";
import { isDeferred, isLive, shownStatus } from "./status";

/** Every live issue is in exactly one of these; where several would fit, in the first. */
export const readinessClasses = ["in_progress", "deferred", "blocked", "waiting", "ready"] as const;

export type ReadinessClass = (typeof readinessClasses)[number];

/** An open blocker. `holder` is the issue that has the edge: the one that is held up, or an ancestor of it. */
export interface Hold {
  readonly blocker: string;
  readonly type: string;
  readonly holder: string;
}

/** The class of a live issue, and what puts it there. */
export type Verdict =
  | { readonly class: "in_progress"; readonly reason: "status" }
  | {
      readonly class: "deferred";
      readonly reason: "itself" | "ancestor";
      /** The issue that is put off: itself, or the nearest ancestor that is. */
      readonly holder: string;
      /** Absent: until somebody takes it up again. */
      readonly until?: string;
    }
  | {
      readonly class: "blocked";
      /** `edge`: by an edge of its own, perhaps by those of ancestors, too. `status`: somebody said so; `holds` is empty. */
      readonly reason: "edge" | "ancestor" | "status";
      readonly holds: readonly Hold[];
    }
  | { readonly class: "waiting"; readonly reason: "pinned" | "status"; readonly status: string }
  | { readonly class: "waiting"; readonly reason: "children"; readonly openChildren: readonly string[] }
  | { readonly class: "ready"; readonly reason: "free" };

export const free: Verdict = { class: "ready", reason: "free" };

/** Whether the verdict on it is `ready`, where it has no edge and none leads to it. */
export function isReadyAlone(issue: IssueFacts, nowMs: number): boolean {
  const { status } = issue;
  if ((status !== "open" && status !== "deferred") || issue.pinned === true) return false;
  if (issue.defer_until === undefined) return status === "open";
  return shownStatus(issue, nowMs) === "open" && !isDeferred(issue, nowMs);
}

/** A live issue that keeps what is below it from being worked on, and the next such one further up. */
interface Above {
  readonly holder: IssueFacts;
  readonly next: Above | undefined;
}

const noHolds: readonly Hold[] = [];

/** Each once. */
export function blockersIn(holds: readonly Hold[]): string[] {
  return holds.length === 0 ? [] : [...new Set(mappedIn(holds, ({ blocker }) => blocker))];
}

/** The rules of `docs/ready-semantics.md`. Looks at the issue, at what it waits for and at what is above it. */
export class Judge {
  readonly #state: State;
  #neighbours: Neighbours | undefined;
  readonly #nowMs: number;
  readonly #enoughChildren: number;
  /** All parts of an issue ask for what it passes down, and for who is above them, so both are remembered, by its id. */
  readonly #passedDown = new Map<string, readonly Hold[]>();
  readonly #above = new Map<string, Above | undefined>();

  /**
   * @param neighbours made when they are asked for where none are given
   * @param enoughChildren so many open ones of an epic a verdict names
   */
  constructor(
    state: State,
    nowMs: number,
    neighbours?: Neighbours,
    enoughChildren = Number.POSITIVE_INFINITY,
  ) {
    this.#enoughChildren = enoughChildren;
    this.#state = state;
    this.#neighbours = neighbours;
    this.#nowMs = nowMs;
  }

  /** Undefined for a closed, deleted or unknown issue. `closedId` is judged as if it were closed. */
  verdict(id: string, closedId?: string): Verdict | undefined {
    const issue = this.#open(id, closedId);
    if (issue === undefined) return undefined;
    const status = shownStatus(issue, this.#nowMs);
    const stopped = this.#stopOf(issue, status, closedId);
    if (stopped !== undefined) return stopped;
    if (status === "pinned" || issue.pinned === true) return { class: "waiting", reason: "pinned", status };
    if (status !== "open") return { class: "waiting", reason: "status", status };
    const openChildren = issue.issue_type === "epic" ? this.#someOpenChildren(id, closedId) : [];
    if (openChildren.length > 0) return { class: "waiting", reason: "children", openChildren };
    return free;
  }

  /** The verdict on what has begun, is put off or is blocked, for which nobody's parts need to be known. */
  stop(id: string): Verdict | undefined {
    const issue = this.#open(id);
    return issue === undefined ? undefined : this.#stopOf(issue, shownStatus(issue, this.#nowMs));
  }

  #stopOf(issue: IssueFacts, status: string, closedId?: string): Verdict | undefined {
    if (status === "in_progress") return { class: "in_progress", reason: "status" };
    const deferred = this.#deferral(issue, closedId);
    if (deferred !== undefined) return deferred;
    const holds = this.#holds(issue, closedId);
    if (holds.length > 0) {
      const isItsOwn = someIn(holds, (hold) => hold.holder === issue.id);
      return { class: "blocked", reason: isItsOwn ? "edge" : "ancestor", holds };
    }
    return status === "blocked" ? { class: "blocked", reason: "status", holds } : undefined;
  }

  /** The open blockers of a live issue: its own, then those that its ancestors pass on, the nearest first. */
  holds(id: string): readonly Hold[] {
    const issue = this.#open(id);
    return issue === undefined ? noHolds : this.#holds(issue);
  }

  /** Whether everything below `id` is held up by it. */
  holdsUpItsParts(id: string, closedId?: string): boolean {
    const issue = this.#open(id, closedId);
    if (issue === undefined) return false;
    return isDeferred(issue, this.#nowMs) || this.#passedOn(issue, closedId).length > 0;
  }

  openChildren(id: string): readonly string[] {
    return this.#parts()
      .childrenOf(id)
      .filter((child) => this.#isOpenPart(child, id));
  }

  #someOpenChildren(id: string, closedId: string | undefined): readonly string[] {
    const isOpenPart = (child: string): boolean => this.#isOpenPart(child, id, closedId);
    return this.#parts().someChildrenOf(id, isOpenPart, this.#enoughChildren);
  }

  #parts(): Neighbours {
    if (this.#neighbours === undefined) {
      // Only a verdict on an epic asks for them.
      const { Neighbours } = require("./neighbours") as typeof import("./neighbours");
      this.#neighbours = new Neighbours(this.#state);
    }
    return this.#neighbours;
  }

  #isOpenPart(child: string, id: string, closedId?: string): boolean {
    return child !== id && this.#open(child, closedId) !== undefined;
  }

  #deferral(issue: IssueFacts, closedId: string | undefined): Verdict | undefined {
    let holder: IssueFacts | undefined = isDeferred(issue, this.#nowMs) ? issue : undefined;
    for (
      let above = this.#firstAbove(issue);
      above !== undefined && holder === undefined;
      above = above.next
    ) {
      if (above.holder.id !== closedId && isDeferred(above.holder, this.#nowMs)) holder = above.holder;
    }
    if (holder === undefined) return undefined;
    return {
      class: "deferred",
      reason: holder === issue ? "itself" : "ancestor",
      holder: holder.id,
      ...(holder.defer_until === undefined ? {} : { until: holder.defer_until }),
    };
  }

  #holds(issue: IssueFacts, closedId?: string): readonly Hold[] {
    const own = this.#ownHolds(issue, closedId);
    const passed: Hold[] = [];
    for (let above = this.#firstAbove(issue); above !== undefined; above = above.next) {
      if (above.holder.id === closedId) continue;
      for (const hold of this.#passedOn(above.holder, closedId)) passed.push(hold);
    }
    return passed.length === 0 ? own : [...own, ...passed];
  }

  #ownHolds(issue: IssueFacts, closedId?: string): readonly Hold[] {
    if (issue.dependencies.length === 0) return noHolds;
    const holds: Hold[] = [];
    for (const { depends_on_id: blocker, type } of issue.dependencies) {
      if (blockingTypes.has(type) && this.#open(blocker, closedId) !== undefined)
        holds.push({ blocker, type, holder: issue.id });
    }
    return holds;
  }

  /** An issue that waits for a part of its own does not keep the parts from being worked on. */
  #passedOn(holder: IssueFacts, closedId: string | undefined): readonly Hold[] {
    let passed = this.#passedDown.get(holder.id);
    if (passed === undefined) {
      passed = filterIn(this.#ownHolds(holder), ({ blocker }) => !this.#isBelow(blocker, holder.id));
      this.#passedDown.set(holder.id, passed);
    }
    return passed.length === 0 ? noHolds : filterIn(passed, ({ blocker }) => blocker !== closedId);
  }

  #isBelow(id: string, ancestorId: string): boolean {
    const seen = new Set([id]);
    const issue = this.#state.facts(id);
    for (let above = issue && this.#parentOf(issue); above !== undefined; above = this.#parentOf(above)) {
      if (seen.has(above.id)) return false;
      if (above.id === ancestorId) return true;
      seen.add(above.id);
    }
    return false;
  }

  /**
   * The nearest one above that passes something down. A closed issue waits for nothing itself, but what is above it still counts;
   * a merge may have closed a circle of parents, and what is in or below one has its own view of it, which is not remembered.
   */
  #firstAbove(issue: IssueFacts): Above | undefined {
    if (issue.parent === undefined) return undefined;
    if (this.#above.has(issue.parent)) return this.#above.get(issue.parent);
    const way: IssueFacts[] = [];
    const seen = new Set<string>();
    let top: IssueFacts | undefined = issue;
    for (; top !== undefined && !this.#isKnownAbove(top) && !seen.has(top.id); top = this.#parentOf(top)) {
      way.push(top);
      seen.add(top.id);
    }
    const isCircle = top !== undefined && seen.has(top.id);
    let above =
      top === undefined || isCircle ? undefined : this.#withHolder(top, this.#above.get(top.parent ?? ""));
    for (const below of way.reverse()) {
      if (!isCircle && below.parent !== undefined) this.#above.set(below.parent, above);
      if (below !== issue) above = this.#withHolder(below, above);
    }
    return above;
  }

  #withHolder(issue: IssueFacts, above: Above | undefined): Above | undefined {
    return this.holdsUpItsParts(issue.id) ? { holder: issue, next: above } : above;
  }

  #isKnownAbove({ parent }: IssueFacts): boolean {
    return parent !== undefined && this.#above.has(parent);
  }

  /** Undefined at the top, and below what is deleted or unknown. */
  #parentOf({ parent: parentId }: IssueFacts): IssueFacts | undefined {
    const parent = parentId === undefined ? undefined : this.#state.facts(parentId);
    return parent?.status === "tombstone" ? undefined : parent;
  }

  #open(id: string, closedId?: string): IssueFacts | undefined {
    if (id === closedId) return undefined;
    const issue = this.#state.facts(id);
    return issue !== undefined && isLive(issue.status) ? issue : undefined;
  }
}
