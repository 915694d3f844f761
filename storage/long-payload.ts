import { YoungGarbageMeter } from "../native/memory";
import { encoder } from "../native/utf8";
import type { OperationList } from "./transaction";
import { payloadMemory } from "./wal-format";

/** An empty one, for so many operations. */
export function longPayloadOf(operations: OperationList): LongPayload {
  const length = operations.roughLength ?? lengthOfLines(operations);
  // Within the JSON of an operation each quote of a line has a backslash before it.
  return new LongPayload(operations.length * usualLength + Math.ceil(length * 1.25));
}

function lengthOfLines(operations: OperationList): number {
  let length = 0;
  for (const operation of operations) if ("line" in operation) length += operation.line.length;
  return length;
}

/** Of the JSON around a line, or of a change, in bytes. */
const usualLength = 64;

/** A payload that is put together piece by piece where its frame will stand, so that there is no other copy of it. */
export class LongPayload {
  #memory: Uint8Array;
  #length = 0;
  readonly #garbage = new YoungGarbageMeter();

  /** @param expectedLength about as long as it will be, in bytes: what is not filled takes no memory */
  constructor(expectedLength: number) {
    this.#memory = payloadMemory(expectedLength);
  }

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    this.#garbage.add(text.length);
    for (let rest = text; rest !== ""; ) {
      const { read, written } = encoder.encodeInto(rest, this.#memory.subarray(this.#length));
      this.#length += written;
      rest = rest.slice(read);
      if (rest !== "") this.#grow(3 * rest.length);
    }
  }

  /** All of it. */
  ended(text: string): Uint8Array {
    this.add(text);
    return this.#memory.subarray(0, this.#length);
  }

  #grow(least: number): void {
    const memory = payloadMemory(this.#length + Math.max(least, this.#length));
    memory.set(this.#memory.subarray(0, this.#length));
    this.#memory = memory;
  }
}
