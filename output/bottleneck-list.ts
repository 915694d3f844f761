import type { Bottleneck } from "../model/analysis";
import { columnsAbout, issueWords } from "./issue-list";
import type { Screen } from "./style";
import { formatTable } from "./table";

/** A table on a terminal, one plain line each in a pipe. */
export function formatBottlenecks(rows: readonly Bottleneck[], nowMs: number, screen: Screen): string {
  if (screen.isTerminal) {
    return formatTable(
      [
        ...columnsAbout<Bottleneck>(({ issue }) => issue, nowMs, screen.style),
        { heading: "DIRECT", cell: ({ direct }) => String(direct) },
        { heading: "TOTAL", cell: ({ total }) => String(total) },
        { heading: "CRITICAL", cell: ({ isOnCriticalPath }) => (isOnCriticalPath ? "yes" : "") },
      ],
      rows,
      screen,
    );
  }
  return rows
    .map(({ issue, direct, total, isOnCriticalPath }) => {
      const words = [...issueWords(issue, nowMs, screen.style), `holds up ${total}, ${direct} directly`];
      return `${words.join("  ")}${isOnCriticalPath ? ", on the critical path" : ""}\n`;
    })
    .join("");
}
