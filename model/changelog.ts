import { compareBytes } from "./compare";
import type { Issue } from "./issue";
import { type IssueFacts, timeMsOf } from "./issue-facts";

export const changelogGroupings = ["type", "label", "none"] as const;

export type ChangelogGrouping = (typeof changelogGroupings)[number];

export interface ChangelogGroup {
  /** The type or the label; undefined for what has none, or where nothing is grouped. */
  readonly name: string | undefined;
  readonly issues: readonly Issue[];
}

/** The types whose changes users ask for first; others follow by name. */
const typeOrder = ["feature", "bug", "task", "chore", "docs", "epic", "question"];

/** The last closed first, then by id; without a time at the end. */
export function compareClosed(left: IssueFacts, right: IssueFacts): number {
  return closedMs(right) - closedMs(left) || compareBytes(left.id, right.id);
}

function closedMs(issue: IssueFacts): number {
  return timeMsOf(issue, "closed_at") ?? 0;
}

/** Closed issues under the headings of a changelog, in the order in which they came. One with several labels stands under each. */
export function groupChangelog(issues: readonly Issue[], by: ChangelogGrouping): ChangelogGroup[] {
  if (by === "none") return issues.length === 0 ? [] : [{ name: undefined, issues }];
  const groups = new Map<string | undefined, Issue[]>();
  for (const issue of issues) {
    for (const name of namesOf(issue, by)) {
      const known = groups.get(name);
      if (known === undefined) groups.set(name, [issue]);
      else known.push(issue);
    }
  }
  return [...groups].map(([name, members]) => ({ name, issues: members })).sort(compareGroups);
}

function namesOf({ issue_type, labels }: Issue, by: ChangelogGrouping): readonly (string | undefined)[] {
  if (by === "type") return [issue_type];
  return labels.length === 0 ? [undefined] : labels;
}

function compareGroups({ name: left }: ChangelogGroup, { name: right }: ChangelogGroup): number {
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  return placeOf(left) - placeOf(right) || compareBytes(left, right);
}

function placeOf(name: string): number {
  const place = typeOrder.indexOf(name);
  return place === -1 ? typeOrder.length : place;
}
