import { closeIssue } from "../model/change";
import { defineBz } from "./command";
import { decideBatch } from "./issue-batch";
import { changedIssues } from "./issue-reply";
import { refuseOpenChildren } from "./open-children";

export const command = defineBz({
  meta: {
    name: "close",
    description:
      "Closes issues. Closing a closed one again changes nothing. An epic with open children is refused unless they are closed by the same call or -f is given.",
  },
  args: {
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    reason: {
      type: "string",
      alias: ["r", "resolution", "comment", "message", "m"],
      valueHint: "TEXT",
      text: true,
      description: "Why, for whoever looks later",
    },
    force: { type: "boolean", alias: "f", description: "Close an epic although children are open" },
  },
  examples: ["bz close bd-x1y2 -r 'Fixed in 4f2a9c'", "bz close bd-x1y2 bd-a3b4"],
  async run(context, args) {
    const { session } = context;
    const { result, view } = await context.write((current, info) =>
      decideBatch(current, args.ids, ({ issue, line, state, batch }) => {
        if (args.force !== true) refuseOpenChildren(state, issue, batch);
        const change = closeIssue(
          issue,
          { reason: args.reason, session },
          { line, nowMs: info.timeMs, actor: info.actor },
        );
        return change === undefined ? [] : [change];
      }),
    );
    const { done, unchanged, failures } = result;
    return changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Was closed already:" : "Closed"),
    });
  },
});
