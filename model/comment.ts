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

/** @throws BzError INVALID for a note without a visible character */
export function validateNoteText(text: string): string {
  if (text.trim() !== "") return text;
  throw new BzError("INVALID", "a note needs some text", { hint: "nothing was saved; say something" });
}

/** In bytes of UTF-8; a little less than one change of an issue may have, which counts the bytes of its JSON. */
export const commentLimitBytes = 15 * 1024 * 1024;

/** @throws BzError INVALID for a comment without a visible character, or one that no change of an issue could hold */
export function validateCommentText(text: string): string {
  if (text.trim() === "")
    throw new BzError("INVALID", "a comment needs some text", { hint: "nothing was saved; say something" });
  // A unit of a string takes at most three bytes, so that short texts need no counting.
  if (text.length * 3 <= commentLimitBytes) return text;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= commentLimitBytes) return text;
  throw new BzError("INVALID", `the comment has ${bytes} bytes; ${commentLimitBytes} are the most`, {
    hint: "nothing was saved; keep the text in a file of the repository and name that file in a comment",
    context: { bytes, limit_bytes: commentLimitBytes },
  });
}

/**
 * How a user names a comment: by its id. Other tools count comments from one in every clone, or give none an id; such a one is
 * named with its time, `1@2026-01-02T03:04:05Z`.
 */
export function commentName({ id, created_at }: Comment, comments: readonly Comment[]): string {
  const isAlone = id !== "" && comments.filter((other) => other.id === id).length === 1;
  return isAlone ? id : `${id}@${created_at}`;
}
