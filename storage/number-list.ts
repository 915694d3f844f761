/** A list of u32 that grows, at four bytes each. */
export class NumberList {
  #numbers = new Uint32Array(1024);
  /** The length of an array of the engine's takes longer to read than a number to write. */
  #room = 1024;
  #length = 0;

  push(number: number): void {
    if (this.#length === this.#room) {
      this.#room *= 2;
      const larger = new Uint32Array(this.#room);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  /** What was pushed, not copied. */
  get numbers(): Uint32Array<ArrayBuffer> {
    return this.#numbers.subarray(0, this.#length);
  }
}
