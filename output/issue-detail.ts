import type { Issue } from "../model/issue";
import { filterIn, mappedIn } from "../model/list";
import { priorityNames } from "../model/priority";
import { shownStatus } from "../model/status";
import { escapeLines, escapeText } from "./escape";
import { type Fact, factLines } from "./facts";
import { paintPriority, paintStatus } from "./issue-list";
import { childLines, type LinkedIssue, linkLines } from "./link-list";
import type { Screen } from "./style";
import { fullTimeText } from "./time-text";
import { indented, wrapLine } from "./wrap";

/** Everything that `show` says about an issue. */
export interface IssueDetail {
  readonly issue: Issue;
  /** The issue as it is stored. */
  line(): string;
  readonly version: number;
  readonly dependsOn: readonly LinkedIssue[];
  readonly dependents: readonly LinkedIssue[];
  /** Only when they were asked for. */
  readonly children?: readonly Issue[] | undefined;
}

export function formatIssueDetail(detail: IssueDetail, nowMs: number, screen: Screen): string {
  const { issue } = detail;
  const { style } = screen;
  const text = (name: string, value: string | undefined): string =>
    value === undefined ? "" : `${style.bold(name)}\n${indented(escapeLines(value), "  ", screen)}`;
  const list = (name: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : [style.bold(`${name} (${lines.length})`), ...lines].join("\n");
  const sections = [
    [...titleLines(issue, screen), ...factLines(facts(detail, nowMs, screen), screen, mostColumns)].join(
      "\n",
    ),
    text("Description", issue.description),
    text("Design", issue.design),
    text("Acceptance criteria", issue.acceptance_criteria),
    text("Notes", issue.notes),
    list("Depends on", linkLines(detail.dependsOn, nowMs, screen)),
    list("Dependents", linkLines(detail.dependents, nowMs, screen)),
    list("Children", childLines(detail.children ?? [], nowMs, screen)),
    list("Comments", issue.comments.length === 0 ? [] : commentLines(detail, nowMs, screen)),
  ];
  return `${filterIn(sections, (section) => section !== "").join("\n\n")}\n`;
}

function commentLines({ issue, line }: IssueDetail, nowMs: number, screen: Screen): string[] {
  const { formatComments } = require("./comment-list") as typeof import("./comment-list");
  return mappedIn(formatComments(issue, line(), nowMs, screen, "    "), (comment) => `  ${comment}`);
}

/** More beside each other than this the eye does not take in. */
const mostColumns = 3;

function titleLines({ id, title }: Issue, screen: Screen): string[] {
  const { style, isTerminal, width } = screen;
  const indent = Bun.stringWidth(escapeText(id)) + 2;
  const [first = "", ...others] = isTerminal
    ? wrapLine(escapeText(title), width - indent)
    : [escapeText(title)];
  const paint = isTerminal ? style.bold : (text: string) => text;
  return [
    `${style.bold(escapeText(id))}  ${paint(first)}`,
    ...mappedIn(others, (line) => " ".repeat(indent) + paint(line.trimStart())),
  ];
}

function facts({ issue, version }: IssueDetail, nowMs: number, screen: Screen): Fact[] {
  const { style } = screen;
  const status = shownStatus(issue, nowMs);
  const time = (text: string | undefined) =>
    text === undefined ? undefined : fullTimeText(text, nowMs, screen);
  const by = (text: string | undefined, who: string | undefined) =>
    text === undefined || who === undefined ? time(text) : `${time(text)} by ${escapeText(who)}`;
  const priority = `P${issue.priority} ${priorityNames[issue.priority] ?? ""}`.trim();
  const found: Fact[] = [
    { name: "Status", value: escapeText(status), paint: (text) => paintStatus(text, status, style) },
    { name: "Priority", value: priority, paint: (text) => paintPriority(text, issue.priority, style) },
  ];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) found.push({ name, value });
  };
  add("Type", shown(issue.issue_type));
  add("Assignee", shown(issue.assignee));
  add("Session", shown(issue.claim_session));
  add("Owner", shown(issue.owner));
  add("Labels", mappedIn(issue.labels, escapeText).join(", "));
  add("Parent", shown(issue.parent));
  add("Due", time(issue.due_at));
  add("Deferred until", time(issue.defer_until));
  add("Estimate", issue.estimated_minutes === undefined ? undefined : estimateText(issue.estimated_minutes));
  add("External ref", shown(issue.external_ref));
  add("Pinned", issue.pinned === true ? "yes" : undefined);
  add("Ephemeral", issue.ephemeral === true ? "yes" : undefined);
  add("Metadata", issue.metadata === undefined ? undefined : escapeText(JSON.stringify(issue.metadata)));
  add("Created", by(issue.created_at, issue.created_by));
  add("Updated", time(issue.updated_at));
  add("Started", time(issue.started_at));
  add("Closed", by(issue.closed_at, issue.closed_by_session));
  add("Close reason", shown(issue.close_reason));
  add("Deleted", by(issue.deleted_at, issue.deleted_by));
  add("Delete reason", shown(issue.delete_reason));
  add("Version", String(version));
  return found;
}

function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeText(text);
}

function estimateText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes}m`;
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}
