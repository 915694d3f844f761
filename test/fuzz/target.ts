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

/** What a terminal acts on, line ends and tabs apart. */
export const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

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

/** Bytes as a text of one character for each, since inputs are texts; `latin1` gives them back. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** Whole files with up to four damages: bits turned, bytes written over, put in, left out, cut off, or a stretch of it said twice. */
export function damagedBytes(samples: readonly Uint8Array[]): fc.Arbitrary<string> {
  const damage = fc.record({
    kind: fc.constantFrom("flip", "flip", "write", "insert", "remove", "cut", "repeat", "zero"),
    at: fc.nat(9999),
    length: fc.integer({ min: 1, max: 40 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(damage, { maxLength: 4 }))
    .map(([bytes, damages]) => damages.reduce(damagedOnce, Buffer.from(bytes)).toString("latin1"));
}

interface Damage {
  readonly kind: string;
  /** In ten-thousandths of the file. */
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

function damagedOnce(file: Buffer, { kind, at, length, bytes }: Damage): Buffer {
  const start = Math.floor((file.length * at) / 10_000);
  const [head, rest] = [file.subarray(0, start), file.subarray(start)];
  if (kind === "cut") return head;
  if (kind === "insert") return Buffer.concat([head, bytes, rest]);
  if (kind === "remove") return Buffer.concat([head, rest.subarray(length)]);
  if (kind === "repeat") return Buffer.concat([head, rest.subarray(0, length), rest]);
  if (kind === "zero")
    return Buffer.concat([head, Buffer.alloc(Math.min(length, rest.length)), rest.subarray(length)]);
  if (kind === "write") return Buffer.concat([head, bytes, rest.subarray(bytes.length)]);
  const turned = Buffer.from(rest);
  turned[0] = (turned[0] ?? 0) ^ (1 << (length % 8));
  return Buffer.concat([head, turned.subarray(0, rest.length)]);
}
