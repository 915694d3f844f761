import { expect, test } from "bun:test";
import fc from "fast-check";
import { BlockTable, blockEntry, joined } from "../../storage/block-table";
import { findChangedParts } from "../../storage/changed-part";
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

function signedAs(text: string, blockLength: number): BlockTable {
  const bytes = Buffer.from(text);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockLength)
    entries.push(blockEntry(bytes.subarray(at, at + blockLength)));
  return new BlockTable(joined(entries));
}

interface Found {
  readonly blocks: Uint8Array | undefined;
  readonly lines: readonly string[];
  readonly parts: number;
}

function find(
  file: Pick<OpenFile, "readInto">,
  size: number,
  signed: BlockTable,
  limits: { blockLength: number; partLimit: number },
): Found {
  const parts: string[] = [];
  const onLines = (part: Uint8Array): unknown => parts.push(Buffer.from(part).toString());
  const found = findChangedParts(file, { size, signed, isSummed: true, onLines, limits });
  const { blocks } = found ?? { blocks: undefined };
  return { blocks, lines: parts.flatMap((part) => part.replace(/\n$/, "").split("\n")), parts: parts.length };
}

function isSignedBy(entries: Uint8Array, text: string): boolean {
  const bytes = Buffer.from(text);
  const table = new BlockTable(entries);
  let offset = 0;
  for (let index = 0; index < table.count; index += 1) {
    const block = bytes.subarray(offset, offset + table.length(index));
    if (!table.isBlock(index, block)) return false;
    if (Buffer.compare(table.head(index), block.subarray(0, table.head(index).length)) !== 0) return false;
    offset += block.length;
  }
  return offset === bytes.length;
}

/** Those that did not stand in the file before. */
function newLines(before: string, after: string): string[] {
  const known = new Set(before.split("\n")).add("");
  return after.split("\n").filter((line) => !known.has(line));
}

test("whatever is done to a file, what is in no changed part are whole lines that stood there before, and its blocks are signed as they are", () => {
  let found = 0;
  let apart = 0;
  fc.assert(
    fc.property(aText, fc.array(anEdit, { maxLength: 4 }), blockLengths, (before, edits, blockLength) => {
      const after = edited(before, edits);
      const bytes = Buffer.from(after);
      const limits = { blockLength, partLimit: 1 << 20 };
      const { blocks, lines, parts } = find(
        bytesFile(bytes),
        bytes.length,
        signedAs(before, blockLength),
        limits,
      );
      // Lines that are longer than a block are not followed, and neither is one that the last block may be in.
      if (blocks === undefined) {
        const isLong = `${before}\n${after}`.split("\n").some((line) => line.length >= blockLength);
        expect(isLong || !before.endsWith("\n")).toBe(true);
        return;
      }
      found += 1;
      if (parts > 1) apart += 1;
      const seen = new Set(lines);
      for (const line of newLines(before, after)) expect(seen).toContain(line);
      const present = new Set(after.split("\n"));
      for (const line of lines) expect(present).toContain(line);
      expect(isSignedBy(blocks, after)).toBe(true);
      if (before === after) expect(parts).toBe(0);
    }),
    { numRuns: 20_000 },
  );
  expect(found).toBeGreaterThan(10_000);
  expect(apart).toBeGreaterThan(100);
}, 60_000);

test("of a long file only what has changed is told, however much is moved by it", () => {
  const blockLength = 64;
  const before = Array.from({ length: 2000 }, (_, number) => `line ${number * 7919} of many\n`);
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          at: fc.nat(1999),
          text: fc.constantFrom("", "short\n", "another line that is longer\n", "x\ny\nz\n"),
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      (edits) => {
        const lines = [...before];
        for (const { at, text } of edits) lines[at] = text;
        const after = lines.join("");
        const bytes = Buffer.from(after);
        const limits = { blockLength, partLimit: 1 << 20 };
        const found = find(bytesFile(bytes), bytes.length, signedAs(before.join(""), blockLength), limits);
        const seen = new Set(found.lines);
        for (const line of newLines(before.join(""), after)) expect(seen).toContain(line);
        expect(found.blocks !== undefined && isSignedBy(found.blocks, after)).toBe(true);
        expect(found.lines.length).toBeLessThan(edits.length * 40);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

test("a part that is longer than the limit is not told, and neither is anything of a file that ends early", () => {
  const before = "aaaa\n".repeat(20);
  const signed = signedAs(before, 8);
  const bytes = Buffer.from(`b${before.slice(1, -2)}b\n`.replaceAll("a", "c"));
  const limits = { blockLength: 8, partLimit: 50 };
  expect(find(bytesFile(bytes), bytes.length, signed, limits).blocks).toBeUndefined();
  const same = Buffer.from(before);
  expect(find(bytesFile(same), same.length + 1, signed, limits).blocks).toBeUndefined();
});

test("what is signed of a file that somebody writes meanwhile has no line that nobody looked at", () => {
  let signedMeanwhile = 0;
  fc.assert(
    fc.property(
      aText,
      fc.array(anEdit, { maxLength: 2 }),
      fc.record({ at: fc.nat(), letter: fc.constantFrom("c", "\n") }),
      fc.constantFrom(2, 3, 4, 8),
      fc.nat(30),
      (before, edits, { at, letter }, blockLength, changesAt) => {
        const after = edited(before, edits);
        const changed = at % (after.length + 1);
        const later = (after.slice(0, changed) + letter + after.slice(changed + 1)).slice(0, after.length);
        let calls = 0;
        const file: Pick<OpenFile, "readInto"> = {
          readInto: (offset, bytes) =>
            bytesFile(Buffer.from(++calls > changesAt ? later : after)).readInto(offset, bytes),
        };
        const limits = { blockLength, partLimit: 1 << 20 };
        const { blocks, lines } = find(file, after.length, signedAs(before, blockLength), limits);
        if (blocks === undefined) return;
        for (const content of [after, later]) {
          if (!isSignedBy(blocks, content)) continue;
          signedMeanwhile += 1;
          const seen = new Set(lines);
          for (const line of newLines(before, content)) expect(seen).toContain(line);
        }
      },
    ),
    { numRuns: 10_000 },
  );
  expect(signedMeanwhile).toBeGreaterThan(1000);
}, 60_000);
