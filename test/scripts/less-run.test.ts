import { expect, test } from "bun:test";
import fc from "fast-check";
import { withLessRun } from "../../scripts/less-run";
import { withSeldomInFile } from "../../scripts/seldom-file";
import { withMarks } from "../../scripts/seldom-run";
import { withUniqueNames } from "../../scripts/unique-names";
import { outcomeOf, programOf } from "./written-program";

const programs = fc.array(fc.nat(9999), { minLength: 100, maxLength: 1000 }).map(programOf);

test("whatever a program is made of, it answers, throws and says on the way what it did, usual or not", () => {
  fc.assert(
    fc.property(programs, fc.subarray([0, 1, 5]), (program, usual) => {
      const body = withUniqueNames(program);
      const waiting = new Set([...runOf(body, [0, 1, 5])].filter((_, index) => index % 2 === 0));
      expect(outcomeOf(withLessRun(body, runOf(body, usual), waiting))).toEqual(outcomeOf(program));
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("and does so as well with what is seldom run in a file", () => {
  let asked = 0;
  Object.assign(globalThis, { ask: () => (asked += 1) });
  fc.assert(
    fc.property(programs, (program) => {
      const body = withUniqueNames(program);
      // Some of it is run all the same, or nobody would ask for what is in the file.
      const run = new Set([...runOf(body, [0, 1, 5])].filter((_, at) => at % 3 !== 0));
      const { body: often, seldom } = withSeldomInFile(withLessRun(body, run), "./seldom.js");
      const whole = `const require = () => { globalThis.ask(); const module = {}; ${seldom}; return module.exports; };\n${often}`;
      expect(outcomeOf(whole)).toEqual(outcomeOf(program));
    }),
    { numRuns: 50 },
  );
  expect(asked).toBeGreaterThan(0);
}, 60_000);

test("where nobody knows what is run, a program stays as it is", () => {
  const body = withUniqueNames(programOf([1, 4, 5, 0, 2]));
  expect(withLessRun(body, undefined)).toBe(body);
});

/** What a program runs of itself where it is given some values. */
function runOf(body: string, values: readonly number[]): Set<string> {
  const run = new Set<string>();
  Object.assign(globalThis, { runs: (name: string) => run.add(name) });
  outcomeOf(
    withMarks(body, (name) => `globalThis.runs(${JSON.stringify(name)})`),
    values,
  );
  return run;
}
