import { parentChild } from "./dependency";
import { dependentsOf } from "./graph";
import type { Issue } from "./issue";
import { orderedDependency } from "./issue-json";
import type { JsonObject, JsonValue } from "./json";
import type { State } from "./state";
import { shownStatus } from "./status";

/** How many edges of other issues point to an id; an id without any is missing. */
export type EdgeCounts = ReadonlyMap<string, number>;

export interface RowOptions {
  /** Default true. Replies to mutations leave the list out. */
  readonly withDependencies?: boolean | undefined;
  /** With it, a deferred issue whose time has come shows as open. */
  readonly nowMs?: number | undefined;
}

/** Counts the dependents of every issue in one pass. Deleted issues and parent-child edges do not count. */
export function countEdges(state: State): EdgeCounts {
  const counts = new Map<string, number>();
  for (const issue of state.allFacts()) {
    if (issue.status === "tombstone") continue;
    for (const edge of issue.dependencies) {
      if (edge.type !== parentChild)
        counts.set(edge.depends_on_id, (counts.get(edge.depends_on_id) ?? 0) + 1);
    }
  }
  return counts;
}

/** The same for a few issues, without reading all the others where the state can search. */
export function countEdgesOf(state: State, ids: readonly string[]): EdgeCounts {
  if (ids.length > mostSearches) return countEdges(state);
  const counts = new Map<string, number>();
  for (const id of ids) {
    const edges = dependentsOf(state, id).filter(({ dependency }) => dependency.type !== parentChild);
    counts.set(id, edges.length);
  }
  return counts;
}

/** Beyond it one pass over all issues costs less than a search for each. */
const mostSearches = 256;

/**
 * The row that lists and mutations answer. `dependency_count` and `dependent_count` leave parent-child edges out: those are
 * `parent`. Undefined for an unknown id.
 */
export function issueRow(
  state: State,
  id: string,
  counts: EdgeCounts,
  options: RowOptions = {},
): JsonObject | undefined {
  const issue = state.issue(id);
  if (issue === undefined) return undefined;
  const row = plainRow(issue, options.nowMs);
  if (options.withDependencies ?? true) row.dependencies = issue.dependencies.map(edgeRow);
  return { ...row, ...rowCounts(state, issue, counts) };
}

const rowKeys = [
  "id",
  "title",
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "status",
  "priority",
  "issue_type",
  "assignee",
  "claim_session",
  "owner",
  "created_at",
  "created_by",
  "updated_at",
  "started_at",
  "closed_at",
  "close_reason",
  "closed_by_session",
  "due_at",
  "defer_until",
  "estimated_minutes",
  "external_ref",
  "pinned",
  "ephemeral",
  "metadata",
  "deleted_at",
  "deleted_by",
  "delete_reason",
  "original_type",
  "original_status",
] as const;

/** Every key that a row can have. */
export const issueRowKeys: readonly string[] = [
  ...rowKeys,
  "labels",
  "parent",
  "dependencies",
  "dependency_count",
  "dependent_count",
  "comment_count",
  "version",
];

export function plainRow(issue: Issue, nowMs: number | undefined): JsonObject {
  const row: JsonObject = {};
  for (const key of rowKeys) {
    const value = issue[key];
    if (value !== undefined) row[key] = value;
  }
  row.status = shownStatus(issue, nowMs);
  row.labels = [...issue.labels];
  if (issue.parent !== undefined) row.parent = issue.parent;
  return row;
}

function edgeRow(edge: Issue["dependencies"][number]): JsonValue {
  const { metadata: _, ...shown } = orderedDependency(edge);
  return shown;
}

export function rowCounts(state: State, issue: Issue, counts: EdgeCounts): JsonObject {
  return {
    dependency_count: issue.dependencies.filter((edge) => edge.type !== parentChild).length,
    dependent_count: counts.get(issue.id) ?? 0,
    comment_count: issue.comments.length,
    version: state.version(issue.id),
  };
}

/** What is said of an issue that is named beside another one. An unknown id is shown with `missing`. */
export function briefRow(issue: Issue | undefined, id: string, nowMs: number | undefined): JsonObject {
  if (issue === undefined) return { id, missing: true };
  return {
    id,
    title: issue.title,
    status: shownStatus(issue, nowMs),
    priority: issue.priority,
    issue_type: issue.issue_type,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    ...(issue.assignee === undefined ? {} : { assignee: issue.assignee }),
  };
}
