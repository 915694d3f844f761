import { mappedIn } from "../model/list";
import type { Screen } from "./style";

const indentColumns = 4;

/**
 * Text of several lines, escaped already, each line indented. On a terminal a line that is too long goes on below its first word, behind
 * the mark of a list or a quotation; what stands between fences is code and stays as it is. In a pipe no line is touched.
 */
export function indented(text: string, indent: string, screen: Screen): string {
  let isCode = false;
  const given = text.split("\n");
  if (!screen.isTerminal) return behindIndent(given, indent);
  const lines = given.flatMap((line) => {
    if (fence.test(line)) isCode = !isCode;
    const plain = line.replaceAll("\t", " ".repeat(indentColumns));
    return isCode || fence.test(line) ? [plain] : wrapLine(plain, screen.width - indent.length);
  });
  return behindIndent(lines, indent);
}

function behindIndent(lines: readonly string[], indent: string): string {
  return mappedIn(lines, (line) => (line === "" ? "" : indent + line)).join("\n");
}

const fence = /^\s*(?:```|~~~)/;

/** One line as several of at most `width` columns; a word that is longer stays whole, so that it can be copied. */
export function wrapLine(line: string, width: number): string[] {
  if (Bun.stringWidth(line) <= width) return [line];
  const mark = /^\s*(?:(?:[-*+>]|\d{1,3}[.)])\s+)*/.exec(line)?.[0] ?? "";
  const room = width - Bun.stringWidth(mark);
  if (room < narrowestText) return [line];
  const [first = "", ...others] = Bun.wrapAnsi(line.slice(mark.length), room).split("\n");
  // A quotation is one on every line.
  const hanging = mark.replace(/[^>\s]/g, " ");
  return [mark + first, ...others.map((other) => hanging + other)];
}

const narrowestText = 10;

/** One line as it is; on a terminal what there is no room for goes on below, so much further to the right. */
export function hanging(line: string, indentColumns: number, { isTerminal, width }: Screen): string {
  if (!isTerminal || Bun.stringWidth(line) <= width) return line;
  const lines = Bun.wrapAnsi(line, Math.max(narrowestText, width - indentColumns)).split("\n");
  return lines.join(`\n${" ".repeat(indentColumns)}`);
}
