import { expect, test } from "bun:test";
import fc from "fast-check";
import { withLessRun } from "../../scripts/less-run";
import { withMarks } from "../../scripts/seldom-run";
import { withUniqueNames } from "../../scripts/unique-names";
import { outcomeOf, programOf } from "./written-program";

const programs = fc.array(fc.nat(9999), { minLength: 100, maxLength: 1000 }).map(programOf);

test("whatever a program is made of, it answers, throws and says on the way what it did", () => {
  fc.assert(
    fc.property(programs, (program) => {
      const body = withUniqueNames(program);
      const waiting = new Set(namesIn(body).filter((_, index) => index % 2 === 0));
      expect(outcomeOf(withLessRun(body, runOf(body), waiting))).toEqual(outcomeOf(program));
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("where nobody knows what is run, a program stays as it is", () => {
  const body = withUniqueNames(programOf([1, 4, 5, 0, 2]));
  expect(withLessRun(body, undefined)).toBe(body);
});

function namesIn(body: string): string[] {
  return Array.from(
    body.matchAll(/^(?:async )?(?:function|class|const|let|var) (\w+)/gm),
    ([, name = ""]) => name,
  );
}

function runOf(body: string): Set<string> {
  const run = new Set<string>();
  Object.assign(globalThis, { runs: (name: string) => run.add(name) });
  outcomeOf(withMarks(body, (name) => `globalThis.runs(${JSON.stringify(name)})`));
  return run;
}
