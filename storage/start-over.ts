import { SystemCallError } from "../native/errno";
import type { StorageEnvironment } from "./environment";
import { corrupt, storageError } from "./failure";
import { StoreMoved } from "./store-moved";

/** How often a command starts over when the store is removed and born again under it. */
const moveLimit = 50;
const movePauseMs = 5;

/**
 * Runs `attempt`, and starts over when the store is removed or replaced meanwhile. `saved` is the sentence about what became of the
 * change, as in `storageError`.
 * @throws BzError CORRUPT when that never ends
 */
export function startingOver<T>(saved: string, environment: StorageEnvironment, attempt: () => T): T {
  for (let count = 1; ; count += 1) {
    try {
      return attempt();
    } catch (error) {
      const moved = movedBy(error);
      if (moved === undefined) throw storageError(saved, error);
      if (count === moveLimit) throw corrupt(`The store does not hold together: ${moved}.`);
      environment.pause(movePauseMs);
    }
  }
}

/** Why to start over: files went away between two calls, which only a removal of the store does. Undefined for every other error. */
function movedBy(error: unknown): string | undefined {
  if (error instanceof StoreMoved) return error.message;
  return error instanceof SystemCallError && error.code === "ENOENT" ? error.message : undefined;
}
