import { describe, expect, test } from "bun:test";
import { withCallsInlined } from "../../scripts/inlined-calls";
import { withUniqueNames } from "../../scripts/unique-names";

/** What a body of a unit returns when `run` is given a value, and whether a function is left in it. */
function changed(body: string): { isThere: (name: string) => boolean; run: (value?: unknown) => unknown } {
  const text = withCallsInlined(withUniqueNames(body));
  return {
    isThere: (name) => new RegExp(`\\b${name.replace("$", "\\$")}\\(`).test(text),
    run: new Function(`${text}\nreturn { run };`)().run,
  };
}

describe("a function that is called in one place stands there", () => {
  const callee = `
function inner(value, usual = value + 1) {
  if (value === 0) return "none";
  for (const each of [1, 2]) if (each === value) return "found " + usual;
  return;
}`;

  for (const [place, outer] of [
    ["what is returned", "return inner(given);"],
    ["a variable", "const found = inner(given); return found;"],
    ["an assignment", "let found; found = inner(given); return found;"],
    ["a test", "if (inner(given) === undefined) return undefined; else return inner2(given);"],
    ["one of two", "return given < 3 ? inner(given) : undefined;"],
    [
      "what comes where nothing is",
      "const found = given > 2 ? undefined : null; return found ?? inner(given);",
    ],
    ["a branch without brackets", "if (given < 3) return inner(given); return undefined;"],
    ["a loop", "let last; for (const each of [given]) last = inner(each); return last;"],
    ["a list", "return [limit, inner(given)][1];"],
    ["an object", "return { a: limit, b: inner(given) }.b;"],
    ["an arrow", "const arrow = (one) => inner(one); return [given].map(arrow)[0];"],
    ["a switch", "switch (given) { case 7: return undefined; default: return inner(given); }"],
    ["what is there at last", "try { return inner(given); } finally { limit += 1; }"],
  ] as const)
    test(`in ${place}`, () => {
      const others =
        'let limit = 1;\nfunction inner2(value) { return value === 0 ? "none" : "found " + (value + 1); }';
      const { isThere, run } = changed(`${others}\n${callee}\nfunction run(given) { ${outer} }`);
      expect(isThere("inner")).toBe(false);
      expect([0, 1, 2, 9].map(run)).toEqual(["none", "found 2", "found 3", undefined]);
    });

  test("with those that it calls itself, and what they are given evaluated in order", () => {
    const { isThere, run } = changed(`
var told = [];
function tell(value) { told.push(value); return value; }
function first({ left, right }, more) { return second(tell(more), left) + right; }
function second(one, other) { tell("second"); return one * other; }
function run() { const sum = tell(1) + first({ right: tell(2), left: tell(3) }, tell(4)); return [sum, ...told]; }`);
    expect([isThere("first"), isThere("second")]).toEqual([false, false]);
    expect(run()).toEqual([15, 1, 2, 3, 4, 4, "second"]);
  });

  test("as an expression where it is one, and is given what is the same anywhere", () => {
    const text = withCallsInlined(`
function isLong(text, limit) { return text.length > limit; }
function run(given) { while (isLong(given, 3)) return "long"; return "short"; }`);
    expect(text).toContain("while ((given.length > (3)))");
  });

  test("also a method that its class alone knows of, for the same object", () => {
    const { isThere, run } = changed(`
class Box {
  constructor(value) { this.value = value; }
  read() { return [1].map((each) => this.$sum(each))[0]; }
  $sum(one) { const { value } = this; return value + one; }
}
function run(value) { return new Box(value).read(); }`);
    expect(isThere("$sum")).toBe(false);
    expect(run(4)).toBe(5);
  });
});

describe("a function stays", () => {
  const callee =
    "function inner(one) {\n  tell();\n  return one;\n}\nfunction tell() {\n  told += 1;\n}\nlet told = 0;";

  for (const [why, body] of [
    ["where it is called twice", "function run() { return inner(1) + inner(2); }"],
    ["where it is handed on", "function run() { return [1].map(inner); }"],
    ["where its name is set", "inner = inner; function run() { return inner(1); }"],
    ["behind what may be set meanwhile", "function run() { return { a: 1 }.toString(told, inner(1)); }"],
    ["behind a list that is taken apart", "function run() { return [...[told], inner(1)]; }"],
    ["in a test that is repeated", "function run() { while (inner(0)) told += 2; return told; }"],
    ["as what is given otherwise", "function run(one = inner(1)) { return one; }"],
    ["where it is given a list", "function run() { return inner(...[1]); }"],
    ["behind what may not be there", "function run() { return globalThis.nothing?.a[inner(1)]; }"],
  ] as const)
    test(why, () => {
      const { isThere, run } = changed(`${callee}\n${body}`);
      expect(isThere("function inner")).toBe(true);
      const before = new Function(`${callee}\n${body}\nreturn run;`)() as () => unknown;
      expect(run()).toEqual(before());
    });

  for (const [what, text] of [
    ["that asks what it is called for", "function inner() { return this; }"],
    ["that takes whatever it is given", "function inner(...all) { tell(); return all; }"],
    ["that looks at all it is given", "function inner() { return arguments.length; }"],
    ["that goes on later", "function* inner() { yield 1; }"],
    ["that waits", "async function inner() { await 1; }"],
  ] as const)
    test(`when it is one ${what}`, () => {
      const text2 = withCallsInlined(`function tell() {}\n${text}\nfunction run() { return inner(1); }`);
      expect(text2).toContain("inner(1)");
    });

  test("when it is a method that is called for another object, or in a class within", () => {
    const text = `
class Box {
  same(other) { return other.$sum(1); }
  $sum(one) { return one; }
}
class Outer {
  made() { return class { value = this.$own(); }; }
  $own() { return 1; }
}`;
    expect(withCallsInlined(text)).toBe(text);
  });
});
