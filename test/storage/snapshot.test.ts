import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import { compareIds } from "../../model/issue-id";
import { openSnapshot } from "../../storage/snapshot";
import { leafCapacity } from "../../storage/snapshot-format";
import { verifySnapshot } from "../../storage/snapshot-verification";
import type { SnapshotLine } from "../../storage/snapshot-writer";
import { line } from "../helpers/story";
import {
  emptyDirectory,
  openedSnapshot,
  snapshotLine,
  snapshotOrigin,
  writtenSnapshot,
} from "../helpers/written-snapshot";
import { flipBit } from "./segment-samples";

const timeoutMs = 30_000;
const records = [
  { type: "memory", key: "café", value: 'two\nlines, \u2028 and "quotes"', at: 1_764_000_000_123, by: "ann" },
  { type: "query", key: "mine", value: "", at: 0, by: "" },
];

describe("a snapshot", () => {
  test.each([0, 1, 2, 127, 128, 129, 256, 257, 1000])("of %d issues is read as it was written", (count) => {
    const ids = Array.from({ length: count }, (_, index) => `bd-${index.toString(36).padStart(4, "0")}`);
    const { snapshot } = writtenSnapshot(
      ids.map((id, index) => lineOf(id, `Issue ${index}`, index)),
      records,
    );
    expect(snapshot.header).toMatchObject({ ...snapshotOrigin, count });
    expect(snapshot.records()).toEqual(records);
    expect(snapshot.fence.count).toBe(Math.ceil(count / leafCapacity));
    expect([...snapshot.ids()]).toEqual(ids);
    for (const [index, id] of ids.entries()) {
      expect(snapshot.line(id)).toBe(line(id, `Issue ${index}`));
      expect(snapshot.version(id)).toBe(index);
      expect(snapshot.has(id)).toBe(true);
    }
  });

  test("does not know what is before, between and behind its ids", () => {
    const ids = Array.from({ length: 300 }, (_, index) => `bd-${String(2 * index + 1).padStart(4, "0")}`);
    const { snapshot } = writtenSnapshot(ids.map((id) => lineOf(id, id, 1)));
    for (let number = 0; number <= 600; number += 2) {
      const id = `bd-${String(number).padStart(4, "0")}`;
      expect([snapshot.has(id), snapshot.line(id), snapshot.version(id)]).toEqual([false, undefined, 0]);
    }
    for (const id of ["", "a", "bd-", "bd-0001 ", "zz", "bd-0001\0"]) expect(snapshot.has(id)).toBe(false);
  });

  test(
    "finds every issue by its id, whatever the characters, and keeps its bytes",
    () => {
      const anyText = fc.string({ unit: "grapheme", maxLength: 12 });
      const anyIssues = fc.uniqueArray(
        fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), anyText, fc.nat()),
        { selector: ([id]) => id, maxLength: 200 },
      );
      fc.assert(
        fc.property(anyIssues, (issues) => {
          const sorted = issues.toSorted(([left], [right]) => compareIds(left, right));
          const { snapshot } = writtenSnapshot(
            sorted.map(([id, title, version]) => lineOf(id, JSON.stringify(title), version)),
          );
          expect([...snapshot.ids()]).toEqual(sorted.map(([id]) => id));
          for (const [id, title, version] of sorted) {
            expect(snapshot.line(id)).toBe(line(id, JSON.stringify(title)));
            expect(snapshot.version(id)).toBe(version);
          }
        }),
        { numRuns: 60 },
      );
    },
    timeoutMs,
  );

  test("reads one issue with its leaf and its line, whatever the size", () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `bd-${String(index).padStart(4, "0")}`);
    const { snapshot, process } = writtenSnapshot(ids.map((id) => lineOf(id, id, 1)));
    const before = process.calls.length;
    snapshot.line("bd-0500");
    expect(process.calls.slice(before).map(({ name }) => name)).toEqual(["read", "read"]);
    snapshot.line("bd-0501");
    expect(process.calls.slice(before).map(({ name }) => name)).toEqual(["read", "read", "read"]);
  });

  test("read ahead gives the lines that it would give one by one, a megabyte at a time, also to who leaves some out or goes back", () => {
    const ids = Array.from({ length: 300 }, (_, index) => `bd-${String(index).padStart(4, "0")}`);
    const titleOf = (at: number): string => "x".repeat(at === 150 ? 3_000_000 : at * 100);
    const { snapshot, process } = writtenSnapshot(ids.map((id, at) => lineOf(id, titleOf(at), 1)));
    const everyThird = ids.keys().filter((at) => at % 3 === 0);
    const inOrder = [...ids.keys()];
    for (const visited of [inOrder, [...everyThird], inOrder.toReversed(), [...inOrder, ...inOrder]]) {
      snapshot.readAhead();
      for (const at of visited) {
        const id = ids[at] ?? "";
        expect(snapshot.line(id) === line(id, titleOf(at))).toBe(true);
      }
    }
    snapshot.readAhead();
    const before = process.calls.length;
    for (const id of ids) snapshot.line(id);
    // 7.5 MB in all, 3 of them in one line.
    expect(process.calls.length - before).toBeLessThan(12);
  });

  test("that was published is absent until it was", () => {
    const { store } = emptyDirectory();
    expect(openSnapshot(store)).toBeUndefined();
  });
});

describe("damage to a snapshot", () => {
  const lines = [lineOf("bd-1", "One", 1), lineOf("bd-2", "Two", 2), lineOf("bd-3", "Three", 3)];
  const { bytes } = writtenSnapshot(lines, records);

  test(
    "is noticed for every bit",
    () => {
      const silent: number[] = [];
      for (let bit = 0; bit < bytes.length * 8; bit += 1)
        if (!isRefused(flipBit(bytes, bit))) silent.push(bytes[bit >> 3] ?? 0);
      expect(silent).toEqual([]);
    },
    timeoutMs,
  );

  test("is noticed wherever the file is cut", () => {
    for (let length = 0; length < bytes.length; length += 1)
      expect(isRefused(bytes.subarray(0, length))).toBe(true);
  });

  test("is noticed when anything follows the end", () => {
    expect(isRefused(new Uint8Array([...bytes, 0]))).toBe(true);
    expect(isRefused(new Uint8Array([...bytes, ...bytes]))).toBe(true);
  });

  test("in one line is named when that line is asked for, and others are still read", () => {
    const snapshot = openedSnapshot(flipBit(bytes, (128 + 20) * 8));
    expect(() => snapshot.line("bd-1")).toThrow(BzError);
    expect(() => snapshot.line("bd-1")).toThrow(/the line of bd-1 at offset 128 does not match its checksum/);
    expect(snapshot.line("bd-2")).toBe(line("bd-2", "Two"));
  });

  test("a snapshot of a later format is not damage, and refused", () => {
    const newer = bytes.slice();
    newer[8] = 2;
    new DataView(newer.buffer).setBigUint64(120, Bun.hash.xxHash64(newer.subarray(0, 120), 0n), true);
    expect(() => openedSnapshot(newer)).toThrow(/written by a newer bz/);
  });
});

function lineOf(id: string, title: string, version: number): SnapshotLine {
  return snapshotLine(id, line(id, title), version);
}

/** Whether reading all of it fails with the error that names the file. */
function isRefused(bytes: Uint8Array): boolean {
  try {
    const snapshot = openedSnapshot(bytes);
    verifySnapshot(snapshot);
    return false;
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return true;
    throw error;
  }
}
