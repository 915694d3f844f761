import { summariseAudit } from "../../model/audit-summary";
import { escapeText } from "../../output/escape";
import { formatFacts } from "../../output/facts";
import { auditEvents } from "../audit-events";
import { defineBz } from "../command";
import { parseWholeNumber } from "../issue-arguments";

export const command = defineBz({
  meta: {
    name: "audit summary",
    description: "Counts what stands in the record of the last days, and who did it.",
  },
  args: () => ({
    days: { type: "string", alias: "d", valueHint: "N", description: "So many days back; 7 unless given" },
  }),
  answer: "audit-summary",
  examples: ["bz audit summary", "bz audit summary --days 30 --json"],
  async run(context, args) {
    const days = args.days === undefined ? 7 : parseWholeNumber("--days", args.days, 1);
    const summary = summariseAudit(auditEvents(await context.store.history()), context.nowMs, days);
    const { totals, actors } = summary;
    return {
      data: () => ({
        period_days: days,
        totals: { ...totals },
        actors: actors.map((row) => ({ ...row })),
      }),
      text: (screen) => {
        const facts: [string, number][] = [
          [`Events of ${days} ${days === 1 ? "day" : "days"}`, totals.total],
          ["Created", totals.created],
          ["Updated", totals.updated],
          ["Closed", totals.closed],
          ["Comments", totals.comments],
          ["LLM calls", totals.llm_calls],
          ["Tool calls", totals.tool_calls],
          ["Other", totals.other],
        ];
        const busiest = actors
          .slice(0, mostActors)
          .map(({ actor, total }) => `  ${String(total).padStart(6)}  ${escapeText(actor)}\n`);
        const heading = busiest.length === 0 ? "" : `${screen.style.bold("By actor")}\n`;
        return formatFacts(facts, screen) + heading + busiest.join("");
      },
    };
  },
});

const mostActors = 10;
