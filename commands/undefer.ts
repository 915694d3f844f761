import { undeferIssue } from "../model/defer";
import { defineBz } from "./command";
import { changeContext } from "./current-issue";
import { decideBatch } from "./issue-batch";
import { changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "undefer",
    description:
      "Brings deferred issues back at once and takes their date away. An issue that is not deferred stays as it is.",
  },
  args: () => ({ ids: { type: "positional", required: true, repeat: true, description: "The issues" } }),
  answer: "changed-issues",
  examples: ["bz undefer bd-x1y2", "bz undefer bd-x1y2 bd-a3b4"],
  async run(context, args) {
    const { result, view } = context.write((current, info) =>
      decideBatch(current, args.ids, ({ issue, line }) => {
        const change = undeferIssue(issue, changeContext(line, info));
        return change === undefined ? [] : [change];
      }),
    );
    const { done, unchanged, failures } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was not deferred:" : "Opened"),
    });
  },
});
