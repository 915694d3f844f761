import type { Issue } from "../model/issue";
import { priorityNames } from "../model/priority";
import { shownStatus } from "../model/status";
import { formatComments, indentLines } from "./comment-list";
import { escapeText } from "./escape";
import { paintStatus } from "./issue-list";
import type { Style } from "./style";

/** One end of an edge. The issue is missing when nobody has ever heard of that id here. */
export interface LinkedIssue {
  readonly id: string;
  readonly type: string;
  readonly issue: Issue | undefined;
}

/** Everything that `show` says about an issue. */
export interface IssueDetail {
  readonly issue: Issue;
  /** The issue as it is stored. */
  readonly line: string;
  readonly version: number;
  readonly dependsOn: readonly LinkedIssue[];
  readonly dependents: readonly LinkedIssue[];
  /** Only when they were asked for. */
  readonly children?: readonly Issue[] | undefined;
}

export function formatIssueDetail(detail: IssueDetail, nowMs: number, style: Style): string {
  const { issue, line } = detail;
  const sections = [
    [`${style.bold(escapeText(issue.id))}  ${escapeText(issue.title)}`, ...facts(detail, nowMs, style)].join(
      "\n",
    ),
    textSection("Description", issue.description, style),
    textSection("Design", issue.design, style),
    textSection("Acceptance criteria", issue.acceptance_criteria, style),
    textSection("Notes", issue.notes, style),
    listSection(
      "Depends on",
      detail.dependsOn.map((link) => formatLink(link, nowMs, style)),
      style,
    ),
    listSection(
      "Dependents",
      detail.dependents.map((link) => formatLink(link, nowMs, style)),
      style,
    ),
    listSection(
      "Children",
      (detail.children ?? []).map((child) => childLine(child, nowMs, style)),
      style,
    ),
    listSection("Comments", formatComments(issue, line, style, "    "), style),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function facts({ issue, version }: IssueDetail, nowMs: number, style: Style): string[] {
  const status = shownStatus(issue, nowMs);
  const rows: [string, string | undefined][] = [
    ["Status", paintStatus(escapeText(status), status, style)],
    ["Priority", `P${issue.priority} ${priorityNames[issue.priority] ?? ""}`.trim()],
    ["Type", escapeText(issue.issue_type)],
    ["Assignee", shown(issue.assignee)],
    ["Session", shown(issue.claim_session)],
    ["Owner", shown(issue.owner)],
    ["Labels", issue.labels.map(escapeText).join(", ")],
    ["Parent", shown(issue.parent)],
    ["Due", shown(issue.due_at)],
    ["Deferred until", shown(issue.defer_until)],
    ["Estimate", issue.estimated_minutes === undefined ? undefined : estimateText(issue.estimated_minutes)],
    ["External ref", shown(issue.external_ref)],
    ["Pinned", issue.pinned === true ? "yes" : undefined],
    ["Ephemeral", issue.ephemeral === true ? "yes" : undefined],
    ["Metadata", issue.metadata === undefined ? undefined : escapeText(JSON.stringify(issue.metadata))],
    ["Created", by(issue.created_at, issue.created_by)],
    ["Updated", shown(issue.updated_at)],
    ["Started", shown(issue.started_at)],
    ["Closed", by(issue.closed_at, issue.closed_by_session)],
    ["Close reason", shown(issue.close_reason)],
    ["Deleted", by(issue.deleted_at, issue.deleted_by)],
    ["Delete reason", shown(issue.delete_reason)],
    ["Version", String(version)],
  ];
  return rows.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${style.dim(`${name}:`)} ${value}`],
  );
}

function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeText(text);
}

function by(time: string | undefined, who: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  return who === undefined ? escapeText(time) : `${escapeText(time)} by ${escapeText(who)}`;
}

function estimateText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes}m`;
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}

function textSection(name: string, text: string | undefined, style: Style): string {
  return text === undefined ? "" : `${style.bold(name)}\n${indentLines(text, "  ")}`;
}

function listSection(name: string, lines: readonly string[], style: Style): string {
  return lines.length === 0
    ? ""
    : `${style.bold(`${name} (${lines.length})`)}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** One line about one end of an edge. */
export function formatLink({ id, type, issue }: LinkedIssue, nowMs: number, style: Style): string {
  const what =
    issue === undefined
      ? "(unknown issue)"
      : `${statusText(issue, nowMs, style)}  ${escapeText(issue.title)}`;
  return `${escapeText(type)}  ${style.bold(escapeText(id))}  ${what}`;
}

function childLine(child: Issue, nowMs: number, style: Style): string {
  return `${style.bold(escapeText(child.id))}  ${statusText(child, nowMs, style)}  ${escapeText(child.title)}`;
}

function statusText(issue: Issue, nowMs: number, style: Style): string {
  const status = shownStatus(issue, nowMs);
  return paintStatus(escapeText(status), status, style);
}
