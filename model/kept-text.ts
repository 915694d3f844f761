import type { NewIssueText } from "./create-issue";

/** What is written of a new issue, as one text: of a hundred thousand of them each piece counts. */
export interface KeptText {
  readonly status: string;
  /** What `NewIssueText` has first and last. */
  readonly members: string;
  readonly firstLength: number;
}

export function kept({ status, first, last }: NewIssueText): KeptText {
  return { status, members: inOnePiece(first + last), firstLength: first.length };
}

export function writtenText({ status, members, firstLength }: KeptText): NewIssueText {
  return { status, first: members.slice(0, firstLength), last: members.slice(firstLength) };
}

/** As it will stand in its line. */
export function titleOf({ members, firstLength }: KeptText): string {
  return JSON.parse(`{${members.slice(0, firstLength)}}`).title;
}

/**
 * The same text, which no longer holds the texts that it was made of: one that is looked at becomes one piece. Compiled code does not look where nothing depends
 * on it, so something does.
 */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) === 0 ? "" : text;
}
