import { parseIssueType } from "../model/issue-type";
import type { JsonObject } from "../model/json";
import { parsePriority } from "../model/priority";
import { type IssueQuery, selectIssues, sortKeys } from "../model/query";
import { countEdges, issueRow } from "../model/row";
import { parseStatus } from "../model/status";
import { formatIssueList } from "../output/issue-list";
import type { View } from "../storage/store";
import { defineBz } from "./command";
import { parseWholeNumber } from "./issue-arguments";

export const command = defineBz({
  meta: {
    name: "list",
    description:
      "Lists live issues: those that are neither closed nor deleted. Text shows the first 50; --json and -q show all of them.",
  },
  args: {
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    status: {
      type: "string",
      alias: "s",
      repeat: true,
      description: "Any of these (`tombstone`: deleted ones)",
    },
    type: { type: "string", alias: "t", repeat: true, description: "Any of these" },
    priority: { type: "string", alias: "p", repeat: true, description: "Any of these" },
    assignee: { type: "string", alias: "a", valueHint: "NAME", description: "Assigned to NAME" },
    label: { type: "string", alias: ["l", "labels"], repeat: true, description: "With all of these" },
    sort: {
      type: "enum",
      options: [...sortKeys],
      description: "Default: priority, then age",
    },
    reverse: { type: "boolean", alias: "r", description: "The other way round" },
    limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
    offset: { type: "string", valueHint: "N", description: "Leave out the first N" },
  },
  examples: [
    "bz list",
    "bz list -s in_progress -a alice",
    "bz list --all -t bug -l parser --sort updated --reverse -n 10",
  ],
  run(context, args) {
    const offset = args.offset === undefined ? 0 : parseWholeNumber("--offset", args.offset);
    const query: IssueQuery = {
      all: args.all,
      status: args.status?.map((status) => parseStatus(status, context.customStatuses)),
      type: args.type?.map((type) => parseIssueType(type)),
      priority: args.priority?.map(parsePriority),
      assignee: args.assignee,
      labels: args.label,
      sort: args.sort,
      reverse: args.reverse,
      limit:
        args.limit === undefined ? usualLimit(context.isForReading) : parseWholeNumber("--limit", args.limit),
      offset,
      nowMs: context.nowMs,
    };
    return context.read((view) => {
      const { issues, total } = selectIssues(view.state, query);
      const ids = issues.map((issue) => issue.id);
      const left = Math.max(0, total - offset - issues.length);
      return {
        data: () => ({
          issues: rows(view, ids, context.nowMs),
          total,
          returned: ids.length,
          truncated: left > 0,
        }),
        text: (screen) => formatIssueList(issues, context.nowMs, screen),
        ids,
        notes: notesFor(total, left),
      };
    });
  },
});

function usualLimit(isForReading: boolean): number {
  return isForReading ? 50 : 0;
}

function rows({ state }: View, ids: readonly string[], nowMs: number): JsonObject[] {
  const counts = countEdges(state);
  return ids.map((id) => issueRow(state, id, counts, { nowMs })).filter((row) => row !== undefined);
}

function notesFor(total: number, left: number): string[] {
  if (total === 0) return ["no issues"];
  return left === 0 ? [] : [`${left} more; -n 0 shows all`];
}
