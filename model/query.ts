import { compareBytes } from "./compare";
import type { Issue } from "./issue";
import { type IssueFacts, instantMsOf, timeMsOf } from "./issue-facts";
import { filterConditions, type IssueFilter, statusCondition } from "./issue-filter";
import type { State } from "./state";
import { shownStatus } from "./status";

export const sortKeys = [
  "priority",
  "created",
  "updated",
  "closed",
  "due",
  "title",
  "id",
  "status",
  "type",
  "assignee",
  "created_at",
  "updated_at",
] as const;

export type SortKey = (typeof sortKeys)[number];

export interface IssueQuery extends IssueFilter {
  /** Default: priority, then `weigh`, then age. */
  readonly sort?: SortKey | undefined;
  readonly reverse?: boolean | undefined;
  /** 0 and absent: no limit. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly nowMs: number;
  /** A further condition, asked of what the filters let through. */
  readonly accepts?: ((issue: IssueFacts) => boolean) | undefined;
  /** Where they are known: ids of at least all issues that `accepts` holds of. No other is looked at. */
  readonly among?: readonly string[] | undefined;
  /** Of those that are equally urgent the heaviest come first. */
  readonly weigh?: ((issue: IssueFacts) => number) | undefined;
  /** Another order than priority, `weigh` and age, where no `sort` is asked for. */
  readonly order?: ((left: IssueFacts, right: IssueFacts) => number) | undefined;
}

export interface Page {
  readonly issues: Issue[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** The issues of one page. Ties end with the id, so the order is always the same. */
export function selectIssues(state: State, query: IssueQuery): Page {
  const { facts, total } = selectFacts(state, query);
  const issues = facts.map(({ id }) => state.issue(id)).filter((issue) => issue !== undefined);
  return { issues, total };
}

/** The same, for whoever needs no texts of them. */
export function selectFacts(
  state: State,
  query: IssueQuery,
): { readonly facts: readonly IssueFacts[]; readonly total: number } {
  const sorted = sortIssues(findFacts(state, query), query);
  if (query.reverse === true) sorted.reverse();
  return { facts: pageOf(sorted, query), total: sorted.length };
}

/** All that the filters let through, in no order. */
export function findFacts(
  state: State,
  query: Omit<IssueQuery, "sort" | "reverse" | "limit" | "offset" | "weigh" | "order">,
): IssueFacts[] {
  const conditions = [
    statusCondition(query, query.nowMs),
    ...filterConditions(state, query, query.nowMs),
    ...(query.accepts === undefined ? [] : [query.accepts]),
  ];
  const found: IssueFacts[] = [];
  for (const issue of factsAmong(state, query.among)) {
    if (conditions.every((holds) => holds(issue))) found.push(issue);
  }
  return found;
}

function* factsAmong(state: State, ids: readonly string[] | undefined): Iterable<IssueFacts> {
  if (ids === undefined) yield* state.allFacts();
  for (const id of ids ?? []) {
    const issue = state.issue(id);
    if (issue !== undefined) yield issue;
  }
}

/** What stands on one page of anything. */
export function pageOf<T>(
  items: readonly T[],
  { limit, offset = 0 }: Pick<IssueQuery, "limit" | "offset">,
): T[] {
  return items.slice(offset, limit ? offset + limit : undefined);
}

function sortIssues(issues: readonly IssueFacts[], query: IssueQuery): IssueFacts[] {
  if (query.sort === undefined && query.order !== undefined) return issues.toSorted(query.order);
  const key = query.sort ?? "priority";
  const weigh = query.sort === undefined ? query.weigh : undefined;
  const ranked = issues.map((issue) => ({
    issue,
    rank: rankOf(issue, key, query),
    weight: weigh?.(issue) ?? 0,
    age: instantMsOf(issue, "created_at"),
  }));
  ranked.sort(
    (left, right) =>
      compareRanks(left.rank, right.rank) ||
      right.weight - left.weight ||
      left.age - right.age ||
      compareBytes(left.issue.id, right.issue.id),
  );
  return ranked.map((entry) => entry.issue);
}

function rankOf(issue: IssueFacts, key: SortKey, query: IssueQuery): number | string {
  if (key === "priority") return issue.priority;
  if (key === "created" || key === "created_at") return instantMsOf(issue, "created_at");
  if (key === "updated" || key === "updated_at") return instantMsOf(issue, "updated_at");
  if (key === "closed") return instantMsOf(issue, "closed_at");
  // What is due never comes after everything that is due some day.
  if (key === "due") return timeMsOf(issue, "due_at") ?? Infinity;
  if (key === "title") return issue.title;
  if (key === "type") return issue.issue_type;
  if (key === "assignee") return issue.assignee ?? "";
  return key === "id" ? issue.id : shownStatus(issue, query.nowMs);
}

function compareRanks(left: number | string, right: number | string): number {
  return typeof left === "number" && typeof right === "number"
    ? compareNumbers(left, right)
    : compareBytes(String(left), String(right));
}

/** Infinity minus itself is not a number. */
function compareNumbers(left: number, right: number): number {
  return left === right ? 0 : left - right;
}
