import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findInexactNumber } from "../../model/json-number";

describe("the first number that a reader would change", () => {
  test("is one of too many digits, or too large or small for a double", () => {
    for (const number of [
      "12345678901234567890",
      "9007199254740993",
      "-9007199254740993",
      "0.1000000000000000055511151231257827",
      "1e400",
      "1e-400",
      "1.00000000000000001",
    ])
      expect(findInexactNumber(`{"a":1,"n":[${number},2]}`)).toBe(number);
  });

  test("is none where only the spelling changes", () => {
    for (const number of ["0", "-0", "1.0", "0.10", "1e3", "1E+3", "100", "0.1", "9007199254740992", "1e300"])
      expect(findInexactNumber(`[${number}]`)).toBeUndefined();
  });

  test("is not looked for in texts", () => {
    for (const text of ['"12345678901234567890"', '{"12345678901234567890":"\\"9007199254740993"}', '"\\\\"'])
      expect(findInexactNumber(text)).toBeUndefined();
  });

  test("is none in what a reader wrote", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(findInexactNumber(JSON.stringify(value))).toBeUndefined();
      }),
    );
  });
});
