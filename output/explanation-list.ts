import { escapeText } from "./escape";
import type { Screen } from "./style";
import { hanging } from "./wrap";

/** A sentence that begins with the id of what it is about. */
export interface Reason {
  readonly id: string;
  readonly sentence: string;
}

/** One sentence a line, the id in it standing out. */
export function formatSentences(reasons: readonly Reason[], screen: Screen): string {
  return reasons
    .map(({ id, sentence }) => {
      const line = `${screen.style.bold(escapeText(id))}${escapeText(sentence.slice(id.length))}`;
      return `${hanging(line, 2, screen)}\n`;
    })
    .join("");
}

/** Sentences below headings; a heading without any is left out. */
export function formatReasons(
  groups: readonly { readonly heading: string; readonly reasons: readonly Reason[] }[],
  screen: Screen,
): string {
  return groups
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ heading, reasons }) => `${screen.style.bold(heading)}\n${formatSentences(reasons, screen)}`)
    .join("\n");
}
