import type { Issue } from "../model/issue";
import { columnsAbout, issueWords } from "./issue-list";
import type { Screen, Style } from "./style";
import { formatTable } from "./table";

export interface EpicLine {
  readonly epic: Issue;
  readonly total: number;
  readonly closed: number;
  readonly isEligible: boolean;
}

/** How far epics are: with a bar on a terminal, in a pipe in words. */
export function formatEpics(lines: readonly EpicLine[], nowMs: number, screen: Screen): string {
  const { style } = screen;
  if (!screen.isTerminal) {
    return lines
      .map((line) => `${[...issueWords(line.epic, nowMs, style), progressPhrase(line)].join("  ")}\n`)
      .join("");
  }
  // They are all of one type.
  const [id, priority, status, , ...title] = columnsAbout<EpicLine>(({ epic }) => epic, nowMs, style);
  return formatTable(
    [
      ...[id, priority, status].filter((column) => column !== undefined),
      {
        heading: "PROGRESS",
        cell: bar,
        paint: (cell, line) => paintBar(cell, line, style),
        isDispensable: true,
      },
      { heading: "CLOSED", cell: ({ closed, total }) => `${closed}/${total}` },
      ...title,
    ],
    lines,
    screen,
  );
}

const barWidth = 12;

function progressPhrase({ closed, total, isEligible }: EpicLine): string {
  if (total === 0) return "no parts";
  const percent = Math.floor((100 * closed) / total);
  return `${closed}/${total} closed (${percent}%)${isEligible ? ", can be closed" : ""}`;
}

/** Nothing is full before everything is closed, and something shows as soon as anything is. */
function bar({ closed, total }: EpicLine): string {
  const share = total === 0 ? 0 : closed / total;
  const full = share === 0 ? 0 : Math.max(1, Math.floor(share * barWidth));
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function paintBar(cell: string, { closed, total, isEligible }: EpicLine, style: Style): string {
  if (isEligible || (total > 0 && closed === total)) return style.green(cell);
  return closed === 0 ? style.dim(cell) : style.yellow(cell);
}
