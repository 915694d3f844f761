import { compareBytes } from "./compare";
import type { Issue } from "./issue";
import type { State } from "./state";
import { isDeferred, isLive, shownStatus } from "./status";
import { instantMs, timeOrDayMs } from "./time";

export const sortKeys = ["priority", "created", "updated", "closed", "title", "id", "status"] as const;

export type SortKey = (typeof sortKeys)[number];

/** The times that issues are filtered by: `created` is the key `created_at`. */
export const timeFilters = ["created", "updated", "closed", "due"] as const;

export type TimeFilter = (typeof timeFilters)[number];

/** From `afterMs` on and before `beforeMs`. An issue without that time is in no range. */
export interface TimeRange {
  readonly afterMs?: number | undefined;
  readonly beforeMs?: number | undefined;
}

/** What an issue has to be. An absent filter and an empty list filter nothing. */
export interface IssueFilter {
  /** Any of these; without it live issues. */
  readonly status?: readonly string[] | undefined;
  /** Closed ones, too. Deleted ones only by `status`. */
  readonly all?: boolean | undefined;
  readonly type?: readonly string[] | undefined;
  readonly priority?: readonly number[] | undefined;
  /** The numbers at the ends count: 0 is the most urgent. */
  readonly priorityMin?: number | undefined;
  readonly priorityMax?: number | undefined;
  readonly assignee?: string | undefined;
  readonly unassigned?: boolean | undefined;
  /** All of these. */
  readonly labels?: readonly string[] | undefined;
  readonly labelsAny?: readonly string[] | undefined;
  readonly noLabels?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Capital letters or not makes no difference in these three. */
  readonly titleContains?: string | undefined;
  readonly descriptionContains?: string | undefined;
  readonly notesContains?: string | undefined;
  readonly times?: Partial<Record<TimeFilter, TimeRange>> | undefined;
  /** Live, and due before now. */
  readonly overdue?: boolean | undefined;
  readonly deferred?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly parent?: string | undefined;
  /** What is further below `parent`, too. */
  readonly recursive?: boolean | undefined;
  readonly externalRef?: string | undefined;
}

export interface IssueQuery extends IssueFilter {
  /** Default: priority, then `weigh`, then age. */
  readonly sort?: SortKey | undefined;
  readonly reverse?: boolean | undefined;
  /** 0 and absent: no limit. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly nowMs: number;
  /** A further condition, asked of what the filters let through. */
  readonly accepts?: ((issue: Issue) => boolean) | undefined;
  /** Of those that are equally urgent the heaviest come first. */
  readonly weigh?: ((issue: Issue) => number) | undefined;
}

export interface Page {
  readonly issues: Issue[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** The issues of one page. Ties end with the id, so the order is always the same. */
export function selectIssues(state: State, query: IssueQuery): Page {
  const conditions = conditionsOf(state, query);
  const found: Issue[] = [];
  for (const issue of state.issues()) {
    if (conditions.every((holds) => holds(issue))) found.push(issue);
  }
  const sorted = sortIssues(found, query);
  if (query.reverse === true) sorted.reverse();
  const start = query.offset ?? 0;
  const end = query.limit ? start + query.limit : undefined;
  return { issues: sorted.slice(start, end), total: sorted.length };
}

type Condition = (issue: Issue) => boolean;

/** One condition for each filter that was given, so that the others cost nothing. */
function conditionsOf(state: State, query: IssueQuery): Condition[] {
  return [
    statusCondition(query),
    ...fieldConditions(query),
    ...textConditions(query),
    ...timeConditions(query),
    ...(query.parent === undefined ? [] : [parentCondition(state, query.parent, query.recursive === true)]),
    ...(query.accepts === undefined ? [] : [query.accepts]),
  ];
}

function statusCondition({ status, all, nowMs }: IssueQuery): Condition {
  if (status !== undefined && status.length > 0) {
    const wanted = new Set(status);
    return (issue) => wanted.has(shownStatus(issue, nowMs));
  }
  return all === true ? ({ status: own }) => own !== "tombstone" : ({ status: own }) => isLive(own);
}

function fieldConditions(query: IssueQuery): Condition[] {
  const { priorityMin, priorityMax, assignee, externalRef, nowMs } = query;
  const conditions: Condition[] = [
    ...among(query.type, (issue) => issue.issue_type),
    ...among(query.priority, (issue) => issue.priority),
    ...among(query.ids, (issue) => issue.id),
  ];
  if (priorityMin !== undefined) conditions.push((issue) => issue.priority >= priorityMin);
  if (priorityMax !== undefined) conditions.push((issue) => issue.priority <= priorityMax);
  if (assignee !== undefined) conditions.push((issue) => issue.assignee === assignee);
  if (query.unassigned === true) conditions.push((issue) => issue.assignee === undefined);
  if (externalRef !== undefined) conditions.push((issue) => issue.external_ref === externalRef);
  if (query.deferred === true) conditions.push((issue) => isDeferred(issue, nowMs));
  if (query.pinned === true) conditions.push((issue) => issue.pinned === true || issue.status === "pinned");
  const { labels = [], labelsAny = [] } = query;
  if (labels.length > 0) conditions.push((issue) => labels.every((label) => issue.labels.includes(label)));
  if (labelsAny.length > 0)
    conditions.push((issue) => labelsAny.some((label) => issue.labels.includes(label)));
  if (query.noLabels === true) conditions.push((issue) => issue.labels.length === 0);
  return conditions;
}

function among<T>(wanted: readonly T[] | undefined, read: (issue: Issue) => T): Condition[] {
  if (wanted === undefined || wanted.length === 0) return [];
  const values = new Set(wanted);
  return [(issue) => values.has(read(issue))];
}

function textConditions(query: IssueQuery): Condition[] {
  return [
    ...contains(query.titleContains, (issue) => issue.title),
    ...contains(query.descriptionContains, (issue) => issue.description),
    ...contains(query.notesContains, (issue) => issue.notes),
  ];
}

function contains(text: string | undefined, textOf: (issue: Issue) => string | undefined): Condition[] {
  if (text === undefined) return [];
  const wanted = text.toLowerCase();
  return [(issue) => textOf(issue)?.toLowerCase().includes(wanted) === true];
}

function timeConditions({ times = {}, overdue, nowMs }: IssueQuery): Condition[] {
  const conditions = timeFilters.flatMap((name): Condition[] => {
    const range = times[name];
    return range === undefined ? [] : [(issue) => isInRange(issue[`${name}_at`], range)];
  });
  if (overdue === true)
    conditions.push((issue) => isLive(issue.status) && isInRange(issue.due_at, { beforeMs: nowMs }));
  return conditions;
}

/** A time that cannot be read is in no range; one after 2100, which counts as the epoch elsewhere, is not overdue. */
function isInRange(time: string | undefined, { afterMs = 0, beforeMs = Infinity }: TimeRange): boolean {
  const timeMs = time === undefined ? undefined : timeOrDayMs(time);
  return timeMs !== undefined && timeMs >= afterMs && timeMs < beforeMs;
}

/** Whether an issue is below another one. Remembers what it found on the way up, since siblings share it. */
function parentCondition(state: State, parentId: string, isRecursive: boolean): Condition {
  if (!isRecursive) return (issue) => issue.parent === parentId;
  const known = new Map<string, boolean>();
  return (issue) => {
    const way: string[] = [];
    let isBelow = false;
    for (let at = issue; at.parent !== undefined; ) {
      const answer = known.get(at.id);
      if (answer !== undefined || at.parent === parentId) {
        isBelow = answer ?? true;
        if (answer === undefined) way.push(at.id);
        break;
      }
      way.push(at.id);
      const above = state.issue(at.parent);
      // A merge may have closed a circle of parents.
      if (above === undefined || way.includes(above.id)) break;
      at = above;
    }
    for (const id of way) known.set(id, isBelow);
    return isBelow && issue.id !== parentId;
  };
}

function sortIssues(issues: readonly Issue[], query: IssueQuery): Issue[] {
  const key = query.sort ?? "priority";
  const weigh = query.sort === undefined ? query.weigh : undefined;
  const ranked = issues.map((issue) => ({
    issue,
    rank: rankOf(issue, key, query),
    weight: weigh?.(issue) ?? 0,
    age: instantMs(issue.created_at),
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
