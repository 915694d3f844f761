import { compareBytes } from "./compare";
import { countParts, isEligibleForClose, noParts } from "./epic";
import { type IssueFacts, instantMsOf } from "./issue-facts";
import { Readiness } from "./readiness";
import type { State } from "./state";
import { isLive, shownStatus } from "./status";

/** How many issues there are of each kind. `tombstone_issues` counts the deleted ones, every other number leaves them out. */
export interface StatsSummary {
  readonly total_issues: number;
  readonly open_issues: number;
  readonly in_progress_issues: number;
  readonly closed_issues: number;
  /** Held up by an edge, by an ancestor or by somebody's word, as `ready` sees it. */
  readonly blocked_issues: number;
  readonly deferred_issues: number;
  /** What `ready` hands out. */
  readonly ready_issues: number;
  readonly pinned_issues: number;
  readonly tombstone_issues: number;
  readonly epics_eligible_for_closure: number;
  /** From creation to closing, of all that are closed; 0 without any. */
  readonly average_lead_time_hours: number;
}

export interface Breakdown {
  readonly dimension: "status" | "type" | "priority" | "assignee" | "label";
  /** The largest first; priorities in their order. */
  readonly counts: readonly { readonly key: string; readonly count: number }[];
}

export interface Stats {
  readonly summary: StatsSummary;
  /** Of the issues that are not deleted. An issue with several labels counts for each of them. */
  readonly breakdowns: readonly Breakdown[];
}

export const unassigned = "(unassigned)";

export function gatherStats(state: State, nowMs: number): Stats {
  const all = [...state.allFacts()];
  const issues = all.filter((issue) => issue.status !== "tombstone");
  const statuses = tally(issues.map((issue) => shownStatus(issue, nowMs)));
  const classes = tallyClasses(state, issues, nowMs);
  const summary: StatsSummary = {
    total_issues: issues.length,
    open_issues: statuses.get("open") ?? 0,
    in_progress_issues: statuses.get("in_progress") ?? 0,
    closed_issues: statuses.get("closed") ?? 0,
    blocked_issues: classes.get("blocked") ?? 0,
    deferred_issues: statuses.get("deferred") ?? 0,
    ready_issues: classes.get("ready") ?? 0,
    pinned_issues: issues.filter(isPinned).length,
    tombstone_issues: all.length - issues.length,
    epics_eligible_for_closure: countFinishedEpics(issues),
    average_lead_time_hours: averageLeadTimeHours(issues),
  };
  const priorities = tally(issues.map((issue) => String(issue.priority)));
  const breakdowns: Breakdown[] = [
    { dimension: "status", counts: largestFirst(statuses) },
    { dimension: "type", counts: largestFirst(tally(issues.map((issue) => issue.issue_type))) },
    { dimension: "priority", counts: largestFirst(priorities).sort((a, b) => compareBytes(a.key, b.key)) },
    {
      dimension: "assignee",
      counts: largestFirst(tally(issues.map((issue) => issue.assignee ?? unassigned))),
    },
    { dimension: "label", counts: largestFirst(tally(issues.flatMap((issue) => issue.labels))) },
  ];
  return { summary, breakdowns };
}

function tally(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function tallyClasses(state: State, issues: readonly IssueFacts[], nowMs: number): Map<string, number> {
  const readiness = new Readiness(state, nowMs);
  readiness.readAll();
  return tally(issues.flatMap((issue) => readiness.verdict(issue.id)?.class ?? []));
}

function isPinned(issue: IssueFacts): boolean {
  return isLive(issue.status) && (issue.pinned === true || issue.status === "pinned");
}

function countFinishedEpics(issues: readonly IssueFacts[]): number {
  const counts = countParts(issues);
  return issues.filter((issue) => isEligibleForClose(issue, counts.get(issue.id) ?? noParts)).length;
}

/** To a hundredth. Issues that do not say when, or say that they were closed before they were made, tell nothing. */
function averageLeadTimeHours(issues: readonly IssueFacts[]): number {
  const times: number[] = [];
  for (const issue of issues) {
    if (issue.status !== "closed") continue;
    const createdMs = instantMsOf(issue, "created_at");
    const timeMs = instantMsOf(issue, "closed_at") - createdMs;
    if (createdMs > 0 && timeMs >= 0) times.push(timeMs);
  }
  if (times.length === 0) return 0;
  const sumMs = times.reduce((sum, timeMs) => sum + timeMs, 0);
  return Math.round((sumMs / times.length / 3_600_000) * 100) / 100;
}

function largestFirst(counts: ReadonlyMap<string, number>): { key: string; count: number }[] {
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .sort((left, right) => right.count - left.count || compareBytes(left.key, right.key));
}
