import { BzError } from "../model/errors";

/** The answer could not be written.
 * @param saved the issues that were changed all the same
 */
export function outputFailed(saved: readonly string[] = [], error: unknown): BzError {
  const reason = error instanceof Error ? error.message : String(error);
  const what = saved.length === 0 ? "" : `saved as ${saved.join(", ")}, but `;
  return new BzError("OUTPUT_FAILED", `${what}standard output cannot be written: ${reason}`, {
    hint: saved.length === 0 ? undefined : "the change is made; do not repeat the command",
    context: { saved: [...saved] },
    cause: error,
  });
}
