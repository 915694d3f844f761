import { undeleteIssue } from "../model/undelete";
import { defineBz } from "./command";
import { holdersOf } from "./holders";
import { decideBatch, explained, explainedReason } from "./issue-batch";
import { changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "undelete",
    description:
      "Brings deleted issues back as they were: with the status, the type and everything else that they had. One that is not deleted stays as it is; of one that was purged (`bz delete --hard`) nothing is left to bring back.",
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    reason: explainedReason,
  }),
  answer: "undeleted-issues",
  examples: ["bz undelete bd-x1y2", "bz undelete bd-x1y2 bd-a3b4 -r 'Still needed for the release'"],
  async run(context, args) {
    const reason = args.reason?.trim() ?? "";
    const { result, view } = context.write((current, info) =>
      decideBatch(current, args.ids, (item) => {
        const who = { nowMs: info.timeMs, actor: info.actor };
        const change = undeleteIssue(item.issue, { line: item.line, nowMs: who.nowMs });
        return change === undefined ? [] : explained(item, change, reason, who);
      }),
    );
    const { done, unchanged, failures } = result;
    const { state } = view;
    const back = done.filter((id) => !unchanged.has(id));
    const dependents = back.flatMap((id) => holdersOf(state, id));
    const answer = changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was not deleted:" : "Brought back"),
      facts: () => ({ dependents: dependents.map((dependent) => ({ ...dependent })) }),
      warnings: back.flatMap((id) => {
        const { parent } = state.issue(id) ?? {};
        return parent !== undefined && state.issue(parent)?.status === "tombstone"
          ? [`${id} is part of ${parent}, which is deleted`]
          : [];
      }),
    });
    const notes = dependents.map(
      ({ id, depends_on_id, type }) => `${id} depends on ${depends_on_id} again (${type})`,
    );
    return { ...answer, notes };
  },
});
