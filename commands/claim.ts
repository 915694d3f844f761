import { resolveId } from "../model/issue-id";
import { defineBz } from "./command";
import { currentIssue } from "./current-issue";
import { decideClaim } from "./decisions/claim";
import { changedIssue } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "claim",
    description:
      "Takes an issue: it is then in progress, yours and this session's, and nobody else gets it. Exit 4 names whoever has it already. Agents that share a name each need a session (--session or BEADS_SESSION): only the session that holds an issue may claim it again.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue" },
    force: {
      type: "boolean",
      alias: "f",
      description: "Claim it although it is blocked or deferred (never what somebody else holds)",
    },
  }),
  answer: "changed-issue",
  examples: ["bz claim bd-x1y2", "bz claim bd-x1y2 --actor alice --session 7f3a --json"],
  async run(context, args) {
    const { session, claimsBySession: bySession } = context;
    const { result, view } = context.write((current, info) => {
      const { state, prefix } = current;
      const issue = currentIssue(state, resolveId(state, args.id, prefix));
      const claiming = { session, bySession, force: args.force, nowMs: context.nowMs };
      const change = decideClaim({ issue, state }, claiming, info);
      return {
        operations: change === undefined ? [] : [change],
        result: { id: issue.id, isNew: change !== undefined },
      };
    });
    return changedIssue(view, result.id, { verb: result.isNew ? "Claimed" : "Held by you already:" });
  },
});
