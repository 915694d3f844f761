import { selectIssues } from "../model/query";
import type { Result } from "../output/result";
import { defineBz } from "./command";
import type { TimedView } from "./context";
import { filterArguments, isFiltering, readFilters } from "./filter-arguments";
import { type IssuePage, pageArguments, pageOfIssues, readPage } from "./issue-page";
import { noIssues } from "./page-around";
import { usualList } from "./usual-page";

export const command = defineBz({
  meta: {
    name: "list",
    description:
      "Lists live issues: those that are neither closed nor deleted, by priority, then age. Text shows the first 50; --json and -q show all of them.",
  },
  args: () => ({
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    ...filterArguments(),
    ...pageArguments(),
    tree: {
      type: "boolean",
      description: "Below their parents, with branches; JSON rows then have a `depth`",
    },
    "as-of": {
      type: "string",
      valueHint: "TIME|SEQ",
      description: "As it was then, by the log: a date, --as-of=-7d, or the number of a change",
    },
  }),
  answer: "listed-issues",
  examples: [
    "bz list",
    "bz list -s in_progress -a alice",
    "bz list --parent bd-x1y2 -r --overdue",
    "bz list --tree --all",
    "bz list --as-of=-7d -s in_progress",
    "bz list --all -t bug -l parser --closed-after 2026-03-01 --sort closed --reverse -n 10",
  ],
  async run(context, args) {
    const isTree = args.tree === true;
    const query = readPage(context, args, isTree ? ["depth"] : []);
    const filters = await readFilters(context, args);
    const trees = isTree ? await import("./tree-page") : undefined;
    const isWhole = args.all !== true && !isTree && !isFiltering(args);
    const selected = (view: TimedView): Pick<IssuePage, "page" | "facts" | "draw"> => {
      const { nowMs } = view;
      const page = selectIssues(view.state, { ...filters(view), ...query, nowMs, all: args.all });
      return trees?.asTree(view, page, nowMs) ?? { page };
    };
    const answer = (view: TimedView, more: Pick<IssuePage, "more"> = {}): Result => {
      const usual = isWhole ? usualList(view.state, query) : undefined;
      return pageOfIssues({
        view,
        query: { ...query, nowMs: view.nowMs },
        whenEmpty: noIssues,
        ...(usual === undefined ? selected(view) : { page: usual }),
        ...more,
      });
    };
    if (args["as-of"] === undefined) return context.read((view) => answer(view));
    const { momentNote, momentRow, readAsOf } = await import("./as-of");
    return readAsOf(context, args["as-of"], (view, moment) => {
      const listed = answer(view, { more: () => ({ as_of: momentRow(moment) }) });
      return { ...listed, notes: [momentNote(moment), ...(listed.notes ?? [])] };
    });
  },
});
