import fc from "fast-check";
import { BzError } from "../../model/errors";

/** A reader of text, and what holds of it whatever the text. */
export interface Target {
  readonly name: string;
  readonly inputs: fc.Arbitrary<string>;
  /** Throws when the claim does not hold. */
  check(text: string): void | Promise<void>;
}

/** What a reader answers; undefined when it refuses as a reader should: with a BzError that is about the request. Everything else it throws is a finding. */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return undefinedForRefusal(error);
  }
}

export async function unlessRefusedLater<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    return undefinedForRefusal(error);
  }
}

function undefinedForRefusal(error: unknown): undefined {
  if (!(error instanceof BzError) || error.kind !== "request") throw error;
  if (error.message.length > longestMessage)
    throw new Error(`a message of ${error.message.length} characters`);
}

/** A refusal may repeat what it refuses, and no generated text is half as long. */
const longestMessage = 20_000;

export function claim(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}

export function claimEqual(actual: unknown, expected: unknown, sentence: string): void {
  if (!Bun.deepEquals(actual, expected))
    throw new Error(`${sentence}: ${Bun.inspect(actual)} is not ${Bun.inspect(expected)}`);
}

/** Pieces that readers stumble over, whatever they read. */
const oddPieces = [
  "",
  " ",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\u001b[31m",
  "\ufeff",
  "\u2028",
  "\u202e",
  "\ud800",
  "é",
  "😀",
  '"',
  "'",
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "-",
  "=",
  "#",
  "$",
  "@",
  "0",
  "-1",
  "1e999",
  "99999999999999999999",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "<<<<<<< ours",
];

/** A valid sample with up to five places in it damaged: something put in, left out, said twice, cut off or taken from another sample. */
export function damaged(samples: readonly string[], pieces: readonly string[] = []): fc.Arbitrary<string> {
  const sample = fc.constantFrom(...samples);
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...oddPieces, ...pieces) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  );
  const edit = fc.record({
    kind: fc.constantFrom("insert", "insert", "replace", "replace", "remove", "repeat", "cut", "splice"),
    at: fc.nat(999),
    length: fc.nat(12),
    piece,
    other: sample,
  });
  return fc
    .tuple(sample, fc.array(edit, { maxLength: 5 }))
    .map(([text, edits]) => edits.reduce((before, one) => edited(before, one), text));
}

interface Edit {
  readonly kind: string;
  /** In thousandths of the text. */
  readonly at: number;
  readonly length: number;
  readonly piece: string;
  readonly other: string;
}

function edited(text: string, { kind, at, length, piece, other }: Edit): string {
  const start = Math.floor((text.length * at) / 999);
  const head = text.slice(0, start);
  if (kind === "insert") return head + piece + text.slice(start);
  if (kind === "replace") return head + piece + text.slice(start + Math.max(1, length));
  if (kind === "remove") return head + text.slice(start + 1 + length);
  if (kind === "repeat") return head + text.slice(start, start + length * 4).repeat(2) + text.slice(start);
  if (kind === "cut") return head;
  return head + other.slice(Math.floor((other.length * at) / 999));
}

/** Words of a language in any order, with or without room between them. */
export function soupOf(words: readonly string[], maxLength = 10): fc.Arbitrary<string> {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  );
  return fc
    .tuple(fc.array(word, { maxLength }), fc.constantFrom("", " "))
    .map(([said, gap]) => said.join(gap));
}
