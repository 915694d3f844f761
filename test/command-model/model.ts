/** What a tracker is in plain words: no stamps, no lines, no log format. The command line is held against it. */

export interface Edge {
  readonly on: string;
  readonly type: string;
}

export interface PlainComment {
  readonly author: string;
  readonly text: string;
}

export interface PlainIssue {
  readonly id: string;
  title: string;
  status: string;
  priority: number;
  type: string;
  labels: string[];
  edges: Edge[];
  parent?: string | undefined;
  comments: PlainComment[];
  assignee?: string | undefined;
  session?: string | undefined;
  isStarted: boolean;
  until?: string | undefined;
  reason?: string | undefined;
  notes?: string | undefined;
  /** What a deleted one was before. */
  statusBefore?: string | undefined;
  isPurged: boolean;
  /** The sequence of the last change. */
  version: number;
  /** When it was made, ms; what one command makes has the same moment. */
  readonly born: number;
}

export interface Tracker {
  issues: Map<string, PlainIssue>;
  memories: Map<string, string>;
}

export interface Transaction {
  readonly sequence: number;
  readonly actor: string;
  readonly session: string | undefined;
  readonly undoes: readonly number[] | undefined;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly before: Tracker;
  readonly after: Tracker;
  /** The moment, to the day: nothing of what a model does depends on less. */
  readonly nowMs: number;
}

export interface Model {
  readonly tracker: Tracker;
  /** All that was done since `base`. */
  readonly log: readonly Transaction[];
  /** The sequence of the last transaction that is not in the log, since it came before what was taken in from elsewhere; 0: all are. */
  readonly base: number;
  /** What the last backup holds. */
  readonly backup?: Tracker | undefined;
  readonly nowMs: number;
}

export const blockingTypes: readonly string[] = ["blocks", "conditional-blocks", "waits-for"];

export function isLive({ status }: PlainIssue): boolean {
  return status !== "closed" && status !== "tombstone";
}

/** Why an issue is not ready, or that it is. */
export interface Standing {
  readonly class: string;
  readonly blockers: readonly string[];
}

/** The readiness rules, each said once and worked out anew for every question. */
export class Rules {
  constructor(
    readonly tracker: Tracker,
    readonly nowMs: number,
  ) {}

  shownStatus(issue: PlainIssue): string {
    const isOver = issue.until !== undefined && Date.parse(issue.until) <= this.nowMs;
    return issue.status === "deferred" && isOver ? "open" : issue.status;
  }

  standing(id: string): Standing {
    const issue = this.tracker.issues.get(id);
    if (issue === undefined) return { class: "none", blockers: [] };
    if (issue.status === "closed") return { class: "closed", blockers: [] };
    if (issue.status === "tombstone") return { class: "deleted", blockers: [] };
    const blockers = this.blockersOf(issue);
    return { class: this.#classOf(issue, blockers), blockers };
  }

  #classOf(issue: PlainIssue, blockers: readonly string[]): string {
    const status = this.shownStatus(issue);
    if (status === "in_progress") return "in_progress";
    const isPutOff = [issue, ...this.above(issue).filter(isLive)].some(
      (each) => this.shownStatus(each) === "deferred",
    );
    if (isPutOff) return "deferred";
    if (blockers.length > 0 || status === "blocked") return "blocked";
    if (status !== "open" || (issue.type === "epic" && this.openParts(issue.id).length > 0)) return "waiting";
    return "ready";
  }

  /** Its own open blockers, and of those above it the ones that lie outside of what is theirs. */
  blockersOf(issue: PlainIssue): string[] {
    const passed = this.above(issue)
      .filter(isLive)
      .flatMap((holder) =>
        this.#openBlockers(holder).filter((blocker) => !this.isInside(blocker, holder.id)),
      );
    return [...new Set([...this.#openBlockers(issue), ...passed])];
  }

  #openBlockers(issue: PlainIssue): string[] {
    return issue.edges
      .filter(({ type }) => blockingTypes.includes(type))
      .map(({ on }) => this.tracker.issues.get(on))
      .filter((blocker) => blocker !== undefined && isLive(blocker))
      .map((blocker) => blocker?.id ?? "");
  }

  /** From the parent up to what is deleted or not here. */
  above(issue: PlainIssue): PlainIssue[] {
    const found: PlainIssue[] = [];
    let parent = issue.parent === undefined ? undefined : this.tracker.issues.get(issue.parent);
    while (parent !== undefined && parent.status !== "tombstone" && !found.includes(parent)) {
      found.push(parent);
      parent = parent.parent === undefined ? undefined : this.tracker.issues.get(parent.parent);
    }
    return found;
  }

  isInside(id: string, ancestorId: string): boolean {
    const issue = this.tracker.issues.get(id);
    return issue !== undefined && this.above(issue).some((each) => each.id === ancestorId);
  }

  openParts(id: string): PlainIssue[] {
    return [...this.tracker.issues.values()].filter(
      (issue) => issue.parent === id && issue.id !== id && isLive(issue),
    );
  }

  /** How many issues would be ready if this one were closed, and are not. */
  unblocks(id: string): number {
    const tracker = structuredClone(this.tracker);
    const closed = tracker.issues.get(id);
    if (closed !== undefined) closed.status = "closed";
    const after = new Rules(tracker, this.nowMs);
    return [...tracker.issues.keys()].filter(
      (each) => after.standing(each).class === "ready" && this.standing(each).class !== "ready",
    ).length;
  }

  /** What is ready, the best first. */
  ready(): PlainIssue[] {
    const unblocks = new Map<string, number>();
    const ready = [...this.tracker.issues.values()].filter(({ id }) => this.standing(id).class === "ready");
    for (const { id } of ready) unblocks.set(id, this.unblocks(id));
    return ready.sort(
      (left, right) =>
        left.priority - right.priority ||
        (unblocks.get(right.id) ?? 0) - (unblocks.get(left.id) ?? 0) ||
        left.born - right.born ||
        compareIds(left, right),
    );
  }

  /** Live ones in the usual order. */
  listed(): PlainIssue[] {
    return [...this.tracker.issues.values()]
      .filter(({ status }) => status !== "tombstone")
      .sort(
        (left, right) => left.priority - right.priority || left.born - right.born || compareIds(left, right),
      );
  }

  /** Issues that stay and wait for this one, or are part of it. */
  holders(id: string): string[] {
    return [...this.tracker.issues.values()]
      .filter(
        (issue) =>
          issue.status !== "tombstone" &&
          (issue.parent === id ||
            issue.edges.some(({ on, type }) => on === id && blockingTypes.includes(type))),
      )
      .map((issue) => issue.id);
  }

  /** Whether an edge that stands lets two issues wait for each other; a parent is an edge of type parent-child. */
  isCyclic(from: string, { on, type }: Edge): boolean {
    if (from === on) return true;
    if (type === "parent-child") {
      if (this.#parentsOf(on).includes(from)) return true;
      if ([from, on].some((id) => this.tracker.issues.get(id)?.status === "tombstone")) return false;
      return this.#leads(`start ${on}`, `start ${from}`) || this.#leads(`close ${from}`, `close ${on}`);
    }
    if (!blockingTypes.includes(type) || this.isInside(on, from)) return false;
    return this.#leads(`close ${on}`, `start ${from}`);
  }

  /** What comes from elsewhere can bring one, and what is deleted between, or brought back. */
  hasCycle(): boolean {
    return this.cyclicEdges().length > 0;
  }

  cyclicEdges(): string[] {
    return [...this.tracker.issues.values()].flatMap(({ id, edges, parent }) =>
      [...edges, ...(parent === undefined ? [] : [{ on: parent, type: "parent-child" }])]
        .filter((edge) => this.isCyclic(id, edge))
        .map(({ on, type }) => `${id} ${on} ${type}`),
    );
  }

  #parentsOf(id: string): string[] {
    const found: string[] = [];
    let parent = this.tracker.issues.get(id)?.parent;
    while (parent !== undefined && !found.includes(parent)) {
      found.push(parent);
      parent = this.tracker.issues.get(parent)?.parent;
    }
    return found;
  }

  #leads(first: string, last: string): boolean {
    const seen = new Set([first]);
    for (const moment of seen) for (const next of this.#awaits(moment)) seen.add(next);
    return seen.has(last);
  }

  #awaits(moment: string): string[] {
    const [when, id = ""] = moment.split(" ");
    const issue = this.tracker.issues.get(id);
    if (issue === undefined || issue.status === "tombstone") return [];
    const blockers = issue.edges
      .filter(({ on, type }) => blockingTypes.includes(type) && this.tracker.issues.has(on))
      .map(({ on }) => on);
    if (when === "close") {
      const parts = [...this.tracker.issues.values()].filter(({ parent }) => parent === id);
      const inner = blockers.filter((blocker) => this.isInside(blocker, id));
      return [
        `start ${id}`,
        ...parts.map((part) => `close ${part.id}`),
        ...inner.map((each) => `close ${each}`),
      ];
    }
    const outer = blockers.filter((blocker) => !this.isInside(blocker, id)).map((each) => `close ${each}`);
    const [parent] = this.above(issue);
    return parent === undefined ? outer : [...outer, `start ${parent.id}`];
  }
}

function compareIds(left: PlainIssue, right: PlainIssue): number {
  return left.id < right.id ? -1 : 1;
}
