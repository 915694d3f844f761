/**
 * Gives back what nobody holds any more. Until the event loop has turned, the results of what was awaited are held: of an import, hundreds of
 * megabytes.
 */
export async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  Bun.gc(true);
}

/** Counts what is worked on. */
class Meter {
  #bytes = 0;
  readonly #collectedAt: number;
  readonly #collect: () => unknown;

  /** @param collectedAt in bytes */
  constructor(collectedAt: number, collect: () => unknown) {
    this.#collectedAt = collectedAt;
    this.#collect = collect;
  }

  /** Has it collected each time that so much was worked on. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.#collectedAt) return;
    this.#bytes = 0;
    this.#collect();
  }
}

/** For work that leaves behind what it has just made: only that is looked at, which takes the engine a hundredth of the time. */
export class YoungGarbageMeter extends Meter {
  constructor() {
    super(2_000_000, () => collector().edenGC());
  }
}

/**
 * For work that leaves as much behind as it reads. The engine looks for garbage by itself only once it has asked the system for about twice as much as is
 * in use; in between, what is in use is half of it. Swept as well: else the texts and arrays of what nobody holds stay until the engine needs the very
 * places that named them.
 */
export class GarbageMeter extends Meter {
  constructor() {
    super(20_000_000, () => collector().gcAndSweep());
  }
}

/** Only who has worked on so much loads it. */
function collector(): typeof import("bun:jsc") {
  return require("bun:jsc") as typeof import("bun:jsc");
}
