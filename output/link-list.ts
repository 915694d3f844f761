import type { Issue } from "../model/issue";
import { mappedIn } from "../model/list";
import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import { paintPriority, paintStatus } from "./issue-list";
import type { Screen, Style } from "./style";
import { type Column, formatTable } from "./table";

/** An issue that is mentioned beside another one. It is missing when nobody has ever heard of that id here. */
interface Mentioned {
  readonly id: string;
  readonly issue: Issue | undefined;
}

/** One end of an edge. */
export interface LinkedIssue extends Mentioned {
  readonly type: string;
}

/** One that knows which way it points from the issue that everything is about. */
export interface DirectedLink extends LinkedIssue {
  readonly direction: "down" | "up";
}

/** Edges as a table on a terminal, as one plain line each in a pipe. */
export function formatLinks(links: readonly DirectedLink[], nowMs: number, screen: Screen): string {
  if (!screen.isTerminal)
    return mappedIn(links, (link) => `${link.direction}  ${linkLine(link, nowMs, screen.style)}\n`).join("");
  const columns: Column<DirectedLink>[] = [
    { heading: "WAY", cell: ({ direction }) => direction },
    { heading: "TYPE", cell: ({ type }) => escapeText(type) },
    ...mentionColumns(nowMs, screen.style, { id: "ID", priority: "PRI", status: "STATUS", title: "TITLE" }),
  ];
  return formatTable(columns, links, screen);
}

/** The same below the heading of a section. */
export function linkLines(links: readonly LinkedIssue[], nowMs: number, screen: Screen): string[] {
  const { style } = screen;
  if (!screen.isTerminal) return mappedIn(links, (link) => `  ${linkLine(link, nowMs, style)}`);
  const type: Column<LinkedIssue> = { heading: "", cell: (link) => escapeText(link.type) };
  return sectionLines([type, ...mentionColumns(nowMs, style, noHeadings)], links, screen);
}

/** Parts of an issue below the heading of a section. */
export function childLines(children: readonly Issue[], nowMs: number, screen: Screen): string[] {
  const { style } = screen;
  const mentioned = mappedIn(children, (issue) => ({ id: issue.id, issue }));
  if (screen.isTerminal) return sectionLines(mentionColumns(nowMs, style, noHeadings), mentioned, screen);
  return mappedIn(mentioned, (child) => `  ${mentionWords(child, nowMs, style)}`);
}

function linkLine(link: LinkedIssue, nowMs: number, style: Style): string {
  return `${escapeText(link.type)}  ${mentionWords(link, nowMs, style)}`;
}

function mentionWords({ id, issue }: Mentioned, nowMs: number, style: Style): string {
  const status = issue === undefined ? "" : shownStatus(issue, nowMs);
  const what =
    issue === undefined
      ? unknownIssue
      : `${paintStatus(escapeText(status), status, style)}  ${escapeText(issue.title)}`;
  return `${style.bold(escapeText(id))}  ${what}`;
}

const unknownIssue = "(unknown issue)";
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
