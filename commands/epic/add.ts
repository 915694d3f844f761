import { editIssue } from "../../model/change";
import { defineBz } from "../command";
import { changeContext } from "../current-issue";
import { refuseNewCycles } from "../edges";
import { epicPartArguments, resolveEpic } from "../epic-parts";
import { decideBatch } from "../issue-batch";
import { changedIssues } from "../issue-reply";

export const command = defineBz({
  meta: {
    name: "epic add",
    description:
      "Makes issues parts of an epic. An issue is part of one other at most: whatever it was part of before, it is not any more.",
  },
  args: epicPartArguments,
  answer: "changed-issues",
  examples: ["bz epic add bd-epic bd-x1y2", "bz epic add bd-epic bd-x1y2 bd-a3b4 --json"],
  async run(context, args) {
    const { result, view } = context.write((current, info) => {
      const epic = resolveEpic(current, args.epic);
      const { operations, result: outcome } = decideBatch(current, args.ids, (item) => {
        const change = editIssue(item.issue, { parent: epic.id }, changeContext(item.line, info));
        if (change !== undefined) refuseNewCycles(item, change, current.sequence + 1);
        return change === undefined ? [] : [change];
      });
      return { operations, result: { ...outcome, epicId: epic.id, before: current.state } };
    });
    const { done, unchanged, failures, epicId, before } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was there already:" : "Added"),
      detail: (id) => {
        const old = unchanged.has(id) ? undefined : before.issue(id)?.parent;
        return old === undefined ? `part of ${epicId}` : `part of ${epicId} instead of ${old}`;
      },
    });
  },
});
