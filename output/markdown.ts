import { escapeText } from "./escape";

/** Stored text for one line of Markdown: it shows what is there, and is neither a link, a picture, HTML, emphasis nor the beginning of another block. */
export function escapeMarkdown(text: string): string {
  return escapeText(text.replace(/\s+/g, " ").trim())
    .replace(/[\\`*_{}[\]<>&|~$]/g, "\\$&")
    .replace(/^[#+=-]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}
