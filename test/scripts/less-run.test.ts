import { expect, test } from "bun:test";
import fc from "fast-check";
import { withLessRun } from "../../scripts/less-run";
import { withMarks } from "../../scripts/seldom-run";
import { withUniqueNames } from "../../scripts/unique-names";
import { outcomeOf, programOf } from "./written-program";

const programs = fc.array(fc.nat(9999), { minLength: 100, maxLength: 1000 }).map(programOf);

test("whatever a program is made of, it answers, throws and says on the way what it did, usual or not", () => {
  fc.assert(
    fc.property(programs, fc.subarray([0, 1, 5]), (program, usual) => {
      const body = withUniqueNames(program);
      expect(outcomeOf(withLessRun(body, runOf(body, usual)))).toEqual(outcomeOf(program));
    }),
    { numRuns: 100 },
  );
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
