import type { ListedFacts } from "../model/issue-facts";
import { filterIn, someIn } from "../model/list";
import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import type { Screen, Style } from "./style";
import { type Column, formatTable } from "./table";

/** What a list says of its issues beside the usual; "" says nothing. */
export interface ExtraColumn {
  readonly heading: string;
  /** Below the heading. */
  cell(issue: ListedFacts): string;
  /** On a line without headings. */
  phrase(issue: ListedFacts): string;
}

/** Issues as a table on a terminal, as one plain line each in a pipe. */
export function formatIssueList(
  issues: readonly ListedFacts[],
  nowMs: number,
  screen: Screen,
  extra?: ExtraColumn,
): string {
  if (!screen.isTerminal)
    return issues.map((issue) => `${plainLine(issue, nowMs, screen.style, extra)}\n`).join("");
  const shown = issueColumns(issues, nowMs, screen.style);
  if (extra !== undefined)
    shown.push({
      heading: extra.heading,
      cell: (issue) => escapeText(extra.cell(issue)),
      isFlexible: true,
    });
  return formatTable(shown, issues, screen);
}

/** The colour that a status has everywhere. */
export function paintStatus(text: string, status: string, style: Style): string {
  if (status === "in_progress") return style.yellow(text);
  if (status === "blocked") return style.red(text);
  if (status === "open") return style.green(text);
  return status === "pinned" ? style.cyan(text) : style.dim(text);
}

/** What a table says of issues; who has one only if any is assigned. */
export function issueColumns(
  issues: readonly ListedFacts[],
  nowMs: number,
  style: Style,
): Column<ListedFacts>[] {
  const assignee: Column<ListedFacts> = {
    heading: "ASSIGNEE",
    cell: (issue) => escapeText(issue.assignee ?? ""),
    isDispensable: true,
  };
  return [
    ...columnsAbout<ListedFacts>((issue) => issue, nowMs, style),
    ...(someIn(issues, (issue) => issue.assignee !== undefined) ? [assignee] : []),
  ];
}

/** The same of the issue in each row of anything. */
export function columnsAbout<Row>(
  issueOf: (row: Row) => ListedFacts,
  nowMs: number,
  style: Style,
): Column<Row>[] {
  const statusOf = (row: Row) => shownStatus(issueOf(row), nowMs);
  return [
    { heading: "ID", cell: (row) => escapeText(issueOf(row).id), paint: (cell) => style.bold(cell) },
    {
      heading: "PRI",
      cell: (row) => priorityText(issueOf(row)),
      paint: (cell, row) => paintPriority(cell, issueOf(row).priority, style),
    },
    {
      heading: "STATUS",
      cell: (row) => escapeText(statusOf(row)),
      paint: (cell, row) => paintStatus(cell, statusOf(row), style),
    },
    { heading: "TYPE", cell: (row) => escapeText(issueOf(row).issue_type), isDispensable: true },
    { heading: "TITLE", cell: (row) => escapeText(issueOf(row).title), isFlexible: true },
  ];
}

/** In a pipe there are colours only when somebody insists. */
export function plainLine(issue: ListedFacts, nowMs: number, style: Style, extra?: ExtraColumn): string {
  const fields = [
    ...issueWords(issue, nowMs, style),
    ...(issue.assignee === undefined ? [] : [`@${escapeText(issue.assignee)}`]),
    ...(extra === undefined ? [] : [escapeText(extra.phrase(issue))]),
  ];
  return filterIn(fields, (field) => field !== "").join("  ");
}

/** What a line without headings says of an issue: id, priority, status, type, title. */
export function issueWords(issue: ListedFacts, nowMs: number, style: Style): string[] {
  const status = shownStatus(issue, nowMs);
  return [
    style.bold(escapeText(issue.id)),
    paintPriority(priorityText(issue), issue.priority, style),
    paintStatus(escapeText(status), status, style),
    escapeText(issue.issue_type),
    escapeText(issue.title),
  ];
}

function priorityText(issue: ListedFacts): string {
  return `P${issue.priority}`;
}

/** The colour that a priority has everywhere: the urgent ones stand out, the least one steps back. */
export function paintPriority(text: string, priority: number, style: Style): string {
  if (priority === 0) return style.bold(style.red(text));
  if (priority === 1) return style.yellow(text);
  return priority === 4 ? style.dim(text) : text;
}
