import { Readiness } from "../model/readiness";
import { countEdges, issueRow } from "../model/row";
import { formatIssueList } from "../output/issue-list";
import { defineBz } from "./command";
import { parseWholeNumber } from "./issue-arguments";

export const command = defineBz({
  meta: {
    name: "ready",
    description:
      "Lists the issues that can be worked on now, the best first: by priority, then by how many others they unblock, then by age.",
  },
  args: {
    "include-epics": { type: "boolean", description: "Epics whose parts are still open, too" },
    limit: { type: "string", alias: "n", valueHint: "N", description: "At most N; 0: all" },
  },
  examples: ["bz ready", "bz ready -n 5 --json"],
  run(context, args) {
    const limit = args.limit === undefined ? 0 : parseWholeNumber("--limit", args.limit);
    return context.read(({ state }) => {
      const readiness = new Readiness(state, context.nowMs);
      const all = readiness.ready({ includeEpics: args["include-epics"] });
      const issues = all.slice(0, limit === 0 ? undefined : limit);
      return {
        data: () => {
          const counts = countEdges(state);
          return {
            issues: issues.flatMap(({ id }) => {
              const row = issueRow(state, id, counts, { nowMs: context.nowMs });
              return row === undefined ? [] : [{ ...row, unblocks: readiness.unblocks(id) }];
            }),
            total: all.length,
            returned: issues.length,
            truncated: issues.length < all.length,
          };
        },
        text: (screen) => formatIssueList(issues, context.nowMs, screen),
        ids: issues.map((issue) => issue.id),
        notes: all.length === 0 ? ["nothing is ready"] : [],
      };
    });
  },
});
