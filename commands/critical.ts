import { Analysis } from "../model/analysis";
import { criticalPathRow } from "../model/analysis-rows";
import { formatCriticalPath } from "../output/critical-path";
import { defineBz } from "./command";
import { cycleWarnings } from "./wait-cycle-warnings";

export const command = defineBz({
  meta: {
    name: "critical",
    description:
      "Shows the longest chain of open issues of which each waits for the one before it: nothing makes the whole quicker that does not shorten it. Of equally long chains the one with the most estimated time. Issues in a cycle are in no chain.",
  },
  args: () => ({}),
  answer: "critical-path",
  examples: ["bz critical", "bz critical --json"],
  run(context) {
    return context.read(({ state }) => {
      const analysis = new Analysis(state, context.nowMs);
      const path = analysis.criticalPath();
      return {
        data: () => ({ critical_path: criticalPathRow(path, context.nowMs) }),
        records: () => criticalPathRow(path, context.nowMs).issues,
        text: (screen) => formatCriticalPath(path, context.nowMs, screen),
        ids: path.issues.map(({ id }) => id),
        notes: path.issues.length === 0 ? ["nothing is open"] : [],
        warnings: cycleWarnings(state, analysis.readiness),
      };
    });
  },
});
