import { issueTree } from "../model/issue-tree";
import type { Page } from "../model/query";
import { formatIssueTree } from "../output/issue-tree";
import type { View } from "../storage/store";
import type { IssuePage } from "./issue-page";

/** The same page below parents: in the order of the tree, which text draws. */
export function asTree(
  { state }: View,
  { issues, total }: Page,
  nowMs: number,
): Required<Pick<IssuePage, "page" | "facts" | "draw">> {
  const rows = issueTree(state, issues);
  const matches = rows.filter(({ isMatch }) => isMatch);
  const depths = new Map(matches.map(({ issue, depth }) => [issue.id, depth]));
  return {
    page: { issues: matches.map(({ issue }) => issue), total },
    facts: (id) => ({ depth: depths.get(id) ?? 0 }),
    draw: (screen) => formatIssueTree(rows, nowMs, screen),
  };
}
