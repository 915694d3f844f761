import { describe, expect, test } from "bun:test";
import { withSeldomInFile } from "../../scripts/seldom-file";
import { withSeldomRunApart } from "../../scripts/seldom-run";

/** As the bundler writes the body of a unit. */
const unit = `
function often(word) {
  calls += 1;
  return word === "" ? seldom(word) : word + kept;
}
function seldom(word) {
  calls += 10;
  last = { word, kept, calls };
  return new Whole(plainly(word)).text() + often("!") + typeof missing;
}
class Part {
  constructor(word) {
    this.word = word;
  }
}
class Whole extends Part {
  text() {
    return "whole" + this.word + receiver();
  }
}
var calls = 0;
var last;
const kept = ".";
var plainly = (word) => word.trim();
var receiver = function () {
  return typeof this;
};
return { often, last: () => last, calls: () => calls, plainly, receiver, Part };
`;

interface Unit {
  readonly often: (word: string) => string;
  readonly last: () => unknown;
  readonly calls: () => number;
}

function evaluated(body: string, require?: (name: string) => unknown): Unit {
  return new Function("require", `"use strict"; ${body}`)(require) as Unit;
}

/** As CommonJS has it. */
function required(text: string): unknown {
  const module = { exports: undefined as unknown };
  new Function("module", `"use strict"; ${text}`)(module);
  return module.exports;
}

const apart = withSeldomRunApart(unit, new Set(["often", "Part", "plainly", "receiver"]));

describe("what is seldom run, in a file", () => {
  test("does what it did, and sets what it set", () => {
    const { body, seldom = "" } = withSeldomInFile(apart, "./unit-seldom.js");
    const asked: string[] = [];
    const before = evaluated(unit);
    const after = evaluated(body, (name) => {
      asked.push(name);
      return required(seldom);
    });
    for (const word of ["a", "", "b", ""]) {
      expect(after.often(word)).toBe(before.often(word));
      expect(after.last()).toEqual(before.last());
      expect(after.calls()).toBe(before.calls());
    }
    expect(after.calls()).toBe(26);
    expect(asked).toEqual(["./unit-seldom.js"]);
  });

  test("is not in the body any more, and nothing is asked for before it is needed", () => {
    const { body, seldom = "" } = withSeldomInFile(apart, "./unit-seldom.js");
    expect(body).not.toContain("class Whole");
    expect(seldom).toContain("class Whole");
    expect(evaluated(body).often("a")).toBe("a.");
  });

  test("may be nothing", () => {
    expect(withSeldomInFile(unit, "./unit-seldom.js")).toEqual({ body: unit, seldom: undefined });
  });

  test("may give none of its names to what stands outside", () => {
    const body = withSeldomRunApart(
      unit.replace("plainly(word)", "((kept) => kept)(word)"),
      new Set(["often"]),
    );
    expect(() => withSeldomInFile(body, "./unit-seldom.js")).toThrow("kept stands for two things");
  });
});
