import type { Draft, DraftSource } from "../model/draft";
import { sourceText } from "../model/draft-names";
import { BzError } from "../model/errors";

/** Drafts as they are read, and everything that is wrong with any of them: whoever corrects a file wants to do it once. */
export class DraftGathering {
  readonly #drafts: Draft[] = [];
  readonly #failures: { readonly source: DraftSource; readonly error: BzError }[] = [];

  add(source: DraftSource, read: () => Draft): void {
    try {
      this.#drafts.push(read());
    } catch (error) {
      if (!(error instanceof BzError) || error.kind !== "request") throw error;
      this.#failures.push({ source, error });
    }
  }

  /** @throws BzError naming what could not be read, and why */
  finish(): Draft[] {
    const [first] = this.#failures;
    if (first === undefined) return this.#drafts;
    const shown = this.#failures
      .slice(0, mostShown)
      .map(({ source, error }) => `${sourceText(source)}: ${error.message}`);
    const more = this.#failures.length - shown.length;
    const { code, hint } = first.error;
    throw new BzError(code, `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`, {
      hint: hint === undefined ? "nothing was created" : `${hint} (nothing was created)`,
      context: {
        failures: this.#failures.map(({ source, error }) => ({
          source: sourceText(source),
          code: error.code,
          message: error.message,
        })),
      },
      cause: first.error,
    });
  }
}

const mostShown = 5;
