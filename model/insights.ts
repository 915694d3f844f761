import type { Analysis, Bottleneck } from "./analysis";
import { closableEpics } from "./epic";
import type { Issue } from "./issue";
import type { ReadinessClass, Verdict } from "./readiness";
import type { State } from "./state";

/** In one look: how the tracker is, and what to do about it. */
export interface Insights {
  readonly health: Health;
  readonly ready: readonly Issue[];
  readonly bottlenecks: readonly Bottleneck[];
  readonly cycles: readonly string[][];
  readonly recommendations: readonly Recommendation[];
}

export interface Health {
  /** Live issues, and how many there are in each class. */
  readonly live: number;
  readonly classes: Readonly<Record<ReadinessClass, number>>;
  readonly cycles: number;
  /** Pairs of which one waits directly for the other, and their share of all the pairs that there could be. */
  readonly edges: number;
  readonly density: number;
  readonly criticalPathLength: number;
  readonly phases: number;
}

export interface Recommendation {
  readonly action: "break_cycle" | "start" | "parallelize" | "watch" | "close_epics";
  readonly ids: readonly string[];
  /** A sentence that begins behind the ids. */
  readonly reason: string;
}

/** @param most how many of each kind are named */
export function gatherInsights(analysis: Analysis, state: State, most: number): Insights {
  const { readiness } = analysis;
  const ready = analysis.issues
    .filter(({ id }) => readiness.isReady(id))
    .sort((left, right) => readiness.compare(left, right));
  const cycles = analysis.cycles();
  const finished = closableEpics(state).map(({ id }) => id);
  const isFinished = new Set(finished);
  // Nothing is left to be begun in a finished epic.
  const work = ready.filter(({ id }) => !isFinished.has(id));
  return {
    health: healthOf(analysis, cycles.length),
    ready: ready.slice(0, most),
    bottlenecks: analysis.bottlenecks().slice(0, most),
    cycles,
    recommendations: [
      ...breakCycles(cycles, most),
      ...start(analysis, work, most),
      ...parallelize(work, most),
      ...watch(analysis, most),
      ...closeEpics(finished, most),
    ],
  };
}

function healthOf(analysis: Analysis, cycles: number): Health {
  const { issues, readiness } = analysis;
  const classes = { in_progress: 0, deferred: 0, blocked: 0, waiting: 0, ready: 0 };
  for (const { id } of issues) {
    const name = readiness.verdict(id)?.class;
    if (name !== undefined) classes[name]++;
  }
  const edges = analysis.edgeCount();
  const pairs = issues.length * (issues.length - 1);
  return {
    live: issues.length,
    classes,
    cycles,
    edges,
    density: pairs === 0 ? 0 : Math.round((edges / pairs) * 10_000) / 10_000,
    criticalPathLength: analysis.criticalPath().issues.length,
    phases: analysis.plan().phases.length,
  };
}

function breakCycles(cycles: readonly string[][], most: number): Recommendation[] {
  return cycles.slice(0, most).map((ids) => ({
    action: "break_cycle",
    ids,
    reason: ids.length === 1 ? "waits for itself for ever" : "wait for each other for ever",
  }));
}

/** What is ready and holds up others; without any simply what is best. */
function start(analysis: Analysis, ready: readonly Issue[], most: number): Recommendation[] {
  const work = new Set(ready);
  const found = analysis
    .bottlenecks()
    .filter(({ issue }) => work.has(issue))
    .slice(0, most)
    .map(
      (row): Recommendation => ({
        action: "start",
        ids: [row.issue.id],
        reason: `is ready and ${weight(row)}`,
      }),
    );
  const [first] = ready;
  if (found.length > 0 || first === undefined) return found;
  return [{ action: "start", ids: [first.id], reason: "is ready and the most urgent" }];
}

function parallelize(ready: readonly Issue[], most: number): Recommendation[] {
  if (ready.length < 2) return [];
  const ids = ready.slice(0, most).map(({ id }) => id);
  return [{ action: "parallelize", ids, reason: "are ready and wait for nobody" }];
}

/** Others wait for what is under way, and for what nobody can begin with. */
function watch(analysis: Analysis, most: number): Recommendation[] {
  return analysis
    .bottlenecks()
    .flatMap((row): Recommendation[] => {
      const standing = standingOf(analysis.readiness.verdict(row.issue.id));
      if (standing === undefined) return [];
      return [{ action: "watch", ids: [row.issue.id], reason: `${standing} and ${weight(row)}` }];
    })
    .slice(0, most);
}

/** Undefined for what is ready or waits for others itself. */
function standingOf(verdict: Verdict | undefined): string | undefined {
  if (verdict?.class === "in_progress") return "is in progress";
  if (verdict?.class === "deferred") return "is deferred";
  if (verdict?.class === "blocked") return verdict.reason === "status" ? "is marked as blocked" : undefined;
  if (verdict?.class !== "waiting" || verdict.reason === "children") return undefined;
  return verdict.reason === "pinned" ? "is pinned" : `has the status ${verdict.status}`;
}

function closeEpics(finished: readonly string[], most: number): Recommendation[] {
  const ids = finished.slice(0, most);
  if (ids.length === 0) return [];
  return [
    {
      action: "close_epics",
      ids,
      reason: ids.length === 1 ? "has no open part left" : "have no open part left",
    },
  ];
}

function weight({ total, direct, isOnCriticalPath }: Bottleneck): string {
  const end = isOnCriticalPath ? ", on the critical path" : "";
  return `holds up ${total}${direct === total ? "" : `, ${direct} of them directly`}${end}`;
}
