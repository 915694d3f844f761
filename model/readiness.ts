import { compareAge, type IssueFacts } from "./issue-facts";
import { Neighbours, walkDown } from "./neighbours";
import type { State } from "./state";
import { blockersIn, free, Judge, type Verdict } from "./verdict";

export type { Hold, ReadinessClass, Verdict } from "./verdict";

export interface OfferOptions {
  /** Epics whose parts are still open, too. */
  readonly includeEpics?: boolean | undefined;
}

/**
 * Which issues can be worked on, at one state and moment; the rules are in `docs/ready-semantics.md`. Lazy: judging one issue
 * looks at it, at what it waits for and at what is above it, and nothing is judged twice.
 */
export class Readiness {
  /** The moment that it is about. */
  readonly nowMs: number;
  readonly #state: State;
  readonly #neighbours: Neighbours;
  readonly #judge: Judge;
  readonly #isKnownReady: (id: string) => boolean;
  readonly #verdicts = new Map<string, Verdict | undefined>();
  readonly #unblocks = new Map<string, number>();

  /**
   * @param enoughChildren so many open ones of an epic its verdict names; two tell whether one is the last
   * @param isKnownReady issues that somebody else has judged
   */
  constructor(
    state: State,
    nowMs: number,
    neighbours = new Neighbours(state),
    enoughChildren?: number,
    isKnownReady: (id: string) => boolean = nobodyKnows,
  ) {
    this.nowMs = nowMs;
    this.#state = state;
    this.#neighbours = neighbours;
    this.#isKnownReady = isKnownReady;
    this.#judge = new Judge(state, nowMs, this.#neighbours, enoughChildren);
  }

  /** Before all issues are judged: one pass over them instead of a search for each. */
  readAll(): void {
    this.#neighbours.readAll();
  }

  /** Undefined for a closed, deleted or unknown issue. */
  verdict(id: string): Verdict | undefined {
    if (this.#verdicts.has(id)) return this.#verdicts.get(id);
    const verdict = this.#isKnownReady(id) ? free : this.#judge.verdict(id);
    this.#verdicts.set(id, verdict);
    return verdict;
  }

  isReady(id: string): boolean {
    return this.verdict(id)?.class === "ready";
  }

  isBlocked(id: string): boolean {
    return this.#judge.stop(id)?.class === "blocked";
  }

  /** Whether everything below it is held up by it. */
  holdsUpItsParts(id: string): boolean {
    return !this.#isKnownReady(id) && this.#judge.holdsUpItsParts(id);
  }

  /** Whether `ready` and `next` hand it out. */
  isOffered(id: string, options: OfferOptions = {}): boolean {
    const verdict = this.verdict(id);
    if (verdict?.class === "ready") return true;
    return options.includeEpics === true && verdict?.class === "waiting" && verdict.reason === "children";
  }

  /** Each id once: its own blockers, then those of its ancestors, whatever its class is. Empty unless the issue is live. */
  openBlockersOf(id: string): string[] {
    const verdict = this.#verdicts.get(id);
    return blockersIn(verdict?.class === "blocked" ? verdict.holds : this.#judge.holds(id));
  }

  /**
   * The ids without which a live issue cannot be done: its open blockers, and for an epic its open children. Work that has
   * begun waits for no blocker any more.
   */
  waitsFor(id: string): readonly string[] {
    const verdict = this.verdict(id);
    if (verdict === undefined || verdict.class === "ready") return nobody;
    if (verdict.class === "waiting" && verdict.reason === "children") return this.#judge.openChildren(id);
    const blockers = verdict.class === "in_progress" ? nobody : this.openBlockersOf(id);
    if (this.#state.facts(id)?.issue_type !== "epic") return blockers;
    return [...new Set([...blockers, ...this.#judge.openChildren(id)])];
  }

  /** The one issue that has to be closed for this one to be ready: its only open blocker, or the last part of an epic. */
  lastHindrance(id: string): string | undefined {
    const verdict = this.verdict(id);
    let hindrances = nobody;
    if (verdict?.class === "blocked") hindrances = this.openBlockersOf(id);
    else if (verdict?.class === "waiting" && verdict.reason === "children") hindrances = verdict.openChildren;
    const [only, ...others] = hindrances;
    if (only === undefined || others.length > 0) return undefined;
    return this.#judge.verdict(id, only)?.class === "ready" ? only : undefined;
  }

  /** How many issues would become ready if this one were closed now. */
  unblocks(id: string): number {
    const known = this.#unblocks.get(id);
    if (known !== undefined) return known;
    const freed = this.#freedCandidates(id).filter((other) => this.#isFreedBy(other, id));
    this.#unblocks.set(id, freed.length);
    return freed.length;
  }

  /** Whether it is nobody's part, nobody waits for it and nothing is part of it, as with most: then it unblocks nobody, which takes longer to be found out. */
  isEnd(id: string): boolean {
    return (
      this.#neighbours.dependentsOf(id).length === 0 &&
      this.#neighbours.childrenOf(id).length === 0 &&
      this.#state.facts(id)?.parent === undefined
    );
  }

  /** Judged anew only where nothing else is known to stay in the way: an epic is asked about for each of its parts. */
  #isFreedBy(id: string, closedId: string): boolean {
    const verdict = this.verdict(id);
    if (verdict === undefined || verdict.class === "ready") return false;
    if (verdict.class === "waiting" && verdict.reason === "children")
      return verdict.openChildren.length === 1 && verdict.openChildren[0] === closedId;
    if (
      verdict.class === "blocked" &&
      verdict.holds.some(({ blocker, holder }) => blocker !== closedId && holder !== closedId)
    )
      return false;
    return this.#judge.verdict(id, closedId)?.class === "ready";
  }

  /** Best first: by priority, then by how much it unblocks, then by age. */
  ready(options: OfferOptions = {}): IssueFacts[] {
    this.readAll();
    const found = [...this.#state.allFacts()].filter((issue) => this.isOffered(issue.id, options));
    return found.sort((left, right) => this.compare(left, right));
  }

  /** The order of `ready`. */
  compare(left: IssueFacts, right: IssueFacts): number {
    return (
      left.priority - right.priority ||
      this.unblocks(right.id) - this.unblocks(left.id) ||
      compareAge(left, right)
    );
  }

  /**
   * Who might become ready when `id` is closed. Below an issue that stays held up nobody does, so its parts are left out: without
   * that an epic with many blockers and many parts would be walked through once for every blocker.
   */
  #freedCandidates(id: string): readonly string[] {
    const issue = this.#state.facts(id);
    if (issue === undefined || this.verdict(id) === undefined) return nobody;
    const open = [
      ...this.#neighbours.dependentsOf(id),
      ...(this.#judge.holdsUpItsParts(id) ? this.#neighbours.childrenOf(id) : nobody),
    ];
    if (open.length === 0) return issue.parent === undefined ? nobody : [issue.parent];
    const found = new Set<string>([id]);
    if (issue.parent !== undefined) found.add(issue.parent);
    walkDown(open, found, (other) =>
      this.#judge.holdsUpItsParts(other, id) ? [] : this.#neighbours.childrenOf(other),
    );
    return [...found].filter((other) => other !== id);
  }
}

const nobody: readonly string[] = [];
const nobodyKnows = (): boolean => false;
