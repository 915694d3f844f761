import { BzError } from "./errors";

/** Index is the priority. */
export const priorityNames: readonly string[] = ["critical", "high", "medium", "low", "backlog"];

export const defaultPriority = 2;

/**
 * `0` to `4`, `P0` to `P4`, or a name.
 * @throws BzError INVALID naming the valid spellings
 */
export function parsePriority(text: string): number {
  const word = text.trim().toLowerCase();
  const named = priorityNames.indexOf(word);
  if (named !== -1) return named;
  const match = /^p?([0-4])$/.exec(word);
  if (match !== null) return Number(match[1]);
  throw new BzError("INVALID", `"${text}" is not a priority`, {
    hint: "use 0 to 4, P0 to P4, critical, high, medium, low or backlog",
  });
}
