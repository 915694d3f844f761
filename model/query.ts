import { compareBytes } from "./compare";
import type { Issue } from "./issue";
import type { State } from "./state";
import { isLive, shownStatus } from "./status";
import { instantMs } from "./time";

export const sortKeys = ["priority", "created", "updated", "closed", "title", "id", "status"] as const;

export type SortKey = (typeof sortKeys)[number];

/** An empty list filters nothing. */
export interface IssueQuery {
  /** Any of these; without it live issues. */
  readonly status?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly priority?: readonly number[] | undefined;
  readonly assignee?: string | undefined;
  /** All of these. */
  readonly labels?: readonly string[] | undefined;
  /** Closed ones, too. Deleted ones only by `status`. */
  readonly all?: boolean | undefined;
  /** Default priority, then age. */
  readonly sort?: SortKey | undefined;
  readonly reverse?: boolean | undefined;
  /** 0 and absent: no limit. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** With it, a deferred issue whose time has come counts as open. */
  readonly nowMs?: number | undefined;
}

/** The issues of one page, and how many there are on all pages. Ties end with the id, so the order is always the same. */
export function selectIssues(state: State, query: IssueQuery): { issues: Issue[]; total: number } {
  const found: Issue[] = [];
  for (const issue of state.issues()) {
    if (isSelected(issue, query)) found.push(issue);
  }
  const sorted = sortIssues(found, query);
  if (query.reverse === true) sorted.reverse();
  const start = query.offset ?? 0;
  const end = query.limit ? start + query.limit : undefined;
  return { issues: sorted.slice(start, end), total: sorted.length };
}

function isSelected(issue: Issue, query: IssueQuery): boolean {
  return (
    isStatusSelected(shownStatus(issue, query.nowMs), query) &&
    isAmong(issue.issue_type, query.type) &&
    isAmong(issue.priority, query.priority) &&
    (query.assignee === undefined || issue.assignee === query.assignee) &&
    (query.labels ?? []).every((label) => issue.labels.includes(label))
  );
}

function isAmong<T>(value: T, wanted: readonly T[] | undefined): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

function isStatusSelected(status: string, query: IssueQuery): boolean {
  if (query.status !== undefined && query.status.length > 0) return query.status.includes(status);
  return query.all === true ? status !== "tombstone" : isLive(status);
}

function sortIssues(issues: readonly Issue[], query: IssueQuery): Issue[] {
  const key = query.sort ?? "priority";
  const ranked = issues.map((issue) => ({
    issue,
    rank: rankOf(issue, key, query),
    age: instantMs(issue.created_at),
  }));
  ranked.sort(
    (left, right) =>
      compareRanks(left.rank, right.rank) ||
      left.age - right.age ||
      compareBytes(left.issue.id, right.issue.id),
  );
  return ranked.map((entry) => entry.issue);
}

function rankOf(issue: Issue, key: SortKey, query: IssueQuery): number | string {
  if (key === "priority") return issue.priority;
  if (key === "created") return instantMs(issue.created_at);
  if (key === "updated") return instantMs(issue.updated_at);
  if (key === "closed") return instantMs(issue.closed_at);
  if (key === "title") return issue.title;
  return key === "id" ? issue.id : shownStatus(issue, query.nowMs);
}

function compareRanks(left: number | string, right: number | string): number {
  return typeof left === "number" && typeof right === "number"
    ? left - right
    : compareBytes(String(left), String(right));
}
