import { countParts, isEligibleForClose, noParts } from "../../model/epic";
import type { Issue } from "../../model/issue";
import { selectIssues } from "../../model/query";
import { countEdges, issueRow } from "../../model/row";
import { type EpicLine, formatEpics } from "../../output/epic-list";
import type { View } from "../../storage/store";
import { defineBz } from "../command";
import { resolveEpic } from "../epic-parts";
import { filterArguments, readFilters } from "../filter-arguments";
import { parseWholeNumber } from "../issue-arguments";

const { id: _, type: __, ...filters } = filterArguments();

export const command = defineBz({
  meta: {
    name: "epic status",
    description:
      "Shows how many of an epic's parts are closed: of the named epics, or of all that are open. An epic whose parts are all closed can be closed itself; `bz epic close-eligible` closes those.",
  },
  args: () => ({
    epics: { type: "positional", required: false, repeat: true, description: "These epics, open or closed" },
    "eligible-only": { type: "boolean", description: "Only those that can be closed" },
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    ...filters,
    limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
  }),
  answer: "epics",
  examples: ["bz epic status", "bz epic status bd-epic", "bz epic status --eligible-only --json"],
  async run(context, args) {
    const limit = parseWholeNumber("--limit", args.limit ?? (context.isForReading ? "50" : "0"));
    const filter = await readFilters(context, args);
    return context.read((view) => {
      const { nowMs } = context;
      const counts = countParts(view.state.allFacts());
      const named = args.epics?.map((text) => resolveEpic(view, text).id);
      const { issues } = selectIssues(view.state, {
        ...filter(view),
        ids: named,
        all: named !== undefined || args.all === true,
        nowMs,
        accepts: (issue) => issue.issue_type === "epic",
      });
      const lines = issues.map((epic): EpicLine => {
        const progress = counts.get(epic.id) ?? noParts;
        return { epic, ...progress, isEligible: isEligibleForClose(epic, progress) };
      });
      const found = args["eligible-only"] === true ? lines.filter(({ isEligible }) => isEligible) : lines;
      const shown = limit === 0 ? found : found.slice(0, limit);
      const left = found.length - shown.length;
      return {
        data: () => ({
          epics: epicRows(view, shown, nowMs),
          total: found.length,
          returned: shown.length,
          truncated: left > 0,
        }),
        text: (screen) => formatEpics(shown, nowMs, screen),
        ids: shown.map(({ epic }) => epic.id),
        notes: found.length === 0 ? ["no epics"] : left > 0 ? [`${left} more; -n 0 shows all`] : [],
      };
    });
  },
});

function epicRows({ state }: View, lines: readonly EpicLine[], nowMs: number) {
  const counts = countEdges(state);
  return lines.map(({ epic, total, closed, isEligible }) => ({
    epic: rowOf(epic),
    total_children: total,
    closed_children: closed,
    eligible_for_close: isEligible,
  }));
  function rowOf({ id }: Issue) {
    return issueRow(state, id, counts, { nowMs, withDependencies: false }) ?? null;
  }
}
