import type { ChangelogGroup, ChangelogGrouping } from "../model/changelog";
import type { Issue } from "../model/issue";
import { escapeMarkdown } from "./markdown";

/** Closed issues as a page of Markdown. */
export function formatChangelog(groups: readonly ChangelogGroup[], by: ChangelogGrouping): string {
  if (groups.length === 0) return "";
  const parts = groups.map(({ name, issues }) => {
    const heading = by === "none" ? "" : `## ${headingOf(name, by)}\n\n`;
    return `\n${heading}${issues.map(entryLine).join("")}`;
  });
  return `# Changelog\n${parts.join("")}`;
}

function headingOf(name: string | undefined, by: ChangelogGrouping): string {
  if (name === undefined) return "Other";
  return (by === "type" && typeHeadings.get(name)) || escapeMarkdown(name);
}

const typeHeadings: ReadonlyMap<string, string> = new Map([
  ["feature", "Features"],
  ["bug", "Bug fixes"],
  ["task", "Tasks"],
  ["chore", "Chores"],
  ["docs", "Documentation"],
  ["epic", "Epics"],
  ["question", "Questions"],
]);

function entryLine({ title, id, close_reason: reason = "" }: Issue): string {
  const [why = ""] = reason.trim().split("\n", 1);
  return `- ${escapeMarkdown(title)} (${escapeMarkdown(id)})${why.trim() === "" ? "" : `: ${escapeMarkdown(why)}`}\n`;
}
