import { reopenIssue } from "../model/change";
import { defineBz } from "./command";
import { changeContext } from "./current-issue";
import { decideBatch, explained, explainedReason } from "./issue-batch";
import { changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "reopen",
    description: "Opens closed issues again. An issue that is not closed stays as it is.",
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    reason: explainedReason,
  }),
  answer: "changed-issues",
  examples: ["bz reopen bd-x1y2", "bz reopen bd-x1y2 -r 'Still fails on Safari'"],
  async run(context, args) {
    const reason = args.reason?.trim() ?? "";
    const { result, view } = context.write((current, info) =>
      decideBatch(current, args.ids, (item) => {
        const who = { nowMs: info.timeMs, actor: info.actor };
        const change = reopenIssue(item.issue, changeContext(item.line, info));
        return change === undefined ? [] : explained(item, change, reason, who);
      }),
    );
    const { done, unchanged, failures } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was not closed:" : "Reopened"),
    });
  },
});
