import { describe, expect, test } from "bun:test";
import { withSeldomBranchesMarked } from "../../scripts/branch-marks";
import { withSeldomBranchesApart } from "../../scripts/seldom-branches";
import { withMarks } from "../../scripts/seldom-run";
import { withUniqueNames } from "../../scripts/unique-names";

interface Apart {
  /** Of the functions that stand in front, one for each piece that was moved. */
  readonly moved: string[];
  readonly rest: string;
  readonly run: (value: number) => unknown;
}

/** What becomes of a body in which `run` is usually given 0. */
function apart(written: string): Apart {
  const body = withUniqueNames(written);
  const names = new Set<string>();
  const recorded = withMarks(body, (name) => `$told(${JSON.stringify(name)})`);
  new Function("$told", `${recorded}\nreturn run;`)((name: string) => names.add(name))(0);
  const text = withSeldomBranchesApart(withSeldomBranchesMarked(body, names), names);
  const parts = text.split(/^(?=function \$branch\d+\()/m);
  const last = parts.pop() ?? "";
  const [end = ""] = /^function \$branch\d+\([\s\S]*?\n\}\n/.exec(last) ?? [];
  return {
    moved: [...parts, end].filter((each) => each !== ""),
    rest: last.slice(end.length),
    run: new Function(`${text}\nreturn run;`)(),
  };
}

function before(body: string): (value: number) => unknown {
  return new Function(`${body}\nreturn run;`)();
}

function answersOf(run: (value: number) => unknown): unknown[] {
  return [0, 1, 2, 3].map((value) => {
    try {
      return run(value);
    } catch (error) {
      return String(error);
    }
  });
}

const told =
  "var told = [];\nfunction tell(first, second, third) {\n  told.push(first, second, third);\n  return told.length;\n}\n";

describe("a branch that no usual call comes by is a function of its own", () => {
  for (const [what, text] of [
    ["that is called", "if (given > 1) {\n  tell(given, 1, 2);\n  tell(1, 2, given);\n}\nreturn told;"],
    [
      "whose result is returned",
      "if (given > 1) {\n  tell(given, 1, 2);\n  tell(3, 4, 5);\n  return told;\n}\nreturn 0;",
    ],
    ["that throws", 'if (given > 1) throw new Error("what " + given + tell(1, 2, 3));\nreturn 0;'],
    [
      "whose result a name is given",
      "let one = 4;\nif (given > 1) {\n  one += tell(given, one, 2);\n  tell(one, one, one);\n}\nreturn [one, told];",
    ],
    ["in a choice", "return given > 1 ? tell(given, given * 2, 7) + told.length : told;"],
    [
      "in what stands for what is not there",
      "return (given > 1 ? undefined : 3) ?? tell(given, told.length, told.length + 4);",
    ],
    [
      "behind what is usually returned",
      "if (given < 1) return told;\nconst one = tell(given, 1, 2);\nif (given > 2) return one;\ntell(one, 2, 3);",
    ],
    [
      "before it goes on",
      "for (const one of [1, 2]) {\n  if (given > one) {\n    tell(one, given, 3);\n    tell(one, 4, 5);\n    continue;\n  }\n  told.push(one);\n}\nreturn told;",
    ],
    [
      "in what is caught",
      "try {\n  if (given > 1) throw 1;\n} catch (error) {\n  tell(error, given, told.length);\n  tell(1, 2, 3);\n}\nreturn told;",
    ],
    [
      "with functions of its own",
      "if (given > 1) {\n  const twice = (one) => tell(one, given, 2);\n  twice(1);\n  twice(2);\n}\nreturn told;",
    ],
  ] as const)
    test(what, () => {
      const body = `${told}function run(given) {\n${text}\n}`;
      const { moved, rest, run } = apart(body);
      expect(moved).toHaveLength(1);
      expect(rest.length).toBeLessThan(body.length);
      expect(answersOf(run)).toEqual(answersOf(before(body)));
    });

  test("also of a method, for the same object", () => {
    const body = `${told}class Box {
  constructor(value) { this.value = value; }
  read() {
    if (this.value > 1) return [1, 2].map((one) => one + this.value + tell(1, 2, 3));
    return this.value;
  }
}
function run(given) { return new Box(given).read(); }`;
    const { moved, run } = apart(body);
    expect(moved).toHaveLength(1);
    expect(answersOf(run)).toEqual(answersOf(before(body)));
  });

  test("as far as it can be: what is declared or left there stays", () => {
    const body = `${told}function run(given) {
  let one = 1, other = 2;
  for (;;) {
    if (given > 1) {
      one = tell(given, one, told.length) + 1;
      other = tell(one, other, told.length) + 2;
      break;
    }
    return 0;
  }
  return [one, other, told];
}`;
    const { moved, rest, run } = apart(body);
    expect(moved.length).toBeGreaterThan(1);
    expect(rest).toContain("break;");
    expect(answersOf(run)).toEqual(answersOf(before(body)));
  });
});

describe("a branch stays", () => {
  for (const [why, text] of [
    ["where it is shorter than a call", "if (given > 1) {\n  return told;\n}\nreturn 0;"],
    ["when a usual call comes by", "if (given < 1) tell(given, tell(1, 2, 3), told.length);\nreturn told;"],
    [
      "when others set meanwhile what it reads",
      "let one = 1;\nconst more = () => (one += 1);\nif (given > 1) {\n  more();\n  told.push(one, one + 1, one + 2);\n}\nreturn told;",
    ],
    [
      "when it asks for all that its function is given",
      "if (given > 1) {\n  told.push(arguments.length, given, given);\n}\nreturn told;",
    ],
    [
      "when it returns now and then",
      "if (given > 1) {\n  if (given > 2) return [given, given + 1];\n}\nreturn 0;",
    ],
  ] as const)
    test(why, () => {
      const body = `${told}function run(given) {\n${text}\n}`;
      const { rest, run } = apart(body);
      const lines = text.split("\n").map((line) => line.trim());
      for (const line of lines) expect(rest).toContain(line);
      expect(answersOf(run)).toEqual(answersOf(before(body)));
    });
});
