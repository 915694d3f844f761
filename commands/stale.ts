import { selectIssues } from "../model/query";
import { isDeferred } from "../model/status";
import { instantMs } from "../model/time";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { parseWholeNumber } from "./issue-arguments";
import { pageArguments, pageOfIssues, readPage } from "./issue-page";

const dayMs = 86_400_000;
const usualDays = 30;

export const command = defineBz({
  meta: {
    name: "stale",
    description:
      "Lists live issues that nobody has changed for 30 days, or for --days, the longest untouched first. What is deferred waits on purpose and is left out, unless --deferred or --status asks for it.",
  },
  args: () => ({
    days: { type: "string", alias: "d", valueHint: "N", description: "For N days; default 30" },
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    ...filterArguments(),
    ...pageArguments(),
  }),
  answer: "stale-issues",
  examples: ["bz stale", "bz stale --days 14 -s in_progress", "bz stale --unassigned --json"],
  async run(context, args) {
    const query = readPage(context, args, ["stale_days"]);
    const days = args.days === undefined ? usualDays : parseWholeNumber("--days", args.days);
    const filters = await readFilters(context, args);
    const untilMs = context.nowMs - days * dayMs;
    const isWaitingWanted = args.status !== undefined || args.deferred !== undefined;
    return context.read((view) => {
      const daysOf = ({ id }: { readonly id: string }): number => {
        const updatedMs = instantMs(view.state.issue(id)?.updated_at ?? "");
        return Math.floor((context.nowMs - updatedMs) / dayMs);
      };
      return pageOfIssues({
        view,
        query,
        page: selectIssues(view.state, {
          ...filters(view),
          ...query,
          sort: query.sort ?? "updated",
          all: args.all,
          accepts: (issue) =>
            instantMs(issue.updated_at) <= untilMs && (isWaitingWanted || !isDeferred(issue, context.nowMs)),
        }),
        whenEmpty: `nothing has been left alone for ${daysText(days)}`,
        facts: (id) => ({ stale_days: daysOf({ id }) }),
        more: () => ({ stale_threshold_days: days }),
        column: {
          heading: "DAYS",
          cell: (issue) => String(daysOf(issue)),
          phrase: (issue) => `unchanged for ${daysText(daysOf(issue))}`,
        },
      });
    });
  },
});

function daysText(days: number): string {
  return `${days} ${days === 1 ? "day" : "days"}`;
}
