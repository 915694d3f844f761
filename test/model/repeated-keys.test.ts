import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { refuseRepeatedKeys } from "../../model/repeated-keys";

const refuse = (text: string) => () => refuseRepeatedKeys(text);

describe("a key that stands twice", () => {
  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{ "a": 1, "a": 2 }',
    '{"a":{"b":[1,{"c":1,"c":2}]}}',
    '[{"a":1},{"b":1,"b":2}]',
    '{"__proto__":1,"__proto__":2}',
    '{"a":1,"\\u0061":2}',
  ])("is refused in %s", (text) => {
    expect(refuse(text)).toThrow("stands twice in one object");
  });

  test.each(['{"a":1,"b":{"a":1}}', '{"2":1,"1":2}', '{"a":1E2,"b":"\\u0061"}', '{ "a" : [ ] }', "[]", "1"])(
    "is not seen in %s",
    (text) => {
      expect(refuse(text)).not.toThrow();
    },
  );

  test("is seen in any text that is put together from members", () => {
    const keys = fc.array(fc.constantFrom("a", "b", "c", "__proto__", "1"), { maxLength: 4 });
    fc.assert(
      fc.property(keys, fc.boolean(), (names, isSpaced) => {
        const text = `{${names.map((name) => `${JSON.stringify(name)}:0`).join(isSpaced ? " , " : ",")}}`;
        if (new Set(names).size < names.length) expect(refuse(text)).toThrow("stands twice");
        else expect(refuse(text)).not.toThrow();
      }),
    );
  });

  test("nests no deeper than lines may, written in whatever way", () => {
    const deep = (levels: number, space: string) => `${`[${space}`.repeat(levels)}${"]".repeat(levels)}`;
    for (const space of ["", " "]) {
      expect(refuse(deep(64, space))).not.toThrow();
      expect(refuse(deep(65, space))).toThrow("nests deeper");
      // The engine reads what it cannot write.
      expect(refuse(deep(300_000, space))).toThrow("nests deeper");
    }
  });
});
