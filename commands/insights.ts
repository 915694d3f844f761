import { Analysis } from "../model/analysis";
import { insightsRow } from "../model/analysis-rows";
import { gatherInsights } from "../model/insights";
import { formatInsights } from "../output/insights-text";
import { defineBz } from "./command";
import { parseWholeNumber } from "./issue-arguments";

export const command = defineBz({
  meta: {
    name: "insights",
    description:
      "Reports in one look how the open issues hang together, and what to do: what to start, what can be done side by side, what to watch because others wait for it, which cycles to break. `bz plan`, `bz critical` and `bz bottlenecks` say more about each.",
  },
  args: () => ({
    limit: {
      type: "string",
      alias: ["n", "top"],
      valueHint: "N",
      description: "At most N of each kind; default 5",
    },
  }),
  answer: "insights",
  examples: ["bz insights", "bz insights --top 3 --json"],
  run(context, args) {
    const most = args.limit === undefined ? 5 : parseWholeNumber("--limit", args.limit, 1);
    return context.read(({ state }) => {
      const { nowMs } = context;
      const analysis = new Analysis(state, nowMs);
      const insights = gatherInsights(analysis, state, most);
      const [path, plan] = [analysis.criticalPath(), analysis.plan()];
      const unblocks = (id: string) => analysis.readiness.unblocks(id);
      return {
        data: () => insightsRow(insights, path, plan, unblocks, nowMs),
        text: (screen) => formatInsights(insights, path, nowMs, screen),
        ids: insights.ready.map(({ id }) => id),
        notes: insights.health.live === 0 ? ["nothing is open"] : [],
      };
    });
  },
});
