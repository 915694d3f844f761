import { selectIssues } from "../model/query";
import { Readiness } from "../model/readiness";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { pageArguments, pageOfIssues, readPage } from "./issue-page";
import { cycleWarnings } from "./wait-cycle-warnings";

export const command = defineBz({
  meta: {
    name: "blocked",
    description:
      "Lists what is blocked: by an open issue that it or an issue above it waits for, or by its status. `bz why ID` says more about one of them.",
  },
  args: () => ({ ...filterArguments(), ...pageArguments() }),
  answer: "blocked-issues",
  examples: ["bz blocked", "bz blocked --mine --json", "bz blocked --parent bd-x1y2 -r"],
  async run(context, args) {
    const query = readPage(context, args, ["blocked_by_count", "blocked_by"]);
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const readiness = new Readiness(view.state, context.nowMs);
      const blockersOf = (id: string) => readiness.openBlockersOf(id);
      return pageOfIssues({
        view,
        query,
        page: selectIssues(view.state, {
          ...filters(view),
          ...query,
          accepts: ({ id }) => readiness.isBlocked(id),
        }),
        whenEmpty: "nothing is blocked",
        facts: (id) => {
          const blockers = blockersOf(id);
          return { blocked_by_count: blockers.length, blocked_by: blockers };
        },
        column: {
          heading: "BLOCKED BY",
          cell: ({ id }) => blockersOf(id).join(", ") || "its status",
          phrase: ({ id }) => `blocked by ${blockersOf(id).join(", ") || "its status"}`,
        },
        warnings: cycleWarnings(view.state, readiness),
      });
    });
  },
});
