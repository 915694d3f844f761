import type { Issue } from "../model/issue";
import type { Snippet } from "../model/snippet";
import { shownStatus } from "../model/status";
import { escapeText } from "./escape";
import { formatIssueList, paintPriority, paintStatus } from "./issue-list";
import type { Screen, Style } from "./style";
import { hanging } from "./wrap";

/** An issue that was found, and where. */
export interface FoundIssue {
  readonly issue: Issue;
  /** The pieces to show, each with the name of its field; a title that was found comes as `title`. */
  readonly places: readonly { readonly field: string; readonly snippet: Snippet }[];
}

/** What was found, with what was looked for marked on a terminal; in a pipe one line for each issue. */
export function formatSearchList(found: readonly FoundIssue[], nowMs: number, screen: Screen): string {
  if (!screen.isTerminal) {
    const byId = new Map(found.map((each) => [each.issue.id, each]));
    return formatIssueList(
      found.map(({ issue }) => issue),
      nowMs,
      screen,
      {
        heading: "FOUND IN",
        cell: ({ id }) => placesOf(byId.get(id)).join("  "),
        phrase: ({ id }) => placesOf(byId.get(id)).join("  "),
      },
    );
  }
  return found.map((each) => foundLines(each, nowMs, screen)).join("");
}

function placesOf(found: FoundIssue | undefined): string[] {
  return besideTitle(found).map(({ field, snippet }) => `${field}: ${snippet.text}`);
}

function besideTitle(found: FoundIssue | undefined): FoundIssue["places"] {
  return (found?.places ?? []).filter(({ field }) => field !== "title" && field !== "id");
}

function foundLines(found: FoundIssue, nowMs: number, screen: Screen): string {
  const { issue } = found;
  const { style } = screen;
  const status = shownStatus(issue, nowMs);
  const title = found.places.find(({ field }) => field === "title")?.snippet;
  const id = style.bold(escapeText(issue.id));
  const shownTitle = title === undefined ? escapeText(issue.title) : markedText(title, style);
  const facts = [
    paintPriority(`P${issue.priority}`, issue.priority, style),
    paintStatus(escapeText(status), status, style),
  ];
  const lines = [hanging([id, ...facts, shownTitle].join("  "), 4, screen)];
  for (const { field, snippet } of besideTitle(found))
    lines.push(hanging(`    ${style.dim(`${field}:`)} ${markedText(snippet, style)}`, 6, screen));
  return `${lines.join("\n")}\n`;
}

/** Escaped piece by piece, since an escape is longer than what it stands for. */
function markedText({ text, marks }: Snippet, style: Style): string {
  let shown = "";
  let at = 0;
  for (const [from, to] of marks) {
    shown += escapeText(text.slice(at, from)) + style.bold(style.yellow(escapeText(text.slice(from, to))));
    at = to;
  }
  return shown + escapeText(text.slice(at));
}
