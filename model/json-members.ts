import { BzError } from "./errors";

/** One `"key": value` of an object's text. `raw` is the value's text, to the byte. */
export interface Member {
  readonly key: string;
  readonly raw: string;
}

/** Deeper JSON is refused: nothing real needs it, and readers elsewhere recurse. */
export const maxDepth = 64;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Splits one object's text into its members, in their order, repeated keys and all. Expects JSON that JSON.parse accepts and
 * does not look inside the values, so that a number keeps its digits and a text its escapes.
 * @throws BzError INVALID when the text is no object or nests deeper than 64
 */
export function readMembers(text: string): Member[] {
  const members: Member[] = [];
  let at = expect(text, skipSpace(text, 0), openBrace);
  if (text.charCodeAt(skipSpace(text, at)) === closeBrace) return members;
  for (;;) {
    const keyStart = skipSpace(text, at);
    const keyEnd = endOfString(text, keyStart);
    const valueStart = skipSpace(text, expect(text, skipSpace(text, keyEnd), colon));
    const valueEnd = endOfValue(text, valueStart);
    members.push({ key: keyText(text, keyStart, keyEnd), raw: text.slice(valueStart, valueEnd) });
    at = skipSpace(text, valueEnd);
    if (text.charCodeAt(at) === closeBrace) return members;
    at = expect(text, at, comma);
  }
}

/** The same for the elements of an array's text. */
export function readElements(text: string): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, expect(text, skipSpace(text, 0), openBracket));
  if (text.charCodeAt(at) === closeBracket) return elements;
  for (;;) {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === closeBracket) return elements;
    at = skipSpace(text, expect(text, at, comma));
  }
}

/** One compact object. Keys are escaped, values written as they are. */
export function formatMembers(members: readonly Member[]): string {
  let text = "";
  for (const { key, raw } of members) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${raw}`;
  return `{${text}}`;
}

/** The value of the last member of that name, which is the one that counts. */
export function rawOf(members: readonly Member[], key: string): string | undefined {
  return members.findLast((member) => member.key === key)?.raw;
}

function keyText(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes("\\")) return inner;
  const key: unknown = JSON.parse(text.slice(start, end));
  return String(key);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function expect(text: string, at: number, unit: number): number {
  if (text.charCodeAt(at) !== unit) throw malformed(text, at);
  return at + 1;
}

/** The place after the value that starts at `start`. */
function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  if (first === openBrace || first === openBracket) return endOfNested(text, start);
  let at = start;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === comma || unit === closeBrace || unit === closeBracket || unit <= 0x20) break;
  }
  if (at === start) throw malformed(text, at);
  return at;
}

/** Brackets need only be counted: the text is known to be JSON, so each one closes its own kind. */
function endOfNested(text: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    if (unit === openBrace || unit === openBracket) {
      if (++depth > maxDepth) throw new BzError("INVALID", `JSON nests deeper than ${maxDepth} levels`);
    } else if ((unit === closeBrace || unit === closeBracket) && --depth === 1) {
      return at;
    }
  }
  throw malformed(text, at);
}

/** Every run of backslashes is walked once, by the quote behind it, so the whole is linear. */
function endOfString(text: string, start: number): number {
  if (text.charCodeAt(start) !== quote) throw malformed(text, start);
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((at - before) % 2 === 1) return at + 1;
  }
  throw malformed(text, text.length);
}

function malformed(text: string, at: number): BzError {
  return new BzError("INVALID", `not the JSON that was expected, at character ${at + 1} of ${text.length}`);
}
