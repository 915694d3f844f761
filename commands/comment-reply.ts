import { type Comment, commentName } from "../model/comment";
import { editTimesOf } from "../model/comment-edit";
import { commentRow } from "../model/issue-detail";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Arguments } from "./command";
import type { TimedView } from "./context";

/** Which comment is meant. */
export const commentArguments = {
  id: { type: "positional", required: true, description: "The issue" },
  comment: {
    type: "positional",
    required: true,
    description: "The comment's id as `bz comments` shows it, or how it begins",
  },
} as const satisfies Arguments;

/** The answer about a new comment: its row. */
export function addedComment(view: TimedView, issueId: string, commentId: string | undefined): Result {
  const added = view.state.issue(issueId)?.comments.find((comment) => comment.id === commentId);
  return {
    data: () => (added === undefined ? null : commentRow(added)),
    text: ({ style }) => `Commented on ${style.bold(escapeText(issueId))}: ${titleOf(view, issueId)}\n`,
    ids: commentId === undefined ? [] : [commentId],
    saved: [issueId],
  };
}

/** The answer about one that says something else now. */
export function editedComment(view: TimedView, issueId: string, before: Comment, verb: string): Result {
  const { id, created_at } = before;
  const comments = view.state.issue(issueId)?.comments ?? [];
  const now = comments.find((comment) => comment.id === id && comment.created_at === created_at) ?? before;
  return {
    data: () => commentRow(now, editTimesOf(view.state.line(issueId) ?? "")(now)),
    text: sentence(view, issueId, commentName(now, comments), verb),
    ids: [id],
    saved: [issueId],
  };
}

/** The answer about one that is gone: what it said. */
export function deletedComment(view: TimedView, issueId: string, comment: Comment): Result {
  return {
    data: () => ({ ...commentRow(comment), deleted: true }),
    text: sentence(view, issueId, commentName(comment, [comment]), "Deleted"),
    ids: [comment.id],
    saved: [issueId],
  };
}

function sentence(view: TimedView, issueId: string, name: string, verb: string): Result["text"] {
  return ({ style }) =>
    `${verb} comment #${escapeText(name)} on ${style.bold(escapeText(issueId))}: ${titleOf(view, issueId)}\n`;
}

function titleOf(view: TimedView, id: string): string {
  return escapeText(view.state.issue(id)?.title ?? "");
}
