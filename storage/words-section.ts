import { wordEnd } from "../model/words";
import { dataViewOf } from "./byte-layout";
import { type ListPlace, longestNumber, NumberReader, readOrdinals } from "./ordinal-list";
import type { Snapshot } from "./snapshot";
import type { Section } from "./snapshot-sections";
import {
  decodeWordsHeader,
  partsOf,
  type WordsHeader,
  type WordsParts,
  wordsHeaderLength,
  wordsPlaceLength,
} from "./words-format";

/**
 * The words of a snapshot, undefined where it has too few issues to have any, or those of other rules.
 * @throws BzError CORRUPT
 */
export function wordsOf({ sections, count }: Snapshot): WordsSection | undefined {
  const section = sections.of("words");
  if (section === undefined || section.length === 0) return undefined;
  const header = decodeWordsHeader(section.read(0, wordsHeaderLength));
  if (header === undefined || header.issueCount !== count || partsOf(header).end !== section.length)
    throw sections.corrupt("the parts of its section of words do not add up.");
  return new WordsSection(section, header);
}

/** An open section of words: tells which issues hold what, from the words and the lists of those that fit. */
export class WordsSection {
  readonly #section: Section;
  readonly #header: WordsHeader;
  readonly #parts: WordsParts;

  constructor(section: Section, header: WordsHeader) {
    this.#section = section;
    this.#header = header;
    this.#parts = partsOf(header);
  }

  get issueCount(): number {
    return this.#header.issueCount;
  }

  get wordCount(): number {
    return this.#header.wordCount;
  }

  get length(): number {
    return this.#section.length;
  }

  /**
   * Ordinals of at least all issues whose words hold every one of the pieces, in their order; undefined when that would be so many that they are of no
   * use. See `wordPieces` in the model.
   */
  ordinals(pieces: readonly Uint8Array[]): Uint32Array | undefined {
    const { issueCount, textLength } = this.#header;
    const text = this.#section.read(this.#parts.text, textLength);
    const search = new WordSearch(text, dataViewOf(this.places()));
    let found: Uint32Array | undefined;
    // Long pieces are in few words.
    for (const piece of pieces.toSorted((left, right) => right.length - left.length)) {
      const lists = this.#listsOf(search.wordsWith(piece));
      if (lists === undefined) continue;
      const marks = new Uint8Array(issueCount);
      for (const list of lists) for (const ordinal of readOrdinals(list)) marks[ordinal] = 1;
      found = found === undefined ? markedOrdinals(marks) : found.filter((ordinal) => marks[ordinal] === 1);
      if (found.length <= fewIssues) break;
    }
    return found;
  }

  /** Where every 32nd word is. */
  places(): Uint8Array {
    const { places } = this.#parts;
    return this.#section.read(places, this.length - places);
  }

  /** All words, in the order in which they stand there, and their lists. */
  cursor(): WordCursor {
    const { textLength, lengthsLength, listsLength } = this.#header;
    const { text, lengths, lists } = this.#parts;
    return new WordCursor(
      this.#section.read(text, textLength),
      new NumberReader(this.#section.read(lengths, lengthsLength)),
      this.#section.read(lists, listsLength),
    );
  }

  /** Undefined when they are so long that looking at each issue is as good. */
  #listsOf(words: Iterable<WordPlace>): ListPlace[] | undefined {
    const lists: ListPlace[] = [];
    let left = this.#header.issueCount * longestLists;
    for (const { before, lengthsOffset, listsOffset } of words) {
      const offset = this.#parts.lengths + lengthsOffset;
      const lengths = new NumberReader(this.#section.read(offset, (before + 1) * longestNumber));
      let start = this.#parts.lists + listsOffset;
      for (let word = 0; word < before; word += 1) start += lengths.next();
      const length = lengths.next();
      left -= length;
      if (left < 0) return undefined;
      lists.push({ lists: this.#section.read(start, length), listStart: 0, listEnd: length });
    }
    return lists;
  }
}

/** Goes from word to word, of which there are hundreds of thousands: nothing is made for each of them. */
export class WordCursor implements ListPlace {
  /** Where the word stands in `text`, and its list in `lists`. */
  start = 0;
  end = 0;
  listStart = 0;
  listEnd = 0;

  constructor(
    readonly text: Uint8Array,
    readonly lengths: NumberReader,
    readonly lists: Uint8Array,
  ) {}

  /** False behind the last one. */
  next(): boolean {
    const { text } = this;
    const start = this.end + 1;
    if (start >= text.length) return false;
    let end = start;
    while (end < text.length && text[end] !== wordEnd) end += 1;
    this.start = start;
    this.end = end;
    this.listStart = this.listEnd;
    this.listEnd += this.lengths.next();
    return true;
  }
}

/** A word by the entry of the places before it. */
interface WordPlace {
  /** So many words stand between the two. */
  readonly before: number;
  readonly lengthsOffset: number;
  readonly listsOffset: number;
}

/** Finds words by their parts. */
class WordSearch {
  readonly #text: Buffer;
  readonly #places: DataView;

  constructor(text: Uint8Array, places: DataView) {
    this.#text = Buffer.from(text.buffer, text.byteOffset, text.length);
    this.#places = places;
  }

  *wordsWith(piece: Uint8Array): Iterable<WordPlace> {
    const text = this.#text;
    for (let at = text.indexOf(piece); at !== -1; ) {
      // It may begin with the end of the word before, and end with the beginning of the next one.
      const inWord = piece[0] === wordEnd ? at + 1 : at;
      yield this.#wordAt(inWord);
      at = text.indexOf(piece, text.indexOf(wordEnd, inWord));
    }
  }

  #wordAt(offset: number): WordPlace {
    let low = 0;
    let high = this.#places.byteLength / wordsPlaceLength - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#places.getUint32(middle * wordsPlaceLength, true) <= offset) low = middle;
      else high = middle - 1;
    }
    const at = low * wordsPlaceLength;
    let before = 0;
    for (let each = this.#places.getUint32(at, true); each < offset; each += 1)
      if (this.#text[each] === wordEnd) before += 1;
    return {
      before,
      lengthsOffset: this.#places.getUint32(at + 4, true),
      listsOffset: this.#places.getUint32(at + 8, true),
    };
  }
}

function markedOrdinals(marks: Uint8Array): Uint32Array {
  const ordinals = new Uint32Array(marks.length);
  let count = 0;
  for (let ordinal = 0; ordinal < marks.length; ordinal += 1) {
    if (marks[ordinal] !== 1) continue;
    ordinals[count] = ordinal;
    count += 1;
  }
  return ordinals.slice(0, count);
}

/** In bytes an issue: the lists of a piece with more of them sort out too little. */
const longestLists = 2;
/** So few are parsed sooner than another list is read. */
const fewIssues = 16;
