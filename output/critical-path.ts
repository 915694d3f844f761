import type { CriticalPath } from "../model/analysis";
import type { Issue } from "../model/issue";
import { columnsAbout, issueWords } from "./issue-list";
import type { Screen } from "./style";
import { formatTable } from "./table";

/** The chain in its order, and what is known of how long it takes. */
export function formatCriticalPath(path: CriticalPath, nowMs: number, screen: Screen): string {
  const { issues } = path;
  if (issues.length === 0) return "";
  const steps = issues.map((issue, at) => ({ issue, step: at + 1 }));
  const list = screen.isTerminal
    ? formatTable(
        [
          { heading: "STEP", cell: ({ step }) => String(step) },
          ...columnsAbout<Step>(({ issue }) => issue, nowMs, screen.style),
          { heading: "ESTIMATE", cell: ({ issue }) => estimateText(issue) },
        ],
        steps,
        screen,
      )
    : steps
        .map(({ issue, step }) => {
          const words = [String(step), ...issueWords(issue, nowMs, screen.style), estimateText(issue)];
          return `${words.filter((word) => word !== "").join("  ")}\n`;
        })
        .join("");
  return `${list}${summary(path)}\n`;
}

/** `90` minutes as `1h30m`, the spelling in which estimates are given. */
export function minutesText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}

interface Step {
  readonly issue: Issue;
  readonly step: number;
}

function estimateText({ estimated_minutes: minutes }: Issue): string {
  return minutes === undefined ? "" : minutesText(minutes);
}

function summary({ issues, estimatedMinutes, withoutEstimate }: CriticalPath): string {
  const count = `${issues.length} ${issues.length === 1 ? "issue" : "issues in a row"}`;
  if (withoutEstimate === issues.length) return `${count}, no estimates`;
  const missing = withoutEstimate === 0 ? "" : `, ${withoutEstimate} without an estimate`;
  return `${count}, ${minutesText(estimatedMinutes)} estimated${missing}`;
}
