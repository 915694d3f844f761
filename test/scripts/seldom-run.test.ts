import { describe, expect, test } from "bun:test";
import { withListsMadeWhenUsed, withMarks, withSeldomRunApart } from "../../scripts/seldom-run";

/** As the bundler writes the body of a unit. */
const unit = `
var told = [];
function often(word) {
  told.push("often");
  return word === "again" ? new Again(often("once")).text() : seldom(word) + kept;
}
function seldom(word) {
  told.push("seldom");
  return shout(word, { seldom });
}
var shout = (word, given) => word.toUpperCase() + typeof given.seldom + marks().join("");
class Base {
  constructor(word) {
    this.word = word;
  }
}
class Again extends Base {
  text() {
    return "again " + this.word;
  }
}
var kept = "!";
var marks = onDemand(() => ["?"]);
function onDemand(make) {
  told.push("made");
  return make;
}
function shadowed(seldom) {
  return seldom;
}
return { often, told, shadowed };
`;

interface Unit {
  readonly often: (word: string) => string;
  readonly told: string[];
  readonly shadowed: (value: number) => number;
}

function evaluated(body: string): Unit {
  return new Function(body)() as Unit;
}

/** With names that stand for one thing each. */
const plain = unit.replace(
  "function shadowed(seldom) {\n  return seldom;",
  "function shadowed(value) {\n  return value;",
);
const run = new Set(["often", "onDemand"]);

describe("what is seldom run", () => {
  test("is made when it is asked for, and does what it did", () => {
    const body = withSeldomRunApart(plain, run);
    const [before, after] = [evaluated(plain), evaluated(body)];
    for (const word of ["a", "again"]) expect(after.often(word)).toBe(before.often(word));
    expect(after.often("a")).toBe("Afunction?!");
  });

  test("stands behind everything else, in one function", () => {
    const [front = "", apart = ""] = withSeldomRunApart(plain, run).split("function $seldom()");
    for (const text of ["function seldom(", "class Again", "class Base", "var shout", "var marks"]) {
      expect(front).not.toContain(text);
      expect(apart).toContain(text);
    }
    for (const text of ["function often(", "var told", "var kept", "return { often"]) {
      expect(front).toContain(text);
      expect(apart).not.toContain(text);
    }
  });

  test("is asked for through a function that declares no other one", () => {
    const [, asking = ""] = withSeldomRunApart(plain, run).split("function $seldom()");
    const [before, making] = asking.split("function $makeSeldom()");
    expect(before).not.toContain("function");
    expect(making).toContain("function seldom(");
  });

  test("is evaluated once, and not before", () => {
    const { often, told } = evaluated(withSeldomRunApart(plain, run));
    expect(told).toEqual([]);
    often("a");
    often("a");
    expect(told).toEqual(["often", "made", "seldom", "often", "seldom"]);
  });

  test("stays where its name stands for something else as well, is set, or is handed on", () => {
    for (const source of [
      unit,
      plain.replace("return { often,", "seldom = seldom;\nreturn { often,"),
      plain.replace('told.push("often");', "told.push(seldom);"),
      plain.replace("var kept =", "const { length } = seldom;\nvar kept ="),
    ]) {
      const [front = ""] = withSeldomRunApart(source, run).split("function $seldom()");
      expect(front).toContain("function seldom(");
      expect(evaluated(withSeldomRunApart(source, run)).often("again")).toBe("again ONCEfunction?!");
    }
  });

  test("is apart from what is run by whoever waits, and each is made without the other", () => {
    const waiting = new Set(["seldom", "shout"]);
    const body = withSeldomRunApart(plain, run, waiting);
    const [front = "", making = ""] = body.split("function $makeWaiting()");
    for (const text of ["function seldom(", "var shout"]) {
      expect(front).not.toContain(text);
      expect(making).toContain(text);
    }
    for (const text of ["class Again", "class Base"]) {
      expect(front.split("function $makeSeldom()")[1]).toContain(text);
      expect(making).not.toContain(text);
    }
    const [before, after] = [evaluated(plain), evaluated(body)];
    for (const word of ["again", "a"]) expect(after.often(word)).toBe(before.often(word));
  });

  test("is nothing where nobody knows what is run, or all of it is", () => {
    expect(withSeldomRunApart(plain, undefined)).toBe(plain);
    const all = ["often", "seldom", "shout", "Base", "Again", "marks", "onDemand", "shadowed"];
    expect(withSeldomRunApart(plain, new Set(all))).toBe(plain);
  });
});

describe("marks", () => {
  test("tell whatever is run by its name at the top, and which calls and branches of it are", () => {
    const names = new Set<string>();
    const body = withMarks(plain, (name) => `$run(${JSON.stringify(name)})`);
    const { often } = new Function("$run", body)((name: string) => names.add(name)) as Unit;
    expect([...names]).toEqual(["onDemand@0", "onDemand", "onDemand/0"]);
    often("once");
    expect(names).not.toContain("often/1");
    often("again");
    const run = ["Again", "Base", "marks", "often", "onDemand", "seldom", "shout"];
    const calls = ["often@0", "onDemand@0", "seldom@0"];
    const branches = ["Again/0", "Base/0", "marks/0", "often/0", "often/1", "often/2"];
    expect([...names].sort()).toEqual(
      [...run, ...calls, ...branches, "onDemand/0", "seldom/0", "shout/0"].sort(),
    );
  });
});

describe("a list of constants", () => {
  const lists = `
var once = ["a", 1, ["b"]];
var often = new Set(["c", "d"]);
var pairs = new Map([["e", 1]]);
var empty = [];
var now = ["f"];
var length = now.length;
var mixed = ["g", length];
return {
  ask: () => [once, often.has("c"), often.has("x"), pairs.get("e"), pairs.size, empty, mixed],
  same: () => { const again = () => often; return again() === often; },
};
`;

  test("is made when it is used, once, and is what it was", () => {
    const body = withListsMadeWhenUsed(lists);
    expect(body).toContain("var once;");
    expect(body).toContain("var often;");
    expect(body).toContain("var pairs;");
    for (const left of ["var empty = [];", 'var now = ["f"];', 'var mixed = ["g", length];'])
      expect(body).toContain(left);
    const { ask, same } = new Function(body)() as { ask: () => unknown[]; same: () => boolean };
    expect(ask()).toEqual((new Function(lists)() as { ask: () => unknown[] }).ask());
    expect(ask()[0]).toBe(ask()[0]);
    expect(same()).toBe(true);
  });

  test("stays where its name stands for something else as well", () => {
    const shadowed = lists.replace("const again = () => often", "const again = (once) => often");
    expect(withListsMadeWhenUsed(shadowed)).toContain('var once = ["a", 1, ["b"]];');
  });
});
