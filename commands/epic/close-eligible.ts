import { closeIssue } from "../../model/change";
import { closableEpics } from "../../model/epic";
import type { Result } from "../../output/result";
import { type Closing, closedIssues } from "../close-reply";
import { defineBz } from "../command";
import type { Context } from "../context";
import { changeContext } from "../current-issue";
import { decideBatch } from "../issue-batch";
import { changedIssues } from "../issue-reply";

export const command = defineBz({
  meta: {
    name: "epic close-eligible",
    description:
      "Closes every epic whose parts are all closed, and the epics above that are finished by it. Epics without parts stay as they are.",
  },
  args: () => ({
    "dry-run": { type: "boolean", alias: "n", description: "Say which, close none" },
    reason: {
      type: "string",
      alias: "r",
      valueHint: "TEXT",
      text: true,
      description: "Why; default: all children closed",
    },
  }),
  answer: "closed-epics",
  examples: ["bz epic close-eligible --dry-run", "bz epic close-eligible -r 'Shipped in 2.0'"],
  run: async (context, args) =>
    args["dry-run"] === true ? rehearse(context) : closeEpics(context, args.reason ?? "all children closed"),
});

async function closeEpics(context: Context, reason: string): Promise<Result> {
  const { session } = context;
  context.tellLag();
  const { result, view } = context.write((current, info) => {
    const ids = closableEpics(current.state).map(({ id }) => id);
    const { operations, result: outcome } = decideBatch(current, ids, ({ issue, line }) => {
      const who = changeContext(line, info);
      const change = closeIssue(issue, { reason, session }, who);
      return change === undefined ? [] : [change];
    });
    const closing: Closing = { ...outcome, before: current.state };
    return { operations, result: closing };
  });
  const answer = closedIssues(view, result, { isClaiming: false });
  const { done } = result;
  return {
    ...answer,
    notes: [...(answer.notes ?? []), ...(done.length === 0 ? ["no epic can be closed"] : [])],
  };
}

function rehearse(context: Context): Result {
  return context.read((view) => {
    const ids = closableEpics(view.state).map(({ id }) => id);
    const { document, text } = changedIssues({ view, ids, failures: [], verb: () => "Would close" });
    return {
      data: () => ({ dry_run: true, ...document() }),
      text,
      ids,
      notes: ids.length === 0 ? ["no epic can be closed"] : [],
    };
  });
}
