import { Analysis } from "../model/analysis";
import { bottleneckRow } from "../model/analysis-rows";
import { selectIssues } from "../model/query";
import { formatBottlenecks } from "../output/bottleneck-list";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { partArguments, partOf, readPart } from "./list-part";
import { cycleWarnings } from "./wait-cycle-warnings";

const usuallyShown = 10;

export const command = defineBz({
  meta: {
    name: "bottlenecks",
    description: `Lists the open issues that hold up most, the worst first. \`direct\` counts the issues that wait for it: by an edge, as a part of what has the edge, or as the epic it is part of; \`total\` also those that wait for these, and so on. Text shows ${usuallyShown}; --json and -q show all. Filters choose what is shown; the counts are those of the whole.`,
  },
  args: () => ({
    ...filterArguments(),
    ...partArguments(),
    limit: { ...partArguments().limit, alias: ["n", "top"] },
  }),
  answer: "bottlenecks",
  examples: ["bz bottlenecks", "bz bottlenecks --limit 3 --json", "bz bottlenecks --unassigned"],
  async run(context, args) {
    const part = readPart(context, args, usuallyShown);
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const { nowMs } = context;
      const analysis = new Analysis(view.state, nowMs);
      const chosen = new Set(selectIssues(view.state, { ...filters(view), nowMs }).issues);
      const found = analysis.bottlenecks().filter(({ issue }) => chosen.has(issue));
      const { shown, page, notes } = partOf(found, part, "nothing waits for anything");
      return {
        data: () => ({
          bottlenecks: shown.map((row) => bottleneckRow(row, nowMs)),
          ...page,
        }),
        text: (screen) => formatBottlenecks(shown, nowMs, screen),
        ids: shown.map(({ issue }) => issue.id),
        notes,
        warnings: cycleWarnings(view.state, analysis.readiness),
      };
    });
  },
});
