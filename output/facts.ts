import { filterIn, mappedIn } from "../model/list";
import { escapeText } from "./escape";
import type { Screen } from "./style";

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
  const { factColumns } = require("./fact-columns") as typeof import("./fact-columns");
  return factColumns(present, screen, mostColumns);
}

/** The name, in so many columns at least. */
export function nameOf({ name }: Fact, width: number, { style }: Screen): string {
  return style.dim(`${name}:`) + " ".repeat(Math.max(0, width - Bun.stringWidth(name) - 1));
}

/** The value, in its colours. */
export function shown({ value = "", paint }: Fact): string {
  return paint === undefined ? value : paint(value);
}
