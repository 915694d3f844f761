import { BzError } from "../model/errors";
import { type CountedBy, countedBy, countGroups, type GroupCount } from "../model/group-count";
import { liveOrder } from "../model/live-order";
import { onDemand } from "../model/on-demand";
import { findFacts } from "../model/query";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import { type Arguments, defineBz, type Values } from "./command";
import { filterArguments, isFiltering, readFilters } from "./filter-arguments";

const countArguments = onDemand(
  () =>
    ({
      by: { type: "enum", alias: ["g", "group-by"], options: [...countedBy], description: "In groups" },
      "by-status": { type: "boolean", description: "The same as --by status" },
      "by-priority": { type: "boolean", description: "The same as --by priority" },
      "by-type": { type: "boolean", description: "The same as --by type" },
      "by-assignee": { type: "boolean", description: "The same as --by assignee" },
      "by-label": { type: "boolean", description: "The same as --by label" },
      all: { type: "boolean", alias: ["A", "include-closed"], description: "Closed ones, too" },
      ...filterArguments(),
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "count",
    description:
      "Counts the issues that `bz list` would list with the same filters: live ones, unless --all or --status says otherwise. In groups, the largest comes first; an issue with several labels counts under each of them.",
  },
  args: countArguments,
  answer: "issue-count",
  examples: [
    "bz count",
    "bz count -t bug --unassigned",
    "bz count --by status --all",
    "bz count --by label --json",
  ],
  async run(context, args) {
    const by = groupingOf(args);
    const filters = await readFilters(context, args);
    const isWhole = by === undefined && args.all !== true && !isFiltering(args);
    return context.read((view) => {
      const { nowMs } = context;
      const heads = isWhole ? view.state.headsOfBase() : undefined;
      if (heads !== undefined) return countOf(liveOrder(view.state, heads).total);
      const facts = findFacts(view.state, { ...filters(view), nowMs, all: args.all });
      const total = facts.length;
      if (by === undefined) return countOf(total);
      const groups = countGroups(facts, by, nowMs);
      return {
        data: () => ({ total, groups: groups.map(({ group, count }) => ({ group, count })) }),
        text: () => groupLines(groups),
        notes: [`${total} in all`],
      };
    });
  },
});

function countOf(count: number): Result {
  return { data: () => ({ count }), text: () => `${count}\n` };
}

/** @throws BzError USAGE for more than one grouping */
function groupingOf(args: Values<ReturnType<typeof countArguments>>): CountedBy | undefined {
  const asked = countedBy.filter((by) => args[`by-${by}`] === true);
  const all = args.by === undefined ? asked : [...new Set([args.by, ...asked])];
  if (all.length > 1)
    throw new BzError("USAGE", `--by ${all.join(" and --by ")} contradict each other`, {
      hint: "issues are counted in groups of one kind; leave out the others",
    });
  return all[0];
}

function groupLines(groups: readonly GroupCount[]): string {
  const names = groups.map(({ group }) => escapeText(group));
  const width = names.reduce((widest, name) => Math.max(widest, Bun.stringWidth(name)), 0);
  return groups
    .map(({ count }, at) => {
      const name = names[at] ?? "";
      return `${name}${" ".repeat(width - Bun.stringWidth(name))}  ${count}\n`;
    })
    .join("");
}
