import { hashOfWord } from "../model/words";
import type { WordsOutput } from "./words-output";

/** Numbers words from 0, in the order in which they come. Their bytes are kept one behind the other: an import brings hundreds of thousands of them. */
export class WordTable {
  #bytes = new Uint8Array(1 << 12);
  #ends = new Uint32Array(1 << 10);
  /** Twice as many as there may be words, each a number and one, 0 where nothing is, and beside it the hash of that word. */
  #slots = new Uint32Array(1 << 12);
  count = 0;

  /** Its number; -1 when it is not there. */
  find(source: Uint8Array, start: number, end: number, hash = hashOfWord(source, start, end)): number {
    return (this.#slots[this.#slotOf(source, start, end, hash)] ?? 0) - 1;
  }

  /** Its number, a new one when it is not there yet. */
  add(source: Uint8Array, start: number, end: number, hash = hashOfWord(source, start, end)): number {
    const slot = this.#slotOf(source, start, end, hash);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) return known - 1;
    this.#slots[slot] = this.count + 1;
    this.#slots[slot + 1] = hash;
    this.#append(source, start, end);
    return this.count - 1;
  }

  /** Byte by byte: a view of so few takes longer to make. */
  #append(source: Uint8Array, start: number, end: number): void {
    const from = this.#endOf(this.count - 1);
    const to = from + end - start;
    if (to > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(to * 2));
    const bytes = this.#bytes;
    for (let at = start; at < end; at += 1) bytes[from + at - start] = source[at] ?? 0;
    this.#ends[this.count] = to;
    this.count += 1;
    if (this.count === this.#ends.length) this.#growWords();
  }

  /** Adds its bytes to what stands in `output`. */
  writeWord(number: number, output: WordsOutput): void {
    output.word(this.#bytes, this.#endOf(number - 1), this.#endOf(number));
  }

  #endOf(number: number): number {
    return number < 0 ? 0 : (this.#ends[number] ?? 0);
  }

  /** Where it is, or where it would be. */
  #slotOf(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    for (let slot = (hash << 1) & (slots.length - 1); ; slot = (slot + 2) & (slots.length - 1)) {
      const number = (slots[slot] ?? 0) - 1;
      if (number === -1 || (slots[slot + 1] === hash && this.#isWord(number, source, start, end)))
        return slot;
    }
  }

  #isWord(number: number, source: Uint8Array, start: number, end: number): boolean {
    const from = this.#endOf(number - 1);
    if (this.#endOf(number) - from !== end - start) return false;
    for (let at = start; at < end; at += 1) if (this.#bytes[from + at - start] !== source[at]) return false;
    return true;
  }

  #growWords(): void {
    this.#ends = grown(this.#ends, new Uint32Array(this.count * 2));
    const before = this.#slots;
    const slots = new Uint32Array(before.length * 2);
    for (let from = 0; from < before.length; from += 2) {
      if (before[from] === 0) continue;
      const hash = before[from + 1] ?? 0;
      let slot = (hash << 1) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 2) & (slots.length - 1);
      slots[slot] = before[from] ?? 0;
      slots[slot + 1] = hash;
    }
    this.#slots = slots;
  }
}

/** What was in `array`, at the beginning of a larger one. */
export function grown<T extends Uint8Array | Uint32Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
