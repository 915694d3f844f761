import { expect, test } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import { isJsonObject } from "../../model/json";
import { formatMembers, rawOf, readElements, readMembers } from "../../model/json-members";
import { anyJson, anyKey, rawTexts } from "./samples";

const entries = fc.array(fc.tuple(anyKey, anyJson), { maxLength: 6 });

test("members put together again are the object they came from", () => {
  fc.assert(
    fc.property(entries, fc.constantFrom(undefined, 1, "\t"), (pairs, indent) => {
      const object = Object.fromEntries(pairs);
      const members = readMembers(JSON.stringify(object, null, indent).replaceAll("\n", " "));
      expect(members.map((member) => member.key)).toEqual(Object.keys(object));
      expect(JSON.parse(formatMembers(members))).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );
});

test("compact text survives to the byte", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyKey, fc.constantFrom(...rawTexts))), (pairs) => {
      const text = formatMembers(pairs.map(([key, raw]) => ({ key, raw })));
      expect(formatMembers(readMembers(text))).toBe(text);
    }),
  );
});

test("elements keep their raw text", () => {
  expect(readElements(` [ 1.0 , "a,]\\"" ,{"x":[1,2]},null ] `)).toEqual([
    "1.0",
    '"a,]\\""',
    '{"x":[1,2]}',
    "null",
  ]);
  expect(readElements("[ ]")).toEqual([]);
});

test("of a repeated key every member is there and the last one counts", () => {
  const members = readMembers('{"a":1,"b":2,"a":3}');
  expect(members.length).toBe(3);
  expect(rawOf(members, "a")).toBe("3");
});

test("64 levels are read and 65 are refused", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  expect(readMembers(nested(64)).length).toBe(1);
  expect(() => readMembers(nested(65))).toThrow(BzError);
});

test("what is no object is refused, whatever it is", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        anyJson.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        try {
          readMembers(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BzError);
          return;
        }
        expect(text.trimStart().startsWith("{")).toBe(true);
      },
    ),
  );
  expect(isJsonObject([])).toBe(false);
});
