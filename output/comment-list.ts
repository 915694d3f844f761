import { type Comment, commentName } from "../model/comment";
import { editTimesOf } from "../model/comment-edit";
import type { Issue } from "../model/issue";
import { mappedIn } from "../model/list";
import { escapeLines, escapeText } from "./escape";
import type { Screen } from "./style";
import { timeText } from "./time-text";
import { indented } from "./wrap";

/**
 * Every comment: who said it, when, and the name by which to edit or delete it, then what was said, indented. Without line ends at the end.
 * @param line that of the issue
 */
export function formatComments(
  { comments }: Issue,
  line: string,
  nowMs: number,
  screen: Screen,
  indent = "  ",
): string[] {
  const { style } = screen;
  const editedAt = editTimesOf(line);
  return mappedIn(comments, (comment) => {
    const name = escapeText(commentName(comment, comments));
    const when = whenOf(comment, editedAt(comment), nowMs, screen);
    const head = `${style.bold(escapeText(comment.author))}${style.dim(`, ${when}  #${name}:`)}`;
    return `${head}\n${indented(escapeLines(comment.text), indent, screen)}`;
  });
}

function whenOf(
  { created_at }: Comment,
  editedAt: string | undefined,
  nowMs: number,
  screen: Screen,
): string {
  const edit = editedAt === undefined ? "" : ` (edited ${timeText(editedAt, nowMs, screen)})`;
  return `${timeText(created_at, nowMs, screen)}${edit}`;
}
