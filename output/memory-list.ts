import { escapeLines, escapeText } from "./escape";
import type { Screen } from "./style";
import { indented } from "./wrap";

export interface ShownMemory {
  readonly key: string;
  readonly value: string;
}

/** A line each: the key and its text, of which further lines are indented. */
export function formatMemories(memories: readonly ShownMemory[], screen: Screen): string {
  return memories.map((memory) => `${memoryText(memory, screen)}\n`).join("");
}

function memoryText({ key, value }: ShownMemory, screen: Screen): string {
  const name = escapeText(key);
  const text = indented(`${name}: ${escapeLines(value)}`, "  ", screen).trimStart();
  return screen.style.bold(name) + text.slice(name.length);
}
