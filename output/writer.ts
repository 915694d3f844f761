import { exitNow, isTerminal, writeAllTo } from "../native/process";
import { terminalSize } from "../native/terminal";

export { exitNow, isTerminal, terminalSize };

export const standardInput = 0;
export const standardOutput = 1;
export const standardError = 2;

/**
 * Writes all of `text`, however slow the reader is. "closed" when the reader has gone away, which is its right.
 * Throws what libc said when the bytes cannot be written.
 */
export function writeText(descriptor: number, text: string): "written" | "closed" {
  return text === "" ? "written" : writeAllTo(descriptor, encoder.encode(text));
}

const encoder = new TextEncoder();
