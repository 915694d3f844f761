import { deleteComment } from "../../model/comment-change";
import { findComment } from "../../model/comment-search";
import { resolveId } from "../../model/issue-id";
import { defineBz } from "../command";
import { commentArguments, deletedComment } from "../comment-reply";
import { changeContext, currentOf } from "../current-issue";

export const command = defineBz({
  meta: {
    name: "comments delete",
    description:
      "Takes a comment away, here and in every clone that merges with this one. `bz history` tells by whom and what it said, and `bz undo` brings it back.",
  },
  args: () => commentArguments,
  answer: "deleted-comment",
  examples: ["bz comments delete bd-x1y2 4530988", "bz comment rm bd-x1y2 4530988"],
  async run(context, args) {
    const { result, view } = context.write((current, info) => {
      const { issue, line } = currentOf(current.state, resolveId(current.state, args.id, current.prefix));
      const comment = findComment(issue, args.comment);
      const change = deleteComment(issue, comment, changeContext(line, info));
      return { operations: [change], result: { id: issue.id, comment } };
    });
    return deletedComment(view, result.id, result.comment);
  },
});
