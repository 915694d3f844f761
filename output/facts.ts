import { escapeText } from "./escape";
import type { Style } from "./style";

/** Named values, one a line. Undefined ones are left out. */
export function formatFacts(
  facts: readonly (readonly [string, string | number | undefined])[],
  style: Style,
): string {
  return facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${style.dim(`${name}:`)} ${escapeText(String(value))}\n`)
    .join("");
}
