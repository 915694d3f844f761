import { expect, test } from "bun:test";
import { assert, nat, property, uint8Array } from "fast-check";
import { indexOfBytes } from "../../native/byte-search";

test("bytes are found where Buffer finds them, from wherever the search begins", () => {
  const few = { min: 0, max: 2 };
  assert(
    property(
      uint8Array({ ...few, maxLength: 40 }),
      uint8Array({ ...few, minLength: 1, maxLength: 3 }),
      nat(45),
      (bytes, needle, from) => {
        const expected = from > bytes.length ? -1 : Buffer.from(bytes).indexOf(needle, from);
        expect(indexOfBytes(bytes, needle, from)).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test("a part of larger memory is searched, and nothing behind its end", () => {
  const memory = new TextEncoder().encode("..needle..needle");
  expect(indexOfBytes(memory.subarray(4), new TextEncoder().encode("needle"))).toBe(6);
  expect(indexOfBytes(memory.subarray(4, 15), new TextEncoder().encode("needle"))).toBe(-1);
});
