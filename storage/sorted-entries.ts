import { decoder } from "../native/utf8";
import { dataViewOf } from "./byte-layout";

/**
 * The layout of the fence and of a leaf: entries of one length, each with the u32 end of its id in its last four bytes, then these ids, sorted by their bytes.
 * So an entry is found by a binary search through the bytes, and nothing is decoded but what was looked for.
 */
export class SortedEntries {
  readonly view: DataView;
  readonly #bytes: Uint8Array;
  readonly #idsStart: number;
  /** The same bytes: to read a number through a view takes the engine ten times as long. */
  #words: Uint32Array | undefined;

  private constructor(
    bytes: Uint8Array,
    readonly count: number,
    readonly entryLength: number,
  ) {
    this.view = dataViewOf(bytes);
    this.#bytes = bytes;
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
    return decoder.decode(this.#bytes.subarray(this.#startOf(index), this.#idsStart + this.#endOf(index)));
  }

  /** All ids, decoded at once where each byte is a character. */
  ids(): string[] {
    const text = decoder.decode(this.#bytes.subarray(this.#idsStart));
    const isAscii = text.length === this.#bytes.length - this.#idsStart;
    const ids: string[] = [];
    for (let index = 0; index < this.count; index += 1)
      ids.push(isAscii ? text.slice(this.#endOf(index - 1), this.#endOf(index)) : this.idAt(index));
    return ids;
  }

  /**
   * The place of the last id that is not after this one, -1 when all are. In one piece: what a start calls more than
   * thirty times is compiled, which takes longer than it saves.
   */
  lastNotAfter(id: Uint8Array): number {
    const bytes = this.#bytes;
    this.#words ??= wordsOf(bytes);
    const words = this.#words;
    const wordsForEach = this.entryLength >> 2;
    let low = 0;
    let high = this.count - 1;
    // So many bytes of it has the id before `low`, and the one behind `high`; all between them have the fewer of these.
    let lowSame = 0;
    let highSame = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const begin = middle === 0 ? 0 : (words[middle * wordsForEach - 1] ?? 0);
      const length = (words[(middle + 1) * wordsForEach - 1] ?? 0) - begin;
      const start = this.#idsStart + begin;
      let at = lowSame;
      if (highSame < at) at = highSame;
      while (at < length && at < id.length && bytes[start + at] === id[at]) at += 1;
      if (at < length && (at === id.length || (bytes[start + at] ?? 0) > (id[at] ?? 0))) {
        high = middle - 1;
        highSame = at;
      } else {
        low = middle + 1;
        lowSame = at;
      }
    }
    return high;
  }

  #startOf(index: number): number {
    return this.#idsStart + this.#endOf(index - 1);
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : this.view.getUint32((index + 1) * this.entryLength - 4, true);
  }
}

/** They stand in memory as in the file: Bun runs on machines that have the low byte first. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
