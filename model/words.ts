/**
 * Words as the index of a snapshot knows them, of folded text in UTF-8. Whether a character belongs to a word depends on that character alone: so a word of
 * something that stands in a text is part of a word of that text, whatever stands around it.
 *
 * @param visit is told where each word begins and ends
 */
export function eachWord(bytes: Uint8Array, visit: (start: number, end: number) => void): void {
  let start = -1;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    // Most of all text: a letter or a digit within a word costs as little as can be.
    if (asciiKinds[first] === joined) {
      if (start === -1) start = at;
      at++;
      continue;
    }
    const length = lengthOf(first);
    const kind = kindOf(bytes, at);
    if (kind === joined && start === -1) start = at;
    if (kind !== joined && start !== -1) {
      visit(start, at);
      start = -1;
    }
    if (kind === alone) visit(at, at + length);
    at += length;
  }
  if (start !== -1) visit(start, bytes.length);
}

/**
 * The same of a text of the first 128 characters alone, with the hash of each word, which is worked out on the way: every byte of every issue of a snapshot passes here.
 * @param end of the text among the bytes
 */
export function eachPlainWord(
  bytes: Uint8Array,
  end: number,
  visit: (start: number, end: number, hash: number) => void,
): void {
  let start = -1;
  let hash = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (asciiKinds[byte] === joined) {
      if (start === -1) {
        start = at;
        hash = hashStart;
      }
      hash = imul(hash ^ byte, hashFactor);
    } else if (start !== -1) {
      visit(start, at, mixed(hash));
      start = -1;
    }
  }
  if (start !== -1) visit(start, end, mixed(hash));
}

/** FNV-1a, its bits mixed once more: the lowest ones choose the slot in a table. */
export function hashOfWord(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  for (let at = start; at < end; at += 1) hash = imul(hash ^ (bytes[at] ?? 0), hashFactor);
  return mixed(hash);
}

function mixed(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The engine's own, as every byte of what is indexed passes through it: what is built for the fast path has another `Math`. */
const { imul } = globalThis.Math;
const hashStart = 0x811c9dc5;
const hashFactor = 0x01000193;

/**
 * What the words of an issue have to hold for every term to be in it: parts of words, in UTF-8, where a line break at either end stands for that end of the
 * word. None, when the terms hold nothing that is a word.
 */
export function wordPieces(terms: readonly string[]): Uint8Array[] {
  return terms.flatMap((term) => {
    const bytes = encoder.encode(term);
    const pieces: Uint8Array[] = [];
    eachWord(bytes, (start, end) => {
      // Inside of a term a word ends where it does in the text; at its ends it may be part of a longer one.
      const isAlone = kindOf(bytes, start) === alone;
      const before = isAlone || start > 0 ? [wordEnd] : [];
      const behind = isAlone || end < bytes.length ? [wordEnd] : [];
      pieces.push(Uint8Array.from([...before, ...bytes.subarray(start, end), ...behind]));
    });
    return pieces;
  });
}

/** Between the words of an index: no word holds it. */
export const wordEnd = 10;

const between = 0;
const joined = 1;
/** Of scripts that put no spaces between words each character is a word. */
const alone = 2;

/** Filled in two calls: to test each of them by an expression took a program that indexes nothing 0.7 million instructions. */
const asciiKinds = new Uint8Array(0x80).fill(joined, 0x30, 0x3a).fill(joined, 0x61, 0x7b);

/**
 * What is beyond the first plane is between words, and so is half of a pair of surrogates, which UTF-8 does not have: a term may hold one half of what stands in
 * a text.
 */
function kindOf(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return asciiKinds[first] ?? between;
  const second = (bytes[at + 1] ?? 0) & 0x3f;
  if (first < 0xe0) return first === 0xc2 && second < 0x2a ? between : joined;
  if (first >= 0xf0) return between;
  const character = ((first & 0x0f) << 12) | (second << 6) | ((bytes[at + 2] ?? 0) & 0x3f);
  if (character < 0x0e00) return joined;
  if (character < 0x10a0) return alone;
  if (character < 0x2000) return joined;
  return (character >= 0x2e80 && character < 0xd800) || (character >= 0xf900 && character < 0xfff0)
    ? alone
    : between;
}

/** Of the character that begins with that byte. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

const encoder = new TextEncoder();
