/** A list of u32 that grows, at four bytes each. */
export class NumberList {
  #numbers = new Uint32Array(1024);
  /** The length of an array of the engine's takes longer to read than a number to write. */
  #room = 1024;
  #length = 0;

  push(number: number): void {
    if (this.#length === this.#room) {
      this.#room *= 2;
      // What it was in is given back at once, and not when the engine looks for garbage.
      this.#numbers = new Uint32Array(this.#numbers.buffer.transfer(4 * this.#room));
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  /** Gives its memory back; it is of no use any more. */
  release(): void {
    this.#numbers.buffer.transfer(0);
  }

  /** What was pushed so far, not copied; until more is. */
  get numbers(): Uint32Array<ArrayBuffer> {
    return this.#numbers.subarray(0, this.#length);
  }
}
