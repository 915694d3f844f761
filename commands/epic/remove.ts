import { editIssue } from "../../model/change";
import { BzError } from "../../model/errors";
import type { Issue } from "../../model/issue";
import { defineBz } from "../command";
import { changeContext } from "../current-issue";
import { refuseNewCycles } from "../edges";
import { epicPartArguments, resolveEpic } from "../epic-parts";
import { decideBatch } from "../issue-batch";
import { changedIssues } from "../issue-reply";

export const command = defineBz({
  meta: {
    name: "epic remove",
    description: "Takes issues out of an epic; they stay as they are otherwise, and other edges stay, too.",
  },
  args: epicPartArguments,
  answer: "changed-issues",
  examples: ["bz epic remove bd-epic bd-x1y2", "bz epic remove bd-epic bd-x1y2 bd-a3b4 --json"],
  async run(context, args) {
    const { result, view } = context.write((current, info) => {
      const epic = resolveEpic(current, args.epic);
      const { operations, result: outcome } = decideBatch(current, args.ids, (item) => {
        const { issue, line } = item;
        if (issue.parent !== epic.id) throw notAPart(issue, epic);
        const change = editIssue(issue, { parent: "" }, changeContext(line, info));
        if (change !== undefined) refuseNewCycles(item, change, current.sequence + 1);
        return change === undefined ? [] : [change];
      });
      return { operations, result: { ...outcome, epicId: epic.id } };
    });
    const { done, failures, epicId } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: () => "Removed",
      detail: () => `no longer part of ${epicId}`,
    });
  },
});

function notAPart({ id, parent }: Issue, epic: Issue): BzError {
  return new BzError("INVALID", `${id} is not a part of ${epic.id}`, {
    hint: parent === undefined ? "it is part of nothing" : `it is part of ${parent}`,
    context: { id, epic: epic.id, parent: parent ?? null },
  });
}
