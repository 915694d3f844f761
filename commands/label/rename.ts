import { editIssue } from "../../model/change";
import { validateLabel } from "../../model/field-input";
import type { ChangeIssue } from "../../model/operation";
import { escapeText } from "../../output/escape";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { defineBz } from "../command";
import { changeContextIn } from "../current-issue";

export const command = defineBz({
  meta: {
    name: "label rename",
    description:
      "Gives a label another name on every issue that has it; where both are, one is left. All in one transaction. A label that no issue has changes nothing.",
  },
  args: () => ({
    old: { type: "positional", required: true, description: "The label as it is" },
    new: { type: "positional", required: true, description: "The label as it shall be" },
  }),
  answer: "renamed-label",
  examples: ["bz label rename backend server"],
  async run(context, args) {
    const before = args.old.trim();
    const after = validateLabel(args.new);
    const { result: ids } = context.write((current, info) => decide(current, info, before, after));
    return {
      data: () => ({ old_name: before, new_name: after, affected_issues: ids.length, ids: [...ids] }),
      text: () =>
        `Renamed "${escapeText(before)}" to "${escapeText(after)}" on ${ids.length} ${ids.length === 1 ? "issue" : "issues"}\n`,
      ids,
      saved: ids,
    };
  },
});

function decide(
  { state }: View,
  info: TransactionInfo,
  before: string,
  after: string,
): Decision<readonly string[]> {
  const operations: ChangeIssue[] = [];
  if (before === after) return { operations, result: [] };
  for (const issue of state.issues()) {
    if (issue.status === "tombstone" || !issue.labels.includes(before)) continue;
    const change = editIssue(
      issue,
      { add_labels: [after], remove_labels: [before] },
      changeContextIn(state, issue.id, info),
    );
    if (change !== undefined) operations.push(change);
  }
  return { operations, result: operations.map(({ id }) => id) };
}
