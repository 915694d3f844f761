import { exitNow, isTerminal, writeAllTo } from "../native/process";
import { encoder } from "../native/utf8";

export { exitNow, isTerminal };

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

/** How large the terminal behind a descriptor is; undefined where that cannot be found out. */
export function terminalSize(
  descriptor: number,
): { readonly columns: number; readonly rows: number } | undefined {
  const { terminalSize: ask } = require("../native/terminal") as typeof import("../native/terminal");
  return ask(descriptor);
}
