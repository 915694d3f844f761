import { escapeText } from "./escape";
import type { Style } from "./style";

/** A sentence that begins with the id of what it is about. */
export interface Reason {
  readonly id: string;
  readonly sentence: string;
}

/** One sentence a line, the id in it standing out. */
export function formatSentences(reasons: readonly Reason[], style: Style): string {
  return reasons
    .map(({ id, sentence }) => `${style.bold(escapeText(id))}${escapeText(sentence.slice(id.length))}\n`)
    .join("");
}

/** Sentences below headings; a heading without any is left out. */
export function formatReasons(
  groups: readonly { readonly heading: string; readonly reasons: readonly Reason[] }[],
  style: Style,
): string {
  return groups
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ heading, reasons }) => `${style.bold(heading)}\n${formatSentences(reasons, style)}`)
    .join("\n");
}
