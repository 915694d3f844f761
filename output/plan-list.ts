import type { Plan, UnplannedIssue } from "../model/analysis";
import type { Issue } from "../model/issue";
import { escapeText } from "./escape";
import { columnsAbout, issueWords } from "./issue-list";
import type { Screen, Style } from "./style";
import { formatTable } from "./table";

/** The phases as one table, in a pipe as lines that begin with the number of the phase; then what has none, and why. */
export function formatPlan(plan: Plan, nowMs: number, screen: Screen): string {
  const { style } = screen;
  const rows = plan.phases.flatMap((issues, at) => issues.map((issue) => ({ phase: at + 1, issue })));
  const table = screen.isTerminal
    ? formatTable(
        [
          { heading: "PHASE", cell: ({ phase }) => String(phase), paint: style.bold },
          ...columnsAbout<PlanRow>(({ issue }) => issue, nowMs, style),
        ],
        rows,
        screen,
      )
    : rows.map(({ phase, issue }) => `${[phase, ...issueWords(issue, nowMs, style)].join("  ")}\n`).join("");
  if (plan.unplanned.length === 0) return table;
  const shown = screen.isTerminal ? plan.unplanned.slice(0, mostUnplanned) : plan.unplanned;
  const left = plan.unplanned.length - shown.length;
  const sentences = shown.map((one) => `${unplannedSentence(one, style)}\n`);
  const heading = style.bold(`Not planned (${plan.unplanned.length})`);
  return `${table}${table === "" ? "" : "\n"}${heading}\n${sentences.join("")}${left > 0 ? `and ${left} more\n` : ""}`;
}

interface PlanRow {
  readonly phase: number;
  readonly issue: Issue;
}

const mostUnplanned = 20;

function unplannedSentence({ issue, reason, because }: UnplannedIssue, style: Style): string {
  const other = escapeText(because ?? "");
  const words = {
    deferred: because === undefined ? "is deferred" : `is part of ${other}, which is deferred`,
    pinned: "is pinned",
    status: `has the status ${escapeText(issue.status)}`,
    cycle: "is in a cycle: it waits for itself",
    waits: `waits for ${other}`,
  };
  return `${style.bold(escapeText(issue.id))} ${words[reason]}`;
}
