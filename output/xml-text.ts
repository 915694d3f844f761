import { escapeText } from "./escape";

/** Stored text for SVG and HTML, between tags and inside of quotes. What no XML may hold at all is shown by its number. */
export function xmlText(text: string): string {
  return escapeText(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
