import { type DuplicateGroup, findDuplicates } from "../model/duplicates";
import { BzError } from "../model/errors";
import { onDemand } from "../model/on-demand";
import { selectIssues } from "../model/query";
import { briefRow } from "../model/row";
import { formatDuplicates } from "../output/duplicate-list";
import { type Arguments, defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { partArguments, partOf, readPart } from "./list-part";

const usualThreshold = 0.7;

const duplicateArguments = onDemand(
  () =>
    ({
      threshold: {
        type: "string",
        valueHint: "SHARE",
        description: `How much of their words similar issues have in common, 0.5 to 1; default ${usualThreshold}`,
      },
      exact: { type: "boolean", description: "Equal ones alone" },
      all: { type: "boolean", alias: "A", description: "Closed ones, too" },
      ...filterArguments(),
      ...partArguments(),
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "duplicates",
    description:
      "Groups live issues that look like the same one: equal in title, description, design and acceptance criteria (content); equal in title (title); or alike by the words of title and description (similar). White space, capitals and accents make no difference; words that many issues hold make none alike. The oldest of a group comes first.",
  },
  args: duplicateArguments,
  answer: "duplicates",
  examples: ["bz duplicates", "bz duplicates --exact --all --json", "bz duplicates --threshold 0.5 -t bug"],
  async run(context, args) {
    const { nowMs } = context;
    const part = readPart(context, args);
    const threshold = readThreshold(args.threshold, args.exact === true);
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const { issues } = selectIssues(view.state, { ...filters(view), nowMs, all: args.all, sort: "id" });
      const groups = findDuplicates(issues, threshold);
      const { shown, page, notes } = partOf(groups, part, "no two issues look alike");
      return {
        data: () => ({
          groups: shown.map((group) => groupRow(group, nowMs)),
          ...page,
        }),
        text: (screen) => formatDuplicates(shown, nowMs, screen),
        ids: shown.flatMap((group) => group.issues.map(({ id }) => id)),
        notes,
      };
    });
  },
});

/** @throws BzError USAGE. Below a half nearly everything is alike. */
function readThreshold(text: string | undefined, isExact: boolean): number | undefined {
  if (isExact && text !== undefined)
    throw new BzError("USAGE", "--exact and --threshold contradict each other", {
      hint: "leave one of them out",
    });
  if (isExact) return undefined;
  if (text === undefined) return usualThreshold;
  const threshold = /^(?:0?\.\d{1,6}|[01](?:\.0{1,6})?)$/.test(text) ? Number(text) : Number.NaN;
  if (threshold >= 0.5 && threshold <= 1) return threshold;
  throw new BzError("USAGE", `--threshold cannot be "${text}"`, {
    hint: "write a share from 0.5 to 1, as in 0.8",
  });
}

function groupRow({ kind, similarity, issues }: DuplicateGroup, nowMs: number) {
  return {
    kind,
    ...(similarity === undefined ? {} : { similarity }),
    issues: issues.map((issue) => briefRow(issue, issue.id, nowMs)),
  };
}
