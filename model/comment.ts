import { BzError } from "./errors";
import { hash53 } from "./hash";

/** What was said on an issue. `id` is text here even where the line holds a number. */
export interface Comment {
  readonly id: string;
  readonly issue_id: string;
  readonly author: string;
  readonly text: string;
  readonly created_at: string;
}

/**
 * The id of a new comment: 53 bits, so that readers that hold numbers as doubles or 64-bit integers keep it exactly, and
 * different in two clones that comment at the same time.
 */
export function commentId(issueId: string, stampMs: number, author: string, text: string): string {
  return String(hash53(`${issueId}\0${stampMs}\0${author}\0${text}`));
}

/** @throws BzError INVALID for a comment without a visible character. */
export function validateCommentText(text: string): string {
  if (text.trim() === "") throw new BzError("INVALID", "a comment needs some text");
  return text;
}
