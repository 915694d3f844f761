import { indentLines } from "./comment-list";
import { escapeText } from "./escape";
import type { Style } from "./style";

export interface ShownMemory {
  readonly key: string;
  readonly value: string;
}

/** A line each: the key and its text, of which further lines are indented. */
export function formatMemories(memories: readonly ShownMemory[], style: Style): string {
  return memories.map((memory) => `${memoryText(memory, style)}\n`).join("");
}

function memoryText({ key, value }: ShownMemory, style: Style): string {
  return `${style.bold(escapeText(key))}: ${indentLines(value, "  ").trimStart()}`;
}
