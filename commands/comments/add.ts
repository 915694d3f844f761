import { addComment } from "../../model/change";
import { validateCommentText } from "../../model/comment";
import { BzError } from "../../model/errors";
import { resolveId } from "../../model/issue-id";
import { defineBz } from "../command";
import { addedComment } from "../comment-reply";
import { changeContext, currentOf } from "../current-issue";
import { readSpokenText, spokenTextArguments } from "../spoken-text";

export const command = defineBz({
  meta: {
    name: "comments add",
    description: "Says something about an issue. The words of the text need no quotes.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue" },
    ...spokenTextArguments,
    author: { type: "string", valueHint: "NAME", description: "Who says it, when that is not who acts" },
  }),
  answer: "comment",
  examples: [
    "bz comments add bd-x1y2 'Only happens on Safari 17'",
    "bz comment bd-x1y2 Only happens on Safari 17",
    "git log -3 | bz comments add bd-x1y2 -",
    "bz comments add bd-x1y2 --message @findings.md --author reviewer",
  ],
  async run(context, args) {
    const text = validateCommentText(await readSpokenText("comments add", args, context.world));
    const author = args.author?.trim();
    if (author === "")
      throw new BzError("INVALID", "--author is empty", { hint: "leave it out, or name somebody" });
    const { result, view } = context.write((current, info) => {
      const { issue, line } = currentOf(current.state, resolveId(current.state, args.id, current.prefix));
      const change = addComment(issue, { text, author }, changeContext(line, info));
      return { operations: [change], result: { id: issue.id, commentId: change.comments?.[0]?.id } };
    });
    return addedComment(view, result.id, result.commentId);
  },
});
