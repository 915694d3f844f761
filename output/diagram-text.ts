import { escapeText } from "./escape";

/** Inside of quotes Mermaid still reads HTML, Markdown and entities; each such character has an entity of its own. */
export function mermaidText(text: string): string {
  return escapeText(text).replace(/[^\p{L}\p{N} .,:;!?()/+-]/gu, (character) =>
    character === "_" ? character : `#${character.codePointAt(0)};`,
  );
}

/** For a quoted string of Graphviz, which reads the entities of HTML in labels. */
export function dotText(text: string): string {
  return escapeText(text)
    .replaceAll("&", "&amp;")
    .replace(/[\\"]/g, (character) => `\\${character}`);
}

/** Names of boxes in a diagram: an id may hold what these languages take for an operator. */
export function boxNames(): (id: string) => string {
  const names = new Map<string, string>();
  return (id) => {
    const name = names.get(id) ?? `n${names.size}`;
    names.set(id, name);
    return name;
  };
}
