import { validateCommentText } from "../../model/comment";
import { editComment } from "../../model/comment-change";
import { findComment } from "../../model/comment-search";
import { resolveId } from "../../model/issue-id";
import { defineBz } from "../command";
import { commentArguments, editedComment } from "../comment-reply";
import { changeContext, currentOf } from "../current-issue";
import { readSpokenText, spokenTextArguments } from "../spoken-text";

export const command = defineBz({
  meta: {
    name: "comments edit",
    description:
      "Gives a comment another text. Who said it first, and when, stays; that it was edited is shown, and `bz history` tells by whom and what it said before. Anybody may: one's own mistakes and those of an agent that is gone.",
  },
  args: () => ({
    ...commentArguments,
    ...spokenTextArguments,
  }),
  answer: "comment",
  examples: [
    "bz comments edit bd-x1y2 4530988 'Only happens on Safari 18'",
    "bz comments edit bd-x1y2 4530988 -m @findings.md",
  ],
  async run(context, args) {
    const text = validateCommentText(await readSpokenText("comments edit", args, context.world));
    const { result, view } = context.write((current, info) => {
      const { issue, line } = currentOf(current.state, resolveId(current.state, args.id, current.prefix));
      const comment = findComment(issue, args.comment);
      const change = editComment(issue, comment, text, changeContext(line, info));
      return {
        operations: change === undefined ? [] : [change],
        result: { id: issue.id, comment, isChanged: change !== undefined },
      };
    });
    const { id, comment, isChanged } = result;
    return editedComment(view, id, comment, isChanged ? "Edited" : "Unchanged:");
  },
});
