import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import { paintPriority, paintStatus } from "./issue-list";
import { type DirectedLink, type LinkedIssue, type Mentioned, unknownIssue } from "./link-list";
import type { Screen, Style } from "./style";
import { type Column, formatTable } from "./table";

/** Edges as a table with headings. */
export function linkTable(links: readonly DirectedLink[], nowMs: number, screen: Screen): string {
  const columns: Column<DirectedLink>[] = [
    { heading: "WAY", cell: ({ direction }) => direction },
    { heading: "TYPE", cell: ({ type }) => escapeText(type) },
    ...mentionColumns(nowMs, screen.style, { id: "ID", priority: "PRI", status: "STATUS", title: "TITLE" }),
  ];
  return formatTable(columns, links, screen);
}

/** The same below the heading of a section. */
export function linkTableLines(links: readonly LinkedIssue[], nowMs: number, screen: Screen): string[] {
  const type: Column<LinkedIssue> = { heading: "", cell: (link) => escapeText(link.type) };
  return sectionLines([type, ...mentionColumns(nowMs, screen.style, noHeadings)], links, screen);
}

/** Issues below the heading of a section, without a word of what leads to them. */
export function mentionTableLines(rows: readonly Mentioned[], nowMs: number, screen: Screen): string[] {
  return sectionLines(mentionColumns(nowMs, screen.style, noHeadings), rows, screen);
}

const noHeadings = { id: "", priority: "", status: "", title: "" };

function mentionColumns(nowMs: number, style: Style, headings: typeof noHeadings): Column<Mentioned>[] {
  const statusOf = ({ issue }: Mentioned) => (issue === undefined ? "" : shownStatus(issue, nowMs));
  return [
    { heading: headings.id, cell: ({ id }) => escapeText(id), paint: (cell) => style.bold(cell) },
    {
      heading: headings.priority,
      cell: ({ issue }) => (issue === undefined ? "" : `P${issue.priority}`),
      paint: (cell, { issue }) => paintPriority(cell, issue?.priority ?? 2, style),
      isDispensable: true,
    },
    {
      heading: headings.status,
      cell: (row) => escapeText(statusOf(row)),
      paint: (cell, row) => paintStatus(cell, statusOf(row), style),
    },
    {
      heading: headings.title,
      cell: ({ issue }) => escapeText(issue?.title ?? unknownIssue),
      isFlexible: true,
    },
  ];
}

function sectionLines<Row extends Mentioned>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Screen,
): string[] {
  const { isTerminal, style, width } = screen;
  const lines = formatTable(columns, rows, { isTerminal, style, width: width - 2 }).split("\n");
  return lines.slice(0, -1).map((line) => `  ${line}`);
}
