import { escapeText } from "./escape";
import type { Style } from "./style";

/** What was done to an issue, in one line without its end: "Closed bd-x1y2: Fix the login". */
export function changeText(
  verb: string,
  { id, title }: { readonly id: string; readonly title: string },
  style: Style,
): string {
  return `${verb} ${style.bold(escapeText(id))}: ${escapeText(title)}`;
}
