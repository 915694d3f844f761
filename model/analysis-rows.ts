import type { Bottleneck, CriticalPath, Plan, UnplannedIssue } from "./analysis";
import type { Insights } from "./insights";
import type { Issue } from "./issue";
import type { JsonObject } from "./json";
import { shownStatus } from "./status";

/** What is said of an issue where it is one point among many. */
export function pointRow(issue: Issue, nowMs: number): JsonObject {
  const { id, title, priority } = issue;
  return { id, title, status: shownStatus(issue, nowMs), priority };
}

export function planRow({ phases, unplanned }: Plan, cycles: readonly string[][]): JsonObject {
  return {
    phases: phases
      .map((issues, at) => ({ phase: at + 1, issues: issues.map(({ id }) => id) }))
      .filter(({ issues }) => issues.length > 0),
    total_phases: phases.length,
    unplanned: unplanned.map(unplannedRow),
    cycles: cycles.map((ids) => [...ids]),
  };
}

export function criticalPathRow(path: CriticalPath, nowMs: number): JsonObject & { issues: JsonObject[] } {
  return {
    length: path.issues.length,
    issues: path.issues.map((issue) => ({
      ...pointRow(issue, nowMs),
      ...(issue.estimated_minutes === undefined ? {} : { estimated_minutes: issue.estimated_minutes }),
    })),
    ...(path.withoutEstimate === path.issues.length ? {} : { estimated_minutes: path.estimatedMinutes }),
    without_estimate: path.withoutEstimate,
  };
}

export function bottleneckRow(
  { issue, direct, total, isOnCriticalPath }: Bottleneck,
  nowMs: number,
): JsonObject {
  return { ...pointRow(issue, nowMs), direct, total, on_critical_path: isOnCriticalPath };
}

export function insightsRow(
  { health, ready, bottlenecks, cycles, recommendations }: Insights,
  path: CriticalPath,
  plan: Plan,
  unblocks: (id: string) => number,
  nowMs: number,
): JsonObject {
  const { live, classes, density, criticalPathLength, phases, ...counts } = health;
  return {
    health: {
      total_open: live,
      ...classes,
      ...counts,
      graph_density: density,
      critical_path_length: criticalPathLength,
      unplanned: plan.unplanned.length,
    },
    critical_path: criticalPathRow(path, nowMs),
    bottlenecks: bottlenecks.map((row) => bottleneckRow(row, nowMs)),
    ready: ready.map((issue) => ({ ...pointRow(issue, nowMs), unblocks: unblocks(issue.id) })),
    plan: {
      phases: plan.phases.map((issues, at) => ({ phase: at + 1, count: issues.length })),
      total_phases: phases,
    },
    cycles: cycles.map((ids) => [...ids]),
    recommendations: recommendations.map(({ action, ids, reason }) => ({ action, issues: [...ids], reason })),
  };
}

function unplannedRow({ issue, reason, because }: UnplannedIssue): JsonObject {
  return { id: issue.id, reason, ...(because === undefined ? {} : { because }) };
}
