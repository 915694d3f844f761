import { escapeText } from "./escape";

/** Stored text for one line of Markdown: it shows what is there, and is neither a link, a picture, HTML, emphasis nor the beginning of another block. */
export function escapeMarkdown(text: string): string {
  return (
    escapeText(text.replace(/\s+/g, " ").trim())
      .replace(/[\\`*{}[\]<>&|~$@]/g, "\\$&")
      // GitHub makes a link of a bare address, and of all that stands behind it as it is written here.
      .replace(/:(?=\/\/)/g, "\\:")
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
      // Inside of a word it is no emphasis, and names would be hard to read with it escaped.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/^[#+=-]/, "\\$&")
      .replace(/^(\d+)([.)])/, "$1\\$2")
  );
}
