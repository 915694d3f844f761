import type { TreeIssue } from "../model/issue-tree";
import { escapeText } from "./escape";
import { issueColumns, plainLine } from "./issue-list";
import { blankScreen, type Screen, type Style } from "./style";
import { type Column, formatTable } from "./table";

/**
 * Issues as a tree, one a line, with branches in front. A parent that does not match itself is dimmed, and stands in brackets where
 * there are no colours.
 */
export function formatIssueTree(rows: readonly TreeIssue[], nowMs: number, screen: Screen): string {
  const { style } = screen;
  const branches = branchesOf(rows);
  if (!screen.isTerminal)
    return rows
      .map((row, at) => `${branches[at]}${bracketed(row, plainLine(row.issue, nowMs, style), style)}\n`)
      .join("");
  const places = new Map(rows.map((row, at) => [row, at]));
  const branchOf = (row: TreeIssue) => branches[places.get(row) ?? 0] ?? "";
  const [id, ...others] = issueColumns(
    rows.map(({ issue }) => issue),
    nowMs,
    style,
  ).map((column) => dimmed(column, style));
  const first: Column<TreeIssue> = {
    heading: "ID",
    cell: (row) => branchOf(row) + bracketed(row, escapeText(row.issue.id), style),
    paint: (cell, row) => {
      const branch = branchOf(row);
      return style.dim(branch) + (id?.paint?.(cell.slice(branch.length), row) ?? "");
    },
  };
  return formatTable([first, ...others], rows, screen);
}

/** By depth: what a parent there draws beside everything below it. */
function branchesOf(rows: readonly TreeIssue[]): string[] {
  const bars: string[] = [];
  return rows.map(({ depth, isLast }) => {
    const branch = depth === 0 ? "" : bars.slice(1, depth).join("") + (isLast ? "└─ " : "├─ ");
    bars[depth] = isLast ? "   " : "│  ";
    return branch;
  });
}

function bracketed({ isMatch }: TreeIssue, text: string, style: Style): string {
  if (isMatch) return text;
  return style === blankScreen.style ? `(${text})` : style.dim(text);
}

type IssueColumn = ReturnType<typeof issueColumns>[number];

function dimmed(column: IssueColumn, style: Style): Column<TreeIssue> {
  const { isFlexible, isDispensable } = column;
  return {
    heading: column.heading,
    cell: ({ issue }) => column.cell(issue),
    paint: (cell, { issue, isMatch }) => (isMatch ? (column.paint?.(cell, issue) ?? cell) : style.dim(cell)),
    ...(isFlexible ? { isFlexible } : {}),
    ...(isDispensable ? { isDispensable } : {}),
  };
}
