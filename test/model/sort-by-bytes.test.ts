import { expect, test } from "bun:test";
import fc from "fast-check";
import { sortByBytes } from "../../model/sort-by-bytes";

test("texts are sorted by their UTF-8 bytes, be there surrogates or not", () => {
  const anyTexts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "é", "\uffee", "😀", "\ue000") }));
  fc.assert(
    fc.property(anyTexts, (texts) => {
      const sorted = texts.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(sortByBytes([...texts])).toEqual(sorted);
    }),
  );
});
