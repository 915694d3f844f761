import type { Comment } from "../model/comment";
import { editTimesOf } from "../model/comment-edit";
import { commentName } from "../model/comment-search";
import type { Issue } from "../model/issue";
import { escapeLines, escapeText } from "./escape";
import type { Style } from "./style";

/**
 * Every comment: who said it, when, and the name by which to edit or delete it, then what was said, indented. Without line ends at the end.
 * @param line that of the issue
 */
export function formatComments({ comments }: Issue, line: string, style: Style, indent = "  "): string[] {
  const editedAt = editTimesOf(line);
  return comments.map((comment) => {
    const head = headOf(comment, editedAt(comment), commentName(comment, comments));
    return `${style.dim(head)}\n${indentLines(comment.text, indent)}`;
  });
}

function headOf({ author, created_at }: Comment, editedAt: string | undefined, name: string): string {
  const edit = editedAt === undefined ? "" : ` (edited ${editedAt})`;
  return escapeText(`${author}, ${created_at}${edit}  #${name}:`);
}

/** Stored text of several lines, safe to print. */
export function indentLines(text: string, indent: string): string {
  return escapeLines(text)
    .split("\n")
    .map((line) => (line === "" ? "" : indent + line))
    .join("\n");
}
