import { BzError } from "../model/errors";
import { type Orphan, orphanReferences } from "../model/orphans";
import { selectIssues } from "../model/query";
import { briefRow } from "../model/row";
import { formatOrphans } from "../output/orphan-list";
import { defineBz } from "./command";
import { partArguments, partOf, readPart } from "./list-part";

export const command = defineBz({
  meta: {
    name: "orphans",
    description:
      "Lists live issues whose parent does not exist or is deleted, and edges to issues that do not exist or are deleted. Ids of other projects (external:...) are left alone. `bz dep remove` takes an edge away, `bz update --parent` moves an issue.",
  },
  args: () => ({
    "hierarchy-only": { type: "boolean", description: "Missing parents alone" },
    "deps-only": { type: "boolean", description: "Missing ends of other edges alone" },
    all: { type: "boolean", alias: "A", description: "Of closed issues, too" },
    ...partArguments(),
  }),
  answer: "orphans",
  examples: ["bz orphans", "bz orphans --hierarchy-only --json", "bz orphans --all -q"],
  run(context, args) {
    const { nowMs } = context;
    if (args["hierarchy-only"] === true && args["deps-only"] === true)
      throw new BzError("USAGE", "--hierarchy-only and --deps-only contradict each other", {
        hint: "without either of them both are listed",
      });
    const part = readPart(context, args);
    const isWanted = ({ kind }: Orphan): boolean =>
      args[kind === "hierarchy" ? "deps-only" : "hierarchy-only"] !== true;
    return context.read(({ state }) => {
      const { issues } = selectIssues(state, { nowMs, all: args.all, sort: "id" });
      const found = issues.flatMap((issue) => orphanReferences(state, issue)).filter(isWanted);
      const { shown, page, notes } = partOf(found, part, "nothing refers to an issue that is not here");
      return {
        data: () => ({
          orphans: shown.map(({ issue, kind, missingId, edgeType, isDeleted }) => ({
            ...briefRow(issue, issue.id, nowMs),
            orphan_type: kind,
            missing_ref: missingId,
            ...(edgeType === undefined ? {} : { dependency_type: edgeType }),
            ...(isDeleted ? { deleted: true } : {}),
          })),
          ...page,
        }),
        text: (screen) => formatOrphans(shown, screen),
        ids: [...new Set(shown.map(({ issue }) => issue.id))],
        notes,
      };
    });
  },
});
