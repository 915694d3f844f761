/**
 * Zeros, outside the engine's heap. A block of that heap holds pieces of one size, so that the first piece of each takes 16 KB; and what numbers are read from or written to has to leave it
 * anyway, with a copy.
 * @throws RangeError where there is not so much memory
 */
export function zeros(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}
