/**
 * What everybody did, and what they had seen when they did it. The rules under test never look at this; the verdict does.
 * Sets of operations are bits of a bigint.
 */
export interface Operation {
  readonly issue: string;
  /** `title`, `label a`, `work` ...; `all` for a birth. */
  readonly item: string;
  /** What the item says afterwards. */
  readonly value: string;
  readonly kind: "birth" | "set" | "close" | "reopen" | "move";
  /** All operations that its author had seen. */
  readonly past: bigint;
}

export class Operations {
  readonly all: Operation[] = [];
  /** Passes with every operation; one tick is 200 ms, so that five of them are the second that coarse clocks round to. */
  tick = 0;

  add(operation: Operation): bigint {
    this.tick += 1;
    this.all.push(operation);
    return 1n << BigInt(this.all.length - 1);
  }

  /** The number of the next one, for values that nobody else writes. */
  get next(): number {
    return this.all.length;
  }

  of(issue: string, seen: bigint): { operation: Operation; bit: bigint }[] {
    return this.all
      .map((operation, at) => ({ operation, bit: 1n << BigInt(at) }))
      .filter(({ operation, bit }) => operation.issue === issue && (seen & bit) !== 0n);
  }
}

/** A line and the operations that it knows of. */
export interface Entry {
  readonly line: string;
  readonly seen: bigint;
}

export type Face = ReadonlyMap<string, readonly Entry[]>;
