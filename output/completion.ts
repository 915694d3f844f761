import { escapeText } from "./escape";

/** The lines that the completion scripts read: what kind of completion it is, then a value a line, a tab, and what it is. */
export function formatCompletion(
  kind: string,
  candidates: readonly { readonly value: string; readonly description?: string }[],
): string {
  const lines = candidates.map(
    ({ value, description = "" }) => `${value}\t${shorten(escapeText(description))}`,
  );
  return [kind, ...lines].map((line) => `${line}\n`).join("");
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= widthLimit ? text : `${characters.slice(0, widthLimit - 1).join("")}…`;
}

const widthLimit = 72;
