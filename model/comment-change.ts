import { type ChangeContext, refuseDeleted } from "./change";
import { type Comment, commentLimitBytes, validateCommentText } from "./comment";
import type { Issue } from "./issue";
import type { ChangeIssue, CommentChange } from "./operation";
import { nextStamp } from "./recency";

/**
 * Gives a comment another text; undefined when it says that already. Who said it first, and when, stay: they are what other clones
 * know it by.
 * @throws BzError INVALID for a comment without text, or on a deleted issue
 */
export function editComment(
  issue: Issue,
  comment: Comment,
  text: string,
  context: ChangeContext,
): ChangeIssue | undefined {
  refuseDeleted(issue);
  const wanted = validateCommentText(text);
  if (comment.text === wanted) return undefined;
  return changeOf(issue, comment, { present: true, author: comment.author, text: wanted }, context);
}

/**
 * Takes a comment away. Its place among the stamps stays, so that a clone that still has it does not bring it back.
 * @throws BzError INVALID on a deleted issue
 */
export function deleteComment(issue: Issue, comment: Comment, context: ChangeContext): ChangeIssue {
  refuseDeleted(issue);
  return changeOf(issue, comment, { present: false }, context);
}

function changeOf(
  issue: Issue,
  { id, created_at, text: was }: Comment,
  change: Omit<CommentChange, "id" | "created_at" | "was">,
  context: ChangeContext,
): ChangeIssue {
  const at = nextStamp(context.recency, context.nowMs);
  const isRoomy = (was.length + (change.text?.length ?? 0)) * 3 <= commentLimitBytes;
  return {
    op: "change",
    id: issue.id,
    at,
    // What was said before stands in the log once already; one operation has no room for two texts of the greatest size.
    comments: [{ id, created_at, ...change, ...(isRoomy ? { was } : {}) }],
  };
}
