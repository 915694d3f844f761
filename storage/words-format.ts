import { dataViewOf } from "./byte-layout";

/**
 * The section of words: which issues hold a word. `docs/storage-format.md` has the same tables.
 *
 *   header, 20 bytes    0  u32 count of issues
 *                       4  u32 count of words
 *                       8  u32 length of the text
 *                      12  u32 length of the lengths
 *                      16  u32 length of the lists
 *
 *   text               a line break, then each word in UTF-8 with a line break behind it, in no order
 *   lengths            of the list of each word
 *   lists              of each word: the ordinals of the issues that hold it
 *
 *   places, 12 bytes    0  u32 offset in the text of a word
 *   for 32 words each   4  u32 offset in the lengths of that of its list
 *                       8  u32 offset in the lists of its list
 *
 * Lengths and lists are numbers as in `ordinal-list.ts`.
 */
export const wordsHeaderLength = 20;
export const wordsInPlace = 32;
export const wordsPlaceLength = 12;

export interface WordsHeader {
  readonly issueCount: number;
  readonly wordCount: number;
  readonly textLength: number;
  readonly lengthsLength: number;
  readonly listsLength: number;
}

/** Where the parts of a section begin. */
export interface WordsParts {
  readonly text: number;
  readonly lengths: number;
  readonly lists: number;
  readonly places: number;
  readonly end: number;
}

export function decodeWordsHeader(bytes: Uint8Array): WordsHeader | undefined {
  if (bytes.length < wordsHeaderLength) return undefined;
  const view = dataViewOf(bytes);
  return {
    issueCount: view.getUint32(0, true),
    wordCount: view.getUint32(4, true),
    textLength: view.getUint32(8, true),
    lengthsLength: view.getUint32(12, true),
    listsLength: view.getUint32(16, true),
  };
}

export function encodeWordsHeader(header: WordsHeader): Uint8Array {
  const bytes = new Uint8Array(wordsHeaderLength);
  const view = dataViewOf(bytes);
  view.setUint32(0, header.issueCount, true);
  view.setUint32(4, header.wordCount, true);
  view.setUint32(8, header.textLength, true);
  view.setUint32(12, header.lengthsLength, true);
  view.setUint32(16, header.listsLength, true);
  return bytes;
}

export function partsOf({ wordCount, textLength, lengthsLength, listsLength }: WordsHeader): WordsParts {
  const text = wordsHeaderLength;
  const lengths = text + textLength;
  const lists = lengths + lengthsLength;
  const places = lists + listsLength;
  return {
    text,
    lengths,
    lists,
    places,
    end: places + wordsPlaceLength * Math.ceil(wordCount / wordsInPlace),
  };
}
