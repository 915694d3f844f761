import { compareBytes } from "./compare";
import type { IssueFacts } from "./issue-facts";
import { shownStatus } from "./status";

export const countedBy = ["status", "priority", "type", "assignee", "label"] as const;

export type CountedBy = (typeof countedBy)[number];

export interface GroupCount {
  readonly group: string;
  readonly count: number;
}

/**
 * How many of these issues are in each group: the largest group first, of equal ones by name; priorities in their own order. An
 * issue with several labels is counted under each of them.
 */
export function countGroups(issues: readonly IssueFacts[], by: CountedBy, nowMs: number): GroupCount[] {
  const counts = new Map<string, number>();
  for (const issue of issues) {
    for (const group of groupsOf(issue, by, nowMs)) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const groups = [...counts].map(([group, count]) => ({ group, count }));
  const byName = (left: GroupCount, right: GroupCount): number => compareBytes(left.group, right.group);
  return groups.sort(
    by === "priority" ? byName : (left, right) => right.count - left.count || byName(left, right),
  );
}

function groupsOf(issue: IssueFacts, by: CountedBy, nowMs: number): readonly string[] {
  if (by === "status") return [shownStatus(issue, nowMs)];
  if (by === "priority") return [`P${issue.priority}`];
  if (by === "type") return [issue.issue_type];
  if (by === "assignee") return [issue.assignee ?? "(unassigned)"];
  return issue.labels.length === 0 ? ["(no labels)"] : issue.labels;
}
