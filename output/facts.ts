import { filterIn, mappedIn } from "../model/list";
import { escapeText } from "./escape";
import type { Screen } from "./style";
import { wrapLine } from "./wrap";

/** Something named, and what it is. */
export interface Fact {
  readonly name: string;
  /** Escaped already. Undefined or "": nothing to say. */
  readonly value: string | undefined;
  paint?(value: string): string;
}

/** Named values, one a line. Undefined ones are left out. */
export function formatFacts(
  facts: readonly (readonly [string, string | number | undefined])[],
  screen: Screen,
): string {
  const lines = factLines(
    facts.map(([name, value]) => ({ name, value: value === undefined ? value : escapeText(String(value)) })),
    screen,
    1,
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** The same for values that have colours; on a terminal below each other, and beside each other as far as there is room for it. */
export function factLines(facts: readonly Fact[], screen: Screen, mostColumns: number): string[] {
  const present = filterIn(facts, ({ value }) => value !== undefined && value !== "");
  if (!screen.isTerminal) return mappedIn(present, (fact) => `${nameOf(fact, 0, screen)} ${shown(fact)}`);
  const nameWidth = Math.max(0, ...present.map(({ name }) => Bun.stringWidth(name) + 1));
  const columns = Math.max(1, Math.min(mostColumns, Math.floor(screen.width / narrowestColumn)));
  const width = Math.floor(screen.width / columns);
  const lines: string[] = [];
  let open = 0;
  for (const fact of present) {
    const length = nameWidth + 1 + Bun.stringWidth(fact.value ?? "");
    const isWide = columns === 1 || length > width - gapColumns;
    const name = nameOf(fact, nameWidth, screen);
    if (isWide) {
      const [first = "", ...others] = wrapLine(fact.value ?? "", screen.width - nameWidth - 1);
      const paint = (line: string) => shown({ ...fact, value: line });
      lines.push(
        `${name} ${paint(first)}`,
        ...others.map((line) => " ".repeat(nameWidth + 1) + paint(line.trimStart())),
      );
      open = 0;
      continue;
    }
    const cell = `${name} ${shown(fact)}`;
    const padded = cell + " ".repeat(width - length);
    if (open > 0) lines.push((lines.pop() ?? "") + padded);
    else lines.push(padded);
    open = (open + 1) % columns;
  }
  return lines.map((line) => line.trimEnd());
}

const narrowestColumn = 40;
const gapColumns = 2;

function nameOf({ name }: Fact, width: number, { style }: Screen): string {
  return style.dim(`${name}:`) + " ".repeat(Math.max(0, width - Bun.stringWidth(name) - 1));
}

function shown({ value = "", paint }: Fact): string {
  return paint === undefined ? value : paint(value);
}
