import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareIds } from "../../model/issue-id";
import { SortedEntries } from "../../storage/sorted-entries";

const anyId = fc.oneof(
  fc.stringMatching(/^bd-[ab]{0,4}(\.[ab]{1,2})?$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 4 }),
);

test("the last id that is not after another is found as by looking at each, wherever the bytes stand in memory", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyId, { maxLength: 40, size: "max" }),
      fc.array(anyId),
      fc.nat(7),
      (unsorted, others, shift) => {
        const ids = unsorted.toSorted(compareIds);
        const entries = entriesOf(ids, shift);
        for (const id of [...ids, ...others]) {
          const expected = ids.findLastIndex((each) => compareIds(each, id) <= 0);
          expect(entries.lastNotAfter(id)).toBe(expected);
        }
        expect(ids.map((_, index) => entries.idAt(index))).toEqual(ids);
        expect(entries.ids()).toEqual(ids);
      },
    ),
    { numRuns: 300 },
  );
});

/** Of eight bytes each. */
function entriesOf(ids: readonly string[], shift: number): SortedEntries {
  const encoded = ids.map((id) => new TextEncoder().encode(id));
  const heads = new Uint32Array(2 * ids.length);
  let end = 0;
  encoded.forEach(({ length }, index) => {
    end += length;
    heads[2 * index + 1] = end;
  });
  const content = Buffer.concat([new Uint8Array(heads.buffer), ...encoded]);
  const bytes = new Uint8Array(shift + content.length);
  bytes.set(content, shift);
  const entries = SortedEntries.of(bytes.subarray(shift), ids.length, 8);
  if (entries === undefined) throw new Error("the lengths add up");
  return entries;
}
