import type { Orphan } from "../model/orphans";
import { escapeText } from "./escape";
import type { Screen } from "./style";
import { formatTable } from "./table";

/** References to what is not there: a table on a terminal, one plain line each in a pipe. */
export function formatOrphans(orphans: readonly Orphan[], screen: Screen): string {
  if (!screen.isTerminal)
    return orphans
      .map(
        (orphan) =>
          `${[orphan.issue.id, problemOf(orphan), orphan.issue.title].map(escapeText).join("  ")}\n`,
      )
      .join("");
  return formatTable(
    [
      { heading: "ID", cell: ({ issue }: Orphan) => escapeText(issue.id), paint: screen.style.bold },
      { heading: "PROBLEM", cell: (orphan: Orphan) => escapeText(problemOf(orphan)) },
      { heading: "TITLE", cell: ({ issue }: Orphan) => escapeText(issue.title), isFlexible: true },
    ],
    orphans,
    screen,
  );
}

function problemOf({ missingId, kind, edgeType, isDeleted }: Orphan): string {
  const role = kind === "hierarchy" ? "part of" : edgeType;
  return `${role} ${missingId}, which ${isDeleted ? "is deleted" : "does not exist"}`;
}
