import type { Issue } from "../model/issue";
import { mappedIn } from "../model/list";
import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import { paintStatus } from "./issue-list";
import type { Screen, Style } from "./style";

/** An issue that is mentioned beside another one. It is missing when nobody has ever heard of that id here. */
export interface Mentioned {
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
  if (screen.isTerminal) return tables().linkTable(links, nowMs, screen);
  return mappedIn(links, (link) => `${link.direction}  ${linkLine(link, nowMs, screen.style)}\n`).join("");
}

/** The same below the heading of a section. */
export function linkLines(links: readonly LinkedIssue[], nowMs: number, screen: Screen): string[] {
  if (screen.isTerminal && links.length > 0) return tables().linkTableLines(links, nowMs, screen);
  return mappedIn(links, (link) => `  ${linkLine(link, nowMs, screen.style)}`);
}

/** Parts of an issue below the heading of a section. */
export function childLines(children: readonly Issue[], nowMs: number, screen: Screen): string[] {
  const mentioned = mappedIn(children, (issue) => ({ id: issue.id, issue }));
  if (screen.isTerminal && children.length > 0) return tables().mentionTableLines(mentioned, nowMs, screen);
  return mappedIn(mentioned, (child) => `  ${mentionWords(child, nowMs, screen.style)}`);
}

/** For people alone, and only where there is something to show. */
function tables(): typeof import("./link-table") {
  return require("./link-table") as typeof import("./link-table");
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

export const unknownIssue = "(unknown issue)";
