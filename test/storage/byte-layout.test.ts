import { expect, test } from "bun:test";
import fc from "fast-check";
import { float64At } from "../../storage/byte-layout";

test("a number is read from two words as the processor has it", () => {
  const read = (value: number): number => float64At(new Uint32Array(new Float64Array([7, value]).buffer), 2);
  for (const value of [
    0,
    -0,
    1,
    -1.5,
    5e-324,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    Infinity,
    -Infinity,
  ])
    expect(read(value)).toBe(value);
  expect(read(Number.NaN)).toBeNaN();
  fc.assert(
    fc.property(fc.double(), (value) => expect(read(value)).toBe(value)),
    { numRuns: 2000 },
  );
});
