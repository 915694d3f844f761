import { expect, test } from "bun:test";
import fc from "fast-check";
import { findChangedPart, type SignedContent } from "../../storage/changed-part";
import { blockSum } from "../../storage/face-content";
import type { OpenFile } from "../../storage/file-system";
import { bytesFile } from "../helpers/bytes-file";

/** Few letters and short lines: that what is moved looks like what it was is the rule. */
const aText = fc
  .array(fc.constantFrom("a", "b", "ab", "aab", "\n", "b\n", "aaaa\n", "abababab", "\n\n"), { maxLength: 60 })
  .map((pieces) => pieces.join(""));

const anEdit = fc.record({ at: fc.nat(), removed: fc.nat(40), added: aText });

const blockLengths = fc.constantFrom(1, 2, 3, 4, 7, 8, 16, 64);

function edited(text: string, edits: readonly { at: number; removed: number; added: string }[]): string {
  let changed = text;
  for (const { at, removed, added } of edits) {
    const start = at % (changed.length + 1);
    changed = changed.slice(0, start) + added + changed.slice(start + removed);
  }
  return changed;
}

function sumsOfBlocks(bytes: Uint8Array, blockLength: number): bigint[] {
  const sums: bigint[] = [];
  for (let at = 0; at < bytes.length; at += blockLength)
    sums.push(blockSum(bytes.subarray(at, at + blockLength)));
  return sums;
}

function signedAs(text: string, blockLength: number): SignedContent {
  const blocks = BigUint64Array.from(sumsOfBlocks(Buffer.from(text), blockLength));
  return { size: text.length, blocks };
}

/** Whether `part` stands in the text so that before and behind it are whole lines that were there before, in their place from the front and from the end. */
function isAllThatChanged(before: string, after: string, part: string): boolean {
  const isLineStart = (text: string, at: number): boolean => at === 0 || text[at - 1] === "\n";
  for (let at = 0; at + part.length <= after.length; at += 1) {
    const end = at + part.length;
    const behind = after.length - end;
    const isFront = before.startsWith(after.slice(0, at)) && isLineStart(after, at);
    const isTail =
      before.endsWith(after.slice(end)) &&
      isLineStart(before, before.length - behind) &&
      isLineStart(after, end);
    if (after.startsWith(part, at) && isFront && (behind === 0 || isTail)) return true;
  }
  return false;
}

test("whatever is done to a file, what is not in the changed part are whole lines that stood there before", () => {
  let found = 0;
  fc.assert(
    fc.property(
      aText,
      fc.array(anEdit, { maxLength: 3 }),
      blockLengths,
      fc.boolean(),
      (before, edits, blockLength, isSummed) => {
        const after = edited(before, edits);
        const signed = signedAs(before, blockLength);
        const bytes = Buffer.from(after);
        const part = findChangedPart(bytesFile(bytes), bytes.length, signed, isSummed, {
          blockLength,
          partLimit: 1 << 20,
        });
        // Lines that are longer than a block are not followed.
        if (part === undefined) {
          expect(after.split("\n").some((line) => line.length >= blockLength)).toBe(true);
          return;
        }
        found += 1;
        expect(isAllThatChanged(before, after, Buffer.from(part.lines).toString())).toBe(true);
        if (isSummed || before === after) expect(part.blocks).toEqual(sumsOfBlocks(bytes, blockLength));
        if (before === after) expect(part.lines).toHaveLength(0);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(found).toBeGreaterThan(10_000);
}, 60_000);

test("a part that is longer than the limit is not told, and neither is anything of a file that ends early", () => {
  const before = "aaaa\n".repeat(20);
  const signed = signedAs(before, 8);
  const bytes = Buffer.from(`b${before.slice(1, -2)}b\n`);
  const limits = { blockLength: 8, partLimit: 50 };
  expect(findChangedPart(bytesFile(bytes), bytes.length, signed, true, limits)).toBeUndefined();
  expect(findChangedPart(bytesFile(bytes), bytes.length + 1, signed, true, limits)).toBeUndefined();
});

test("what is signed of a file that somebody writes meanwhile has no line that nobody looked at", () => {
  let signedMeanwhile = 0;
  fc.assert(
    fc.property(
      aText,
      fc.array(anEdit, { maxLength: 2 }),
      fc.record({ at: fc.nat(), letter: fc.constantFrom("c", "\n") }),
      fc.constantFrom(2, 3, 4, 8),
      fc.oneof(fc.nat(30), fc.constant("before the second reading" as const)),
      (before, edits, { at, letter }, blockLength, changesAt) => {
        const after = edited(before, edits);
        const changed = at % (after.length + 1);
        const later = (after.slice(0, changed) + letter + after.slice(changed + 1)).slice(0, after.length);
        let calls = 0;
        const isLater = (): boolean => typeof changesAt === "number" && ++calls > changesAt;
        const file: Pick<OpenFile, "read" | "readInto"> = {
          read: (offset, length) =>
            bytesFile(
              Buffer.from(isLater() || changesAt === "before the second reading" ? later : after),
            ).read(offset, length),
          readInto: (offset, bytes) =>
            bytesFile(Buffer.from(isLater() ? later : after)).readInto(offset, bytes),
        };
        const signed = signedAs(before, blockLength);
        const part = findChangedPart(file, after.length, signed, true, { blockLength, partLimit: 1 << 20 });
        if (part?.blocks === undefined) return;
        for (const content of [after, later]) {
          const sums = sumsOfBlocks(Buffer.from(content), blockLength);
          if (sums.join() !== part.blocks.join()) continue;
          signedMeanwhile += 1;
          const known = new Set(before.split("\n"));
          const seen = new Set(Buffer.from(part.lines).toString().split("\n"));
          for (const line of content.split("\n")) if (!known.has(line)) expect(seen.has(line)).toBe(true);
        }
      },
    ),
    { numRuns: 10_000 },
  );
  expect(signedMeanwhile).toBeGreaterThan(1000);
}, 60_000);
