import { BzError } from "../model/errors";
import { resolveId } from "../model/issue-id";
import type { State } from "../model/state";

/**
 * The ids that were meant, each once, and what could not be found.
 * @throws BzError the error of a single one: NOT_FOUND or AMBIGUOUS_ID
 */
export function resolveEach(
  state: State,
  texts: readonly string[],
  prefix: string,
): { ids: string[]; failures: BzError[] } {
  const ids = new Set<string>();
  const failures: BzError[] = [];
  for (const text of texts) {
    try {
      ids.add(resolveId(state, text, prefix));
    } catch (error) {
      if (texts.length === 1 || !(error instanceof BzError) || error.kind !== "request") throw error;
      failures.push(error);
    }
  }
  return { ids: [...ids], failures };
}
