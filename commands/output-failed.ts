import { BzError } from "../model/errors";
import { notToBeRepeated, outputFailure } from "./output-failure";

/** The answer could not be written.
 * @param saved the issues that were changed all the same
 */
export function outputFailed(saved: readonly string[] = [], error: unknown): BzError {
  return new BzError("OUTPUT_FAILED", outputFailure(saved, error), {
    hint: saved.length === 0 ? undefined : notToBeRepeated,
    context: { saved: [...saved] },
    cause: error,
  });
}
