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
    tree: {
      type: "boolean",
      description: "Below their parents, with branches; JSON rows then have a `depth`",
    },
  },
  answer: "listed-issues",
  examples: [
    "bz list",
    "bz list -s in_progress -a alice",
    "bz list --parent bd-x1y2 -r --overdue",
    "bz list --tree --all",
    "bz list --all -t bug -l parser --closed-after 2026-03-01 --sort closed --reverse -n 10",
  ],
  async run(context, args) {
    const isTree = args.tree === true;
    const query = readPage(context, args, isTree ? ["depth"] : []);
    const filters = await readFilters(context, args);
    const trees = isTree ? await import("./tree-page") : undefined;
    return context.read((view) => {
      const page = selectIssues(view.state, { ...filters(view), ...query, all: args.all });
      return pageOfIssues({
        view,
        query,
        page,
        whenEmpty: "no issues",
        ...trees?.asTree(view, page, context.nowMs),
      });
    });
  },
});
