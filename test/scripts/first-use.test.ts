import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cheapAtFirstUse, plainMath } from "../../scripts/first-use";

describe("what a unit has in place of Math", () => {
  const numbers = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(0.5, -0.5, 1.5, -1.5, 2 ** 31),
  );

  test("gives the same of one number, but for the sign of zero", () => {
    fc.assert(
      fc.property(numbers, (value) => {
        for (const name of ["floor", "ceil", "round", "abs", "clz32"] as const)
          expect(plainMath[name](value) + 0).toBe(Math[name](value) + 0);
      }),
    );
  });

  test("gives the same of several numbers, but for the sign of zero", () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 4 }), (values) => {
        for (const name of ["max", "min"] as const)
          expect(plainMath[name](...values) + 0).toBe(Math[name](...values) + 0);
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), (one, other) => {
        expect(plainMath.imul(one, other | 0)).toBe(Math.imul(one, other));
      }),
    );
  });

  test("is refused where it is not known here", () => {
    expect(() => cheapAtFirstUse("const root = Math.cbrt(2);")).toThrow("Math.cbrt");
  });
});

describe("a unit", () => {
  const source = `class Counter {
  #count = 0;
  #step;
  start;
  constructor(start, step) {
    this.start = start;
    this.#step = step;
  }
  get #next() {
    return Math.max(this.#count, 0) + this.#step;
  }
  #advance() {
    this.#count = this.#next;
  }
  count(other) {
    this.#advance();
    return "# step " + (this.start + this.#count + (other?.#count ?? 0));
  }
}
const first = new Counter(10, 3);
`;

  test("does without private names and declared fields what it does with them", () => {
    const run = (text: string): unknown =>
      new Function(
        `${text}; return [first.count(), first.count(new Counter(0, 1)), performance.now() > 0];`,
      )();
    const cheap = cheapAtFirstUse(`${source}\nconst now = performance.now();\n`);
    expect(run(cheap)).toEqual(run(source));
    expect(cheap).not.toMatch(/\.#|^ {2}#|^ {2}start;/m);
  });

  test("is refused where a private name is written in a way that is not known", () => {
    expect(() => cheapAtFirstUse("class A {\n  #mark;\n  is(other) { return #mark in other; }\n}\n")).toThrow(
      "#mark",
    );
  });
});
