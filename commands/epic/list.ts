import { selectIssues } from "../../model/query";
import { defineBz } from "../command";
import { resolveEpic } from "../epic-parts";
import { filterArguments, readFilters } from "../filter-arguments";
import { pageArguments, pageOfIssues, readPage } from "../issue-page";

const { parent: _, recursive: __, ...filters } = filterArguments();

export const command = defineBz({
  meta: {
    name: "epic list",
    description:
      "Lists the parts of an epic, closed ones among them; without an epic the epics that are open, with --all closed ones, too. `bz epic status` says how far they are.",
  },
  args: () => ({
    epic: { type: "positional", required: false, description: "The epic whose parts are meant" },
    all: { type: "boolean", alias: "A", description: "Closed epics, too" },
    ...filters,
    ...pageArguments(),
  }),
  answer: "issues",
  examples: ["bz epic list", "bz epic list bd-epic", "bz epic list bd-epic -s open --json"],
  async run(context, args) {
    const { epic: text, all } = args;
    const query = readPage(context, args);
    const filter = await readFilters(context, args);
    return context.read((view) => {
      const asked = { ...filter(view), ...query };
      const epic = text === undefined ? undefined : resolveEpic(view, text);
      const page = selectIssues(
        view.state,
        epic === undefined
          ? { ...asked, all, accepts: (issue) => issue.issue_type === "epic" }
          : { ...asked, all: all ?? true, parent: epic.id },
      );
      return pageOfIssues({
        view,
        query,
        page,
        whenEmpty: epic === undefined ? "no epics" : `${epic.id} has no such parts`,
      });
    });
  },
});
