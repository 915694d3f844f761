import { describe, expect, test } from "bun:test";
import { withMemberMarks, withSeldomMembersApart } from "../../scripts/seldom-members";

/** As the bundler writes the body of a unit. */
const unit = `
class Part {
  constructor(word) {
    this.word = word;
    this.field = 1;
  }
  get length() {
    return this.word.length;
  }
  often() {
    return this.word;
  }
  seldom(more) {
    return this.often() + (more ?? this.other("!"));
  }
  other(end) {
    return end + this.kind;
  }
  get kind() {
    return "part" + this.halves;
  }
  set kind(value) {
    this.halves = value;
  }
  named() {
    return "by a text";
  }
  taken() {
    return "out of an object";
  }
  maybe() {
    return "there";
  }
  above() {
    return "above";
  }
}
var Whole = class extends Part {
  above() {
    return "whole, " + super.above();
  }
  whole() {
    return this.seldom("?");
  }
};
function ask(word) {
  const part = new Whole(word);
  if (word === "usual") return part.often();
  if (word === "key") return part["named"]();
  if (word === "pattern") {
    const { taken } = part;
    return taken();
  }
  if (word === "optional") return [part.maybe?.(), part.nothing?.(), part?.whole()].join();
  if (word === "super") return part.above();
  part.kind = 2;
  const [left, right] = [new Part("l"), new Part("r")];
  return part.seldom() + part.whole().length + left.seldom() + right.kind + [Object.keys(part)];
}
return { ask };
`;

const classes = ["Part", "Whole"];
const words = ["usual", "key", "pattern", "optional", "super", "any"];

function evaluated(body: string): { ask(word: string): string } {
  return new Function(`"use strict"; ${body}`)();
}

function runOf(word: string): Set<string> {
  const run = new Set<string>();
  Object.assign(globalThis, { member: (name: string) => run.add(name) });
  evaluated(withMemberMarks(unit, (name) => `globalThis.member(${JSON.stringify(name)})`)).ask(word);
  return run;
}

describe("members that are seldom asked for", () => {
  test("are known by what is run, and by what is asked for", () => {
    expect([...runOf("usual")].sort()).toEqual([".often", "Part.often"]);
    expect(runOf("optional")).toContain(".maybe");
    expect(runOf("optional")).toContain("Whole.whole");
  });

  test.each(words)("are there for whoever asks for one, when what is usual is: %s", (usual) => {
    const body = withSeldomMembersApart(unit, runOf(usual), classes);
    for (const word of words) expect(evaluated(body).ask(word)).toBe(evaluated(unit).ask(word));
    const asked = evaluated(body);
    for (const word of words) expect(asked.ask(word)).toBe(evaluated(unit).ask(word));
  });

  test("are not in their classes, but for those that are named in another way, or that ask above", () => {
    const body = withSeldomMembersApart(unit, runOf("usual"), classes);
    const left = body.slice(0, body.indexOf("function ask"));
    const stays = (name: string): boolean => new RegExp(`^\\s+(?:[gs]et )?${name}\\(`, "m").test(left);
    for (const name of ["often", "named", "taken", "above"])
      expect({ name, stays: stays(name) }).toEqual({ name, stays: true });
    for (const name of ["seldom", "other", "kind", "maybe", "whole"])
      expect({ name, stays: stays(name) }).toEqual({ name, stays: false });
  });

  test("stay in a class of which an object is handed to something else", () => {
    const body = withSeldomMembersApart(unit, runOf("usual"), ["Whole"]);
    expect(body).toContain(unit.slice(0, unit.indexOf("var Whole")));
    expect(body.slice(0, body.indexOf("function ask"))).not.toContain("whole()");
  });

  test("are none where all are run, and the text stays as it is", () => {
    const run = new Set(words.flatMap((word) => [...runOf(word)]));
    expect(withSeldomMembersApart(unit, run, classes)).not.toContain("getOwnPropertyNames");
  });
});
