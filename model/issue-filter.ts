import { fold } from "./fold";
import { fitsGlob } from "./glob";
import type { Issue } from "./issue";
import { type IssueFacts, timeMsOf } from "./issue-facts";
import { isJsonObject, type JsonValue } from "./json";
import type { State } from "./state";
import { isDeferred, isLive, shownStatus } from "./status";

/** The times that issues are filtered by, and the key of each. */
const timeFilters = {
  created: "created_at",
  updated: "updated_at",
  closed: "closed_at",
  due: "due_at",
  defer: "defer_until",
} as const satisfies Record<string, keyof Issue>;

export type TimeFilter = keyof typeof timeFilters;

export const timeFilterNames = [
  "created",
  "updated",
  "closed",
  "due",
  "defer",
] as const satisfies TimeFilter[];

/** From `afterMs` on and before `beforeMs`. An issue without that time is in no range. */
export interface TimeRange {
  readonly afterMs?: number | undefined;
  readonly beforeMs?: number | undefined;
}

/** A key of the metadata, `a.b` for one further down, and the value that it has to have, if that matters. */
export interface MetadataFilter {
  readonly key: string;
  readonly value?: string | undefined;
}

/** What an issue has to be. An absent filter and an empty list filter nothing. */
export interface IssueFilter {
  /** Any of these; without it live issues, and closed ones when `times` says when they were closed. */
  readonly status?: readonly string[] | undefined;
  /** Closed ones, too. */
  readonly all?: boolean | undefined;
  /** With `all`: deleted ones, too. */
  readonly withDeleted?: boolean | undefined;
  readonly type?: readonly string[] | undefined;
  readonly excludeType?: readonly string[] | undefined;
  readonly priority?: readonly number[] | undefined;
  /** The numbers at the ends count: 0 is the most urgent. */
  readonly priorityMin?: number | undefined;
  readonly priorityMax?: number | undefined;
  readonly assignee?: string | undefined;
  readonly unassigned?: boolean | undefined;
  /** All of these. */
  readonly labels?: readonly string[] | undefined;
  readonly labelsAny?: readonly string[] | undefined;
  /** None of these. */
  readonly excludeLabels?: readonly string[] | undefined;
  /** One that fits each of these patterns. */
  readonly labelPatterns?: readonly string[] | undefined;
  readonly noLabels?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Capital letters or not makes no difference in these. */
  readonly titleContains?: string | undefined;
  readonly descriptionContains?: string | undefined;
  readonly notesContains?: string | undefined;
  readonly emptyDescription?: boolean | undefined;
  readonly times?: Partial<Record<TimeFilter, TimeRange>> | undefined;
  /** Live, and due before now. In these three `false` keeps all others. */
  readonly overdue?: boolean | undefined;
  readonly deferred?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly parent?: string | undefined;
  /** What is further below `parent`, too. */
  readonly recursive?: boolean | undefined;
  readonly noParent?: boolean | undefined;
  readonly externalRef?: string | undefined;
  readonly metadata?: readonly MetadataFilter[] | undefined;
}

export type Condition = (issue: IssueFacts) => boolean;

/** Whether the status lets an issue through: any of those asked for, else the live ones; who asks when, asks for closed ones. */
export function statusCondition({ status, all, withDeleted, times }: IssueFilter, nowMs: number): Condition {
  if (status !== undefined && status.length > 0) {
    const wanted = new Set(status);
    return (issue) => wanted.has(shownStatus(issue, nowMs));
  }
  if (all === true && withDeleted === true) return () => true;
  if (all === true || times?.closed !== undefined) return ({ status: own }) => own !== "tombstone";
  return ({ status: own }) => isLive(own);
}

/** One condition for each filter that was given, so that the others cost nothing. The status is not among them. */
export function filterConditions(state: State, filter: IssueFilter, nowMs: number): Condition[] {
  const { parent } = filter;
  return [
    ...fieldConditions(filter),
    ...labelConditions(filter),
    ...textConditions(filter),
    ...stateConditions(filter, nowMs),
    ...timeConditions(filter),
    ...(filter.metadata ?? []).map(metadataCondition),
    ...(parent === undefined ? [] : [parentCondition(state, parent, filter.recursive === true)]),
  ];
}

function fieldConditions(filter: IssueFilter): Condition[] {
  const { priorityMin, priorityMax, assignee, externalRef, excludeType = [] } = filter;
  const conditions: Condition[] = [
    ...among(filter.type, (issue) => issue.issue_type),
    ...among(filter.priority, (issue) => issue.priority),
    ...among(filter.ids, (issue) => issue.id),
  ];
  if (excludeType.length > 0) conditions.push((issue) => !excludeType.includes(issue.issue_type));
  if (priorityMin !== undefined) conditions.push((issue) => issue.priority >= priorityMin);
  if (priorityMax !== undefined) conditions.push((issue) => issue.priority <= priorityMax);
  if (assignee !== undefined) conditions.push((issue) => issue.assignee === assignee);
  if (filter.unassigned === true) conditions.push((issue) => issue.assignee === undefined);
  if (filter.noParent === true) conditions.push((issue) => issue.parent === undefined);
  if (externalRef !== undefined) conditions.push((issue) => issue.external_ref === externalRef);
  return conditions;
}

function labelConditions(filter: IssueFilter): Condition[] {
  const { labels = [], labelsAny = [], excludeLabels = [], labelPatterns = [] } = filter;
  const conditions: Condition[] = [];
  if (labels.length > 0) conditions.push((issue) => labels.every((label) => issue.labels.includes(label)));
  if (labelsAny.length > 0)
    conditions.push((issue) => labelsAny.some((label) => issue.labels.includes(label)));
  if (excludeLabels.length > 0)
    conditions.push((issue) => !excludeLabels.some((label) => issue.labels.includes(label)));
  for (const pattern of labelPatterns)
    conditions.push((issue) => issue.labels.some((label) => fitsGlob(label, pattern)));
  if (filter.noLabels === true) conditions.push((issue) => issue.labels.length === 0);
  return conditions;
}

function among<T>(wanted: readonly T[] | undefined, read: (issue: IssueFacts) => T): Condition[] {
  if (wanted === undefined || wanted.length === 0) return [];
  const values = new Set(wanted);
  return [(issue) => values.has(read(issue))];
}

function textConditions(filter: IssueFilter): Condition[] {
  return [
    ...contains(filter.titleContains, (issue) => issue.title),
    ...contains(filter.descriptionContains, (issue) => issue.description),
    ...contains(filter.notesContains, (issue) => issue.notes),
    ...switched(filter.emptyDescription, (issue) => (issue.description ?? "").trim() === ""),
  ];
}

function contains(text: string | undefined, textOf: (issue: IssueFacts) => string | undefined): Condition[] {
  if (text === undefined) return [];
  const wanted = fold(text);
  return [(issue) => fold(textOf(issue) ?? "").includes(wanted)];
}

function stateConditions({ overdue, deferred, pinned }: IssueFilter, nowMs: number): Condition[] {
  return [
    ...switched(overdue, (issue) => isOverdue(issue, nowMs)),
    ...switched(deferred, (issue) => isDeferred(issue, nowMs)),
    ...switched(pinned, isPinned),
  ];
}

/** By the flag or by the status. */
export function isPinned(issue: IssueFacts): boolean {
  return issue.pinned === true || issue.status === "pinned";
}

/** What `--x` keeps, `--no-x` leaves out. */
function switched(wanted: boolean | undefined, holds: Condition): Condition[] {
  return wanted === undefined ? [] : [(issue) => holds(issue) === wanted];
}

/** Live, and due before now. */
export function isOverdue(issue: IssueFacts, nowMs: number): boolean {
  return isLive(issue.status) && isInRange(timeMsOf(issue, "due_at"), { beforeMs: nowMs });
}

function timeConditions({ times = {} }: IssueFilter): Condition[] {
  return timeFilterNames.flatMap((name): Condition[] => {
    const range = times[name];
    const key = timeFilters[name];
    return range === undefined ? [] : [(issue) => isInRange(timeMsOf(issue, key), range)];
  });
}

/** A time that cannot be read is in no range; one after 2100, which counts as the epoch elsewhere, is not overdue. */
function isInRange(timeMs: number | undefined, { afterMs = 0, beforeMs = Infinity }: TimeRange): boolean {
  return timeMs !== undefined && timeMs >= afterMs && timeMs < beforeMs;
}

function metadataCondition({ key, value }: MetadataFilter): Condition {
  return (issue) => {
    const found = metadataAt(issue.metadata, key);
    if (found === undefined || value === undefined) return found !== undefined;
    return (typeof found === "string" ? found : JSON.stringify(found)) === value;
  };
}

/** The key itself goes before the way that its dots describe. */
export function metadataAt(metadata: JsonValue | undefined, key: string): JsonValue | undefined {
  if (!isJsonObject(metadata)) return undefined;
  if (Object.hasOwn(metadata, key)) return metadata[key];
  let at: JsonValue | undefined = metadata;
  for (const part of key.split(".")) {
    if (!isJsonObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
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
      const above = state.facts(at.parent);
      // A merge may have closed a circle of parents.
      if (above === undefined || way.includes(above.id)) break;
      at = above;
    }
    for (const id of way) known.set(id, isBelow);
    return isBelow && issue.id !== parentId;
  };
}
