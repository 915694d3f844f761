import type { Issue } from "../model/issue";
import { wordEnd } from "../model/words";
import { dataViewOf } from "./byte-layout";
import { eachWordOf } from "./issue-words";
import { NumberList } from "./number-list";
import { NumberReader } from "./ordinal-list";
import { WordTable } from "./word-table";
import { wordsInPlace, wordsPlaceLength } from "./words-format";
import type { WordsSection } from "./words-section";

/**
 * Holds a section of words against the lines, told one after the other: the next ordinal in the list of each word of a line has to be that line, and at the end
 * all lists are used up. So nothing is kept but the section and a place in each list.
 */
export class WordsVerification {
  readonly #lists: NumberReader;
  readonly #table = new WordTable();
  /** By word: where the rest of its list begins and where it ends. */
  readonly #rests: Uint32Array;
  readonly #ends: Uint32Array;
  /** By word: 1 + the last line that had it. */
  readonly #lasts: Uint32Array;
  #isRight = true;

  constructor(words: WordsSection) {
    const cursor = words.cursor();
    const places = dataViewOf(words.places());
    this.#lists = new NumberReader(cursor.lists);
    const rests = new NumberList();
    const ends = new NumberList();
    for (let number = 0, at = cursor.lengths.at; cursor.next(); number += 1, at = cursor.lengths.at) {
      const { text, start, end, listStart, listEnd } = cursor;
      if (this.#table.add(text, start, end) !== number) this.#isRight = false;
      if (number % wordsInPlace === 0 && !isPlace(places, number / wordsInPlace, [start, at, listStart]))
        this.#isRight = false;
      rests.push(listStart);
      ends.push(listEnd);
    }
    const { text, lengths, lists, end, listEnd } = cursor;
    const isUsedUp =
      end === text.length - 1 && lengths.at === lengths.bytes.length && listEnd === lists.length;
    if (!isUsedUp || text[0] !== wordEnd || rests.length !== words.wordCount) this.#isRight = false;
    this.#rests = rests.numbers;
    this.#ends = ends.numbers;
    this.#lasts = new Uint32Array(rests.length);
  }

  /** Every line, in its order. */
  add(issue: Issue, ordinal: number): void {
    if (!this.#isRight) return;
    eachWordOf(issue, (bytes, start, end, hash) => {
      const number = this.#table.find(bytes, start, end, hash);
      if (number === -1) this.#isRight = false;
      else if (this.#lasts[number] !== ordinal + 1) this.#take(number, ordinal);
    });
  }

  /** Whether they say what the lines say. */
  end(): boolean {
    return this.#isRight && this.#rests.every((rest, number) => rest === this.#ends[number]);
  }

  #take(number: number, ordinal: number): void {
    const rest = this.#rests[number] ?? 0;
    const list = this.#lists;
    list.at = rest;
    // What is told apart by the line before is 1 + the ordinal there.
    if (rest >= (this.#ends[number] ?? 0) || list.next() + (this.#lasts[number] ?? 0) !== ordinal)
      this.#isRight = false;
    this.#rests[number] = list.at;
    this.#lasts[number] = ordinal + 1;
  }
}

function isPlace(places: DataView, index: number, expected: readonly number[]): boolean {
  const at = index * wordsPlaceLength;
  if (at + wordsPlaceLength > places.byteLength) return false;
  return expected.every((each, part) => places.getUint32(at + 4 * part, true) === each);
}
