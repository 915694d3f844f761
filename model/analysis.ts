import type { Issue } from "./issue";
import { compareIds } from "./issue-id";
import { countReached } from "./reach";
import { Readiness } from "./readiness";
import type { State } from "./state";
import { shownStatus } from "./status";
import { strongComponents } from "./strong-components";
import { instantMs } from "./time";
import { cycleThrough } from "./wait-cycles";
import { directCounter, type WorkGraph, workGraph } from "./work-graph";
import { compareRoutes, findRoutes, type Route } from "./work-order";

/** A live issue that no phase can hold, and why: by itself, or because it waits for one that is. */
export interface UnplannedIssue {
  readonly issue: Issue;
  readonly reason: UnplannedReason;
  /** The issue at the bottom of it, where that is another one. */
  readonly because?: string;
}

export type UnplannedReason = "deferred" | "pinned" | "status" | "cycle" | "waits";

export interface Plan {
  /** Each holds what can be worked on at once when all before it are closed, the most urgent first. */
  readonly phases: readonly (readonly Issue[])[];
  readonly unplanned: readonly UnplannedIssue[];
}

export interface CriticalPath {
  /** From what can be begun with to what is closed last; each waits for the one before it. */
  readonly issues: readonly Issue[];
  /** The sum of the estimates that there are. */
  readonly estimatedMinutes: number;
  readonly withoutEstimate: number;
}

export interface Bottleneck {
  readonly issue: Issue;
  /** How many live issues name it as what they wait for, by an edge of their own, of an ancestor, or as their part. */
  readonly direct: number;
  /** How many cannot be done before it, however far behind it they stand. */
  readonly total: number;
  readonly isOnCriticalPath: boolean;
}

/**
 * What the edges between live issues mean together: in which order they can be worked on, what takes longest, what holds up most.
 * Over the edges that `ready` follows. Lazy: each part is worked out once, when it is asked for.
 */
export class Analysis {
  readonly readiness: Readiness;
  readonly #graph: WorkGraph;
  #components: number[][] | undefined;
  #cyclic: ReadonlySet<number> | undefined;
  #routes: readonly Route[] | undefined;
  #plan: Plan | undefined;
  #criticalPath: CriticalPath | undefined;
  #bottlenecks: Bottleneck[] | undefined;

  constructor(state: State, nowMs: number) {
    this.#graph = workGraph(state, nowMs);
    this.readiness = new Readiness(state, nowMs);
    this.readiness.readAll();
  }

  /** Every live issue, by id. */
  get issues(): readonly Issue[] {
    return this.#graph.issues;
  }

  /** Whether it is in a circle of issues that wait for each other. */
  isInCycle(id: string): boolean {
    const place = this.#graph.placeOf.get(id);
    return place !== undefined && this.#cyclicPlaces().has(place);
  }

  /** One shortest way round for each knot of issues that wait for each other, its first id not again at its end; by ids. */
  cycles(): string[][] {
    const cyclic = this.#cyclicPlaces();
    return this.#parts()
      .map((points) => points.filter((point) => cyclic.has(point)).map((place) => this.#idAt(place)))
      .filter((ids) => ids.length > 0)
      .map((ids) => {
        const knot = new Set(ids);
        const [least = ""] = ids.toSorted(compareIds);
        const path = cycleThrough(least, (id) =>
          this.readiness.waitsFor(id).filter((other) => knot.has(other)),
        );
        return path?.slice(0, -1) ?? ids;
      })
      .sort((left, right) => compareIds(left.join(" "), right.join(" ")));
  }

  plan(): Plan {
    this.#plan ??= this.#makePlan();
    return this.#plan;
  }

  /** The longest chain by its number of issues, then by its estimates. What is in a cycle has no place in one. */
  criticalPath(): CriticalPath {
    this.#criticalPath ??= this.#findCriticalPath();
    return this.#criticalPath;
  }

  /** Only those that somebody waits for, what holds up most first. */
  bottlenecks(): readonly Bottleneck[] {
    this.#bottlenecks ??= this.#findBottlenecks();
    return this.#bottlenecks;
  }

  /** How many pairs there are of which one waits directly for the other. */
  edgeCount(): number {
    return this.bottlenecks().reduce((sum, { direct }) => sum + direct, 0);
  }

  #makePlan(): Plan {
    const routes = this.#allRoutes();
    const phases: Issue[][] = [];
    const unplanned: UnplannedIssue[] = [];
    this.issues.forEach((issue, place) => {
      const hindrance = this.#hindrance(issue, place);
      const stuckBehind = routes[place]?.stuckBehind;
      if (hindrance !== undefined) unplanned.push({ issue, ...hindrance });
      else if (stuckBehind !== undefined)
        unplanned.push({ issue, reason: "waits", because: this.#idAt(stuckBehind) });
      else {
        const phase = (routes[place]?.count ?? 1) - 1;
        phases[phase] ??= [];
        phases[phase].push(issue);
      }
    });
    return { phases: phases.map((phase, at) => this.#mostUrgentFirst(phase, at === 0)), unplanned };
  }

  /** As `ready` has them. What a later one unblocks is seen when its time has come. */
  #mostUrgentFirst(phase: readonly Issue[], isReady: boolean): Issue[] {
    return phase
      .map((issue) => ({
        issue,
        unblocks: isReady ? this.readiness.unblocks(issue.id) : 0,
        ageMs: instantMs(issue.created_at),
      }))
      .sort(
        (left, right) =>
          left.issue.priority - right.issue.priority ||
          right.unblocks - left.unblocks ||
          left.ageMs - right.ageMs,
      )
      .map(({ issue }) => issue);
  }

  #findCriticalPath(): CriticalPath {
    const routes = this.#allRoutes();
    const ends = [...this.issues.keys()].filter((place) => !this.#cyclicPlaces().has(place));
    const longest = ends.reduce<number | undefined>((best, place) => {
      const [known, route] = [routes[best ?? -1], routes[place]];
      return known !== undefined && route !== undefined && compareRoutes(known, route) <= 0 ? best : place;
    }, undefined);
    const issues: Issue[] = [];
    for (let at = longest; at !== undefined; at = routes[at]?.before) {
      const issue = this.issues[at];
      if (issue !== undefined) issues.push(issue);
    }
    const estimates = issues.flatMap((issue) => issue.estimated_minutes ?? []);
    return {
      issues: issues.reverse(),
      estimatedMinutes: estimates.reduce((sum, minutes) => sum + minutes, 0),
      withoutEstimate: issues.length - estimates.length,
    };
  }

  #findBottlenecks(): Bottleneck[] {
    const { frees, needs } = this.#graph;
    const totals = countReached(
      frees,
      this.#parts(),
      this.issues.length,
      (point) => needs.next(point).length > 0,
    );
    const onPath = new Set(this.criticalPath().issues);
    const found: Bottleneck[] = [];
    const countDirect = directCounter(this.#graph);
    this.issues.forEach((issue, place) => {
      const direct = countDirect(place);
      if (direct === 0) return;
      found.push({ issue, direct, total: totals[place] ?? 0, isOnCriticalPath: onPath.has(issue) });
    });
    return found.sort(
      (left, right) =>
        right.total - left.total ||
        right.direct - left.direct ||
        left.issue.priority - right.issue.priority ||
        compareIds(left.issue.id, right.issue.id),
    );
  }

  /** What keeps it from being planned whatever it waits for. */
  #hindrance(issue: Issue, place: number): Omit<UnplannedIssue, "issue"> | undefined {
    if (this.#cyclicPlaces().has(place)) return { reason: "cycle" };
    const verdict = this.readiness.verdict(issue.id);
    if (verdict?.class === "deferred")
      return { reason: "deferred", ...(verdict.holder === issue.id ? {} : { because: verdict.holder }) };
    const status = shownStatus(issue, this.readiness.nowMs);
    if (status === "in_progress") return undefined;
    if (status === "pinned" || issue.pinned === true) return { reason: "pinned" };
    return status === "open" ? undefined : { reason: "status" };
  }

  #allRoutes(): readonly Route[] {
    const held = (place: number): boolean => {
      const issue = this.issues[place];
      return issue !== undefined && this.#hindrance(issue, place) !== undefined;
    };
    this.#routes ??= findRoutes(this.#graph, this.#cyclicPlaces(), held);
    return this.#routes;
  }

  #parts(): number[][] {
    this.#components ??= strongComponents(this.#graph.needs);
    return this.#components;
  }

  /** A circle of gates alone is a circle of parents: nobody waits in it. */
  #cyclicPlaces(): ReadonlySet<number> {
    const isIssue = (point: number) => point < this.issues.length;
    this.#cyclic ??= new Set(
      this.#parts()
        .filter(
          (points) =>
            points.length > 1 || points.some((point) => this.#graph.needs.next(point).includes(point)),
        )
        .flatMap((points) => points.filter(isIssue)),
    );
    return this.#cyclic;
  }

  #idAt(place: number): string {
    return this.issues[place]?.id ?? "";
  }
}
