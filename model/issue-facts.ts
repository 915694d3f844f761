import { compareBytes } from "./compare";
import type { Dependency } from "./dependency";
import type { Issue } from "./issue";
import { instantMs, timeOrDayMs } from "./time";

/** The times that are known without reading the line. */
export const factTimes = ["created_at", "updated_at", "closed_at", "due_at", "defer_until"] as const;

export type FactTime = (typeof factTimes)[number];

/** What an index knows of an issue without its line, which is parsed when a text is asked for. An `Issue` is one, too. */
export type IssueFacts = { readonly [Key in AlwaysKey]: Issue[Key] } & {
  readonly [Key in Exclude<keyof Issue, AlwaysKey | "dependencies">]?: Issue[Key] | undefined;
} & {
  readonly dependencies: readonly Pick<Dependency, "depends_on_id" | "type">[];
  /** `timeOrDayMs` and `instantMs` of a time, worked out before. */
  readonly knownMs?: (time: FactTime) => KnownMs;
};

/** All that a list says of an issue. */
export type ListedFacts = Pick<
  IssueFacts,
  "id" | "title" | "status" | "priority" | "issue_type" | "assignee" | "defer_until"
>;

type AlwaysKey = Exclude<
  { [Key in keyof Issue]-?: undefined extends Issue[Key] ? never : Key }[keyof Issue],
  "dependencies"
>;

export interface KnownMs {
  readonly timeOrDayMs: number | undefined;
  readonly instantMs: number;
}

/** `instantMs` of one of its times. */
export function instantMsOf<T extends FactTime>(issue: Pick<IssueFacts, T | "knownMs">, time: T): number {
  return issue.knownMs === undefined ? instantMs(issue[time]) : issue.knownMs(time).instantMs;
}

/** `timeOrDayMs` of one of its times, undefined also where it has none. */
export function timeMsOf(issue: IssueFacts, time: FactTime | "started_at"): number | undefined {
  if (issue.knownMs !== undefined && time !== "started_at") return issue.knownMs(time).timeOrDayMs;
  const text = issue[time];
  return text === undefined ? undefined : timeOrDayMs(text);
}

/** The order in which issues were made. */
export function compareAge(left: IssueFacts, right: IssueFacts): number {
  return (
    instantMsOf(left, "created_at") - instantMsOf(right, "created_at") || compareBytes(left.id, right.id)
  );
}
