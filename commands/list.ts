import { selectIssues } from "../model/query";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { pageArguments, pageOfIssues, readPage } from "./issue-page";

export const command = defineBz({
  meta: {
    name: "list",
    description:
      "Lists live issues: those that are neither closed nor deleted, by priority, then age. Text shows the first 50; --json and -q show all of them.",
  },
  args: {
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    ...filterArguments,
    ...pageArguments,
  },
  examples: [
    "bz list",
    "bz list -s in_progress -a alice",
    "bz list --parent bd-x1y2 -r --overdue",
    "bz list --all -t bug -l parser --closed-after 2026-03-01 --sort closed --reverse -n 10",
  ],
  async run(context, args) {
    const query = readPage(context, args);
    const filters = await readFilters(context, args);
    return context.read((view) =>
      pageOfIssues({
        view,
        query,
        page: selectIssues(view.state, { ...filters(view), ...query, all: args.all }),
        whenEmpty: "no issues",
      }),
    );
  },
});
