import { commentRows } from "../../model/issue-detail";
import { resolveId } from "../../model/issue-id";
import { formatComments } from "../../output/comment-list";
import { defineBz } from "../command";
import { currentOf } from "../current-issue";

export const command = defineBz({
  meta: { name: "comments list", description: "Shows what was said about an issue, oldest first." },
  args: () => ({ id: { type: "positional", required: true, description: "The issue" } }),
  answer: "comments",
  examples: ["bz comments bd-x1y2", "bz comments list bd-x1y2 --json"],
  run(context, args) {
    return context.read((view) => {
      const { issue, line } = currentOf(view.state, resolveId(view.state, args.id, view.prefix));
      const { comments } = issue;
      return {
        data: () => ({
          comments: commentRows(issue, line),
          total: comments.length,
          returned: comments.length,
          truncated: false,
        }),
        text: (screen) =>
          formatComments(issue, line, context.nowMs, screen)
            .map((comment) => `${comment}\n`)
            .join("\n"),
        ids: comments.map((comment) => comment.id),
        notes: comments.length === 0 ? [`${issue.id} has no comments`] : [],
      };
    });
  },
});
