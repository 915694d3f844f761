import type { OptionDocument, PositionalDocument } from "./command-reference";
import type { Screen } from "./style";

/** A name, and what is said of it. */
export type HelpRow = readonly [name: string, text: string];

/**
 * Names in a column, and what they mean beside them. A name that is much longer than the others stands on a line of its own. On a terminal the
 * text goes on below itself; in a pipe it is not broken.
 */
export function formatHelpRows(rows: readonly HelpRow[], screen: Screen, least = 0): string {
  const widest = screen.isTerminal ? Math.min(widestName, Math.floor(screen.width / 2)) : widestName;
  const lengths = rows.map(([name]) => name.length).filter((length) => length <= widest);
  const width = Math.max(Math.min(least, widest), ...lengths);
  const room = " ".repeat(indent.length + width + gap.length);
  return rows
    .map(([name, text]) => {
      const first =
        name.length > width ? `${indent}${name}\n${room}` : `${indent}${name.padEnd(width)}${gap}`;
      return first + wrapped(text, screen, room.length).join(`\n${room}`);
    })
    .join("\n");
}

export function argumentRow({ name, description, required, repeat }: PositionalDocument): HelpRow {
  return [repeat ? `${name}...` : name, required ? `${description} (required)` : description];
}

/** Short spellings come first, the one that names the option last. */
export function optionRow({ spellings, type, values, hint, description }: OptionDocument): HelpRow {
  const [own, ...others] = spellings;
  const isShort = (spelling: string): boolean => !spelling.startsWith("--");
  const sorted = [...others.filter(isShort), ...others.filter((spelling) => !isShort(spelling)), own];
  const names = sorted.join(", ");
  if (type === "switch") return [names, description];
  const choice = values?.join("|") ?? "";
  if (choice === "" || choice.length <= longestChoice)
    return [`${names}=<${choice || (hint ?? "VALUE")}>`, description];
  return [`${names}=<${hint ?? "NAME"}>`, `${description} (${values?.join(", ")})`];
}

function wrapped(text: string, { isTerminal, width }: Screen, indentColumns: number): string[] {
  return isTerminal ? Bun.wrapAnsi(text, Math.max(narrowestText, width - indentColumns)).split("\n") : [text];
}

const indent = "  ";
const gap = "  ";
const widestName = 30;
const longestChoice = 24;
const narrowestText = 10;
