import { compareBytes } from "./compare";
import type { IssueFacts } from "./issue-facts";

export interface LabelCount {
  readonly label: string;
  /** How many issues have it. */
  readonly count: number;
}

/** Every label in use, by bytes. Deleted issues use none. */
export function countLabels(issues: Iterable<IssueFacts>): LabelCount[] {
  const counts = new Map<string, number>();
  for (const { status, labels } of issues) {
    if (status === "tombstone") continue;
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const found = [...counts].map(([label, count]) => ({ label, count }));
  return found.sort((left, right) => compareBytes(left.label, right.label));
}
