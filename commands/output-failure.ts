/**
 * What is told where the answer could not be written.
 * @param saved the issues that were changed all the same
 */
export function outputFailure(saved: readonly string[], error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const what = saved.length === 0 ? "" : `saved as ${saved.join(", ")}, but `;
  return `${what}standard output cannot be written: ${reason}`;
}

export const notToBeRepeated = "the change is made; do not repeat the command";
