import { decoder, encoder } from "../native/utf8";
import { longsOf, wordsOf } from "./byte-layout";

/**
 * The layout of the fence and of a leaf: entries of one length, each with the u32 end of its id in its last four bytes, then these ids, sorted by their bytes.
 * So an entry is found by a binary search.
 */
export class SortedEntries {
  readonly #bytes: Uint8Array;
  readonly #idsStart: number;
  /** The same bytes. */
  readonly words: Uint32Array;
  readonly longs: BigUint64Array;
  #text: string | undefined;
  #isAscii = false;

  private constructor(
    bytes: Uint8Array,
    readonly count: number,
    readonly entryLength: number,
  ) {
    this.#bytes = bytes;
    this.words = wordsOf(bytes);
    this.longs = longsOf(bytes);
    this.#idsStart = count * entryLength;
  }

  /** What was verified; undefined when its lengths do not add up. */
  static of(bytes: Uint8Array, count: number, entryLength: number): SortedEntries | undefined {
    const least = count * entryLength;
    if (bytes.length < least) return undefined;
    const entries = new SortedEntries(bytes, count, entryLength);
    return least + entries.#endOf(count - 1) === bytes.length ? entries : undefined;
  }

  idAt(index: number): string {
    const text = this.#asciiText();
    return text === undefined
      ? decoder.decode(this.#bytes.subarray(this.#startOf(index), this.#idsStart + this.#endOf(index)))
      : text.slice(this.#endOf(index - 1), this.#endOf(index));
  }

  ids(): string[] {
    const text = this.#asciiText();
    const ids: string[] = [];
    let start = 0;
    for (let index = 0; index < this.count; index += 1) {
      const end = this.#endOf(index);
      ids.push(text === undefined ? this.idAt(index) : text.slice(start, end));
      start = end;
    }
    return ids;
  }

  /** The place of the last id that is not after this one, -1 when all are. */
  lastNotAfter(id: string): number {
    const text = this.#asciiText();
    if (text === undefined) return this.#lastNotAfterBytes(encoder.encode(id));
    const words = this.words;
    const wordsForEach = this.entryLength >> 2;
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const begin = middle === 0 ? 0 : words[middle * wordsForEach - 1];
      // Texts stand in the order of their bytes here: what is not ASCII is greater in both.
      if (text.slice(begin, words[(middle + 1) * wordsForEach - 1]) <= id) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  #lastNotAfterBytes(id: Uint8Array): number {
    const bytes = this.#bytes;
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const start = this.#startOf(middle);
      const length = this.#idsStart + this.#endOf(middle) - start;
      let at = 0;
      while (at < length && at < id.length && bytes[start + at] === id[at]) at += 1;
      const isAfter = at < length && (at === id.length || (bytes[start + at] ?? 0) > (id[at] ?? 0));
      if (isAfter) high = middle - 1;
      else low = middle + 1;
    }
    return high;
  }

  /** All ids, decoded at once, where each byte is a character: the engine compares texts in less time than a loop compares bytes. */
  #asciiText(): string | undefined {
    if (this.#text === undefined) {
      const bytes = this.#bytes.subarray(this.#idsStart);
      this.#text = decoder.decode(bytes);
      this.#isAscii = this.#text.length === bytes.length;
    }
    return this.#isAscii ? this.#text : undefined;
  }

  #startOf(index: number): number {
    return this.#idsStart + this.#endOf(index - 1);
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : (this.words[(index + 1) * (this.entryLength >> 2) - 1] ?? 0);
  }
}
