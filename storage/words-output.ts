import { wordEnd } from "../model/words";
import { dataViewOf } from "./byte-layout";
import { ListBytes } from "./ordinal-list";
import { encodeWordsHeader, wordsInPlace, wordsPlaceLength } from "./words-format";

/** Gathers words with their lists; a word that no issue holds any more is left out. */
export class WordsOutput {
  /** Where the list of the next word is written. */
  readonly lists: ListBytes;
  readonly #text: ListBytes;
  readonly #lengths = new ListBytes();
  readonly #places = new ListBytes();
  #listStart = 0;
  #wordCount = 0;

  /** @param expectedLength of the section, where it is about known */
  constructor(expectedLength: number) {
    this.lists = new ListBytes(expectedLength);
    this.#text = new ListBytes(expectedLength >> 2);
    this.#text.append(wordEndBytes);
  }

  /** Behind its list. */
  word(source: Uint8Array, start: number, end: number): void {
    const length = this.lists.length - this.#listStart;
    if (length === 0) return;
    if (this.#wordCount % wordsInPlace === 0) this.#addPlace();
    this.#lengths.number(length);
    this.#listStart += length;
    this.#text.append(source, start, end);
    this.#text.append(wordEndBytes);
    this.#wordCount += 1;
  }

  /** All of the section. */
  parts(issueCount: number): Uint8Array[] {
    const header = encodeWordsHeader({
      issueCount,
      wordCount: this.#wordCount,
      textLength: this.#text.length,
      lengthsLength: this.#lengths.length,
      listsLength: this.lists.length,
    });
    return [header, this.#text.all, this.#lengths.all, this.lists.all, this.#places.all];
  }

  #addPlace(): void {
    const place = new Uint8Array(wordsPlaceLength);
    const view = dataViewOf(place);
    view.setUint32(0, this.#text.length, true);
    view.setUint32(4, this.#lengths.length, true);
    view.setUint32(8, this.#listStart, true);
    this.#places.append(place);
  }
}

const wordEndBytes = Uint8Array.of(wordEnd);
