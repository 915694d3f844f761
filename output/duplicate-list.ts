import type { DuplicateGroup } from "../model/duplicates";
import { formatIssueList } from "./issue-list";
import type { Screen } from "./style";

/** Each group under what it has in common, with an empty line between groups. */
export function formatDuplicates(groups: readonly DuplicateGroup[], nowMs: number, screen: Screen): string {
  return groups
    .map(({ issues, ...group }) => {
      const heading = screen.style.bold(headingOf(group));
      return `${heading}\n${formatIssueList(issues, nowMs, screen)}`;
    })
    .join("\n");
}

function headingOf({ kind, similarity = 0 }: Omit<DuplicateGroup, "issues">): string {
  if (kind === "content") return "Same title and texts";
  return kind === "title" ? "Same title" : `${Math.round(similarity * 100)} % of the words in common`;
}
