import type { Comment } from "../model/comment";
import { escapeLines, escapeText } from "./escape";
import type { Style } from "./style";

/** Who said it and when, then what was said, indented. Without a line end at the end. */
export function formatComment(comment: Comment, style: Style, indent = "  "): string {
  const head = style.dim(`${escapeText(comment.author)}, ${escapeText(comment.created_at)}:`);
  return `${head}\n${indentLines(comment.text, indent)}`;
}

/** Stored text of several lines, safe to print. */
export function indentLines(text: string, indent: string): string {
  return escapeLines(text)
    .split("\n")
    .map((line) => (line === "" ? "" : indent + line))
    .join("\n");
}
