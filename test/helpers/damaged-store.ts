import { readFileSync, writeFileSync } from "node:fs";
import { BzError } from "../../model/errors";
import type { Store } from "../../storage/store";

/** Flips every bit of one byte. */
export function damage(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

/** Of the error that it ends with; "none" without one. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
  return "none";
}

/** The checks of `doctor` that fail. */
export async function failuresOf(opened: Store): Promise<string[]> {
  return (await opened.check()).findings
    .filter(({ status }) => status === "failure")
    .map(({ check }) => check);
}
