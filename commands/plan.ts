import { Analysis, type Plan } from "../model/analysis";
import { planRow } from "../model/analysis-rows";
import type { JsonObject } from "../model/json";
import { selectIssues } from "../model/query";
import { countEdges, issueRow } from "../model/row";
import { formatPlan } from "../output/plan-list";
import type { View } from "../storage/store";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { parseWholeNumber } from "./issue-arguments";
import { cycleWarnings } from "./wait-cycle-warnings";

export const command = defineBz({
  meta: {
    name: "plan",
    description:
      "Sorts the open issues into phases: what is in one phase can be worked on at the same time, once all phases before it are closed. Phase 1 is what `bz ready` lists and what is in progress. What is put off, pinned, in a cycle, or waits for such an issue is named behind them. Filters choose what is shown; the phases are those of the whole.",
  },
  args: () => ({
    ...filterArguments(),
    limit: { type: "string", alias: "n", valueHint: "N", description: "At most N issues; 0: all" },
  }),
  answer: "plan",
  examples: ["bz plan", "bz plan --parent bd-x1y2 -r", "bz plan --unassigned --json"],
  async run(context, args) {
    const usual = context.isForReading ? 50 : 0;
    const limit = args.limit === undefined ? usual : parseWholeNumber("--limit", args.limit);
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const { nowMs } = context;
      const analysis = new Analysis(view.state, nowMs);
      const chosen = new Set(selectIssues(view.state, { ...filters(view), nowMs }).issues);
      const plan = chosenPart(analysis.plan(), (issue) => chosen.has(issue));
      const total = plan.phases.flat().length;
      const shown = limit === 0 ? plan : firstOf(plan, limit);
      const ids = shown.phases.flat().map(({ id }) => id);
      const left = total - ids.length;
      return {
        data: () => ({
          plan: planRow(shown, analysis.cycles()),
          total,
          returned: ids.length,
          truncated: left > 0,
        }),
        records: () => plannedRows(view, shown, nowMs),
        fields: { added: ["phase"] },
        text: (screen) => formatPlan(shown, nowMs, screen),
        ids,
        notes: [
          ...(total === 0 ? ["nothing can be planned"] : []),
          ...(left > 0 ? [`${left} more; -n 0 shows all`] : []),
        ],
        warnings: cycleWarnings(view.state, analysis.readiness),
      };
    });
  },
});

/** A row for each issue, with its phase: what the document holds is ids alone. */
function plannedRows({ state }: View, { phases }: Plan, nowMs: number): JsonObject[] {
  const counts = countEdges(state);
  return phases.flatMap((issues, at) =>
    issues.map(({ id }) => ({ ...issueRow(state, id, counts, { nowMs }), phase: at + 1 })),
  );
}

type IsChosen = (issue: Plan["unplanned"][number]["issue"]) => boolean;

/** A phase keeps its number although nothing in it was asked for. */
function chosenPart({ phases, unplanned }: Plan, isChosen: IsChosen): Plan {
  const kept = phases.map((phase) => phase.filter(isChosen));
  return {
    phases: kept.slice(0, kept.findLastIndex((phase) => phase.length > 0) + 1),
    unplanned: unplanned.filter(({ issue }) => isChosen(issue)),
  };
}

function firstOf(plan: Plan, limit: number): Plan {
  let left = limit;
  const phases = plan.phases.map((phase) => {
    const kept = phase.slice(0, left);
    left -= kept.length;
    return kept;
  });
  return { ...plan, phases };
}
