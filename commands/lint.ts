import { type LintFinding, lintIssues, severities } from "../model/lint";
import { onDemand } from "../model/on-demand";
import { selectIssues } from "../model/query";
import { formatFindings } from "../output/finding-list";
import { type Arguments, defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { partArguments, partOf, readPart } from "./list-part";

const { id: _, ...otherFilters } = filterArguments();

const lintArguments = onDemand(
  () =>
    ({
      ids: {
        type: "positional",
        required: false,
        repeat: true,
        description: "These issues; default all live ones",
      },
      severity: {
        type: "enum",
        options: [...severities],
        description: "At least this bad: errors alone, warnings too, or everything",
      },
      all: { type: "boolean", alias: "A", description: "Closed ones, too" },
      ...otherFilters,
      ...partArguments(),
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "lint",
    description:
      'Lists what is wrong with issues. Errors: an empty title, issues that wait for each other. Warnings: ids that other tools refuse, titles over 500 characters, edges and parents that are not here, a status and times that contradict each other, times in the future or in no order. Infos: deferred without a date, in progress without anybody, and sections that a description should have (bug: "Steps to Reproduce"; bug, task, feature: "Acceptance Criteria", or that field; epic: "Success Criteria"). Findings are data: the exit code is 0 whatever is found, and `bz lint -q --severity error` prints nothing when all is well.',
  },
  args: lintArguments,
  answer: "lint-findings",
  examples: [
    "bz lint",
    "bz lint bd-x1y2",
    "bz lint --severity warning --all --json",
    "bz lint -t bug --mine",
  ],
  async run(context, args) {
    const { nowMs } = context;
    const part = readPart(context, args);
    const filters = await readFilters(context, { ...args, id: args.ids });
    const worst = severities.slice(0, severities.indexOf(args.severity ?? "info") + 1);
    return context.read((view) => {
      // Whoever names an issue means it, closed or not.
      const all = args.all ?? args.ids !== undefined;
      const { issues } = selectIssues(view.state, { ...filters(view), nowMs, all, sort: "id" });
      const found = lintIssues(view.state, issues, nowMs).filter(({ severity }) => worst.includes(severity));
      const { shown, page, notes } = partOf(found, part, "nothing to complain about");
      const count = (severity: LintFinding["severity"]): number =>
        found.filter((finding) => finding.severity === severity).length;
      const counts = { errors: count("error"), warnings: count("warning"), infos: count("info") };
      return {
        data: () => ({
          findings: shown.map(({ ids, severity, category, message }) => ({
            ...(ids.length === 1 ? { id: ids[0] ?? "" } : { ids: [...ids] }),
            severity,
            category,
            message,
          })),
          ...page,
          ...counts,
        }),
        text: (screen) => formatFindings(shown, screen),
        ids: [...new Set(shown.flatMap(({ ids }) => ids))],
        notes: found.length === 0 ? notes : [summary(counts), ...notes],
      };
    });
  },
});

function summary(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${count === 1 ? name.slice(0, -1) : name}`)
    .join(", ");
}
