import type { Issue } from "../model/issue";
import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import type { Screen, Style } from "./style";
import { type Column, formatTable } from "./table";

/** What a list says of its issues beside the usual; "" says nothing. */
export interface ExtraColumn {
  readonly heading: string;
  /** Below the heading. */
  cell(issue: Issue): string;
  /** On a line without headings. */
  phrase(issue: Issue): string;
}

/** Issues as a table on a terminal, as one plain line each in a pipe. */
export function formatIssueList(
  issues: readonly Issue[],
  nowMs: number,
  screen: Screen,
  extra?: ExtraColumn,
): string {
  if (!screen.isTerminal) return issues.map((issue) => `${plainLine(issue, nowMs, extra)}\n`).join("");
  const wanted = columns(nowMs, screen.style);
  const isAnyAssigned = issues.some((issue) => issue.assignee !== undefined);
  const shown = isAnyAssigned ? wanted : wanted.slice(0, -1);
  if (extra !== undefined)
    shown.push({ heading: extra.heading, cell: (issue) => escapeText(extra.cell(issue)) });
  return formatTable(shown, issues, screen);
}

/** The colour that a status has everywhere. */
export function paintStatus(text: string, status: string, style: Style): string {
  if (status === "in_progress") return style.yellow(text);
  if (status === "blocked") return style.red(text);
  if (status === "open") return style.green(text);
  return status === "pinned" ? style.cyan(text) : style.dim(text);
}

function columns(nowMs: number, style: Style): Column<Issue>[] {
  return [
    { heading: "ID", cell: (issue) => escapeText(issue.id), paint: (cell) => style.bold(cell) },
    {
      heading: "PRI",
      cell: priorityText,
      paint: (cell, issue) => paintPriority(cell, issue.priority, style),
    },
    {
      heading: "STATUS",
      cell: (issue) => escapeText(shownStatus(issue, nowMs)),
      paint: (cell, issue) => paintStatus(cell, shownStatus(issue, nowMs), style),
    },
    { heading: "TYPE", cell: (issue) => escapeText(issue.issue_type) },
    { heading: "TITLE", cell: (issue) => escapeText(issue.title), isFlexible: true },
    { heading: "ASSIGNEE", cell: (issue) => escapeText(issue.assignee ?? "") },
  ];
}

function plainLine(issue: Issue, nowMs: number, extra: ExtraColumn | undefined): string {
  const fields = [issue.id, priorityText(issue), shownStatus(issue, nowMs), issue.issue_type, issue.title];
  if (issue.assignee !== undefined) fields.push(`@${issue.assignee}`);
  const phrase = extra?.phrase(issue) ?? "";
  if (phrase !== "") fields.push(phrase);
  return fields.map(escapeText).join("  ");
}

function priorityText(issue: Issue): string {
  return `P${issue.priority}`;
}

function paintPriority(text: string, priority: number, style: Style): string {
  if (priority === 0) return style.bold(style.red(text));
  if (priority === 1) return style.yellow(text);
  return priority === 4 ? style.dim(text) : text;
}
