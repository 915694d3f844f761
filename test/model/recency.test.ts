import { expect, test } from "bun:test";
import fc from "fast-check";
import { changeLine, changeLineInTurn } from "../../model/change-line";
import { emptySource } from "../../model/issue-source";
import { readStamps } from "../../model/line-stamps";
import type { ChangeIssue } from "../../model/operation";
import { nextStamp, recencyIn, recencyOf } from "../../model/recency";
import { State } from "../../model/state";
import { latestTimeMs } from "../../model/time";
import { anyChange, anyLine } from "./line-samples";
import { day, plainLine } from "./samples";

test("the recency of an issue with changes that are not in its line yet is what the changed line tells", () => {
  const times = fc.constantFrom(undefined, "next" as const, "next" as const, latestTimeMs, latestTimeMs + 1);
  const anySteps = fc.array(fc.tuple(anyChange, times), { maxLength: 5 });
  fc.assert(
    fc.property(anyLine, anySteps, (line, steps) => {
      const state = new State({ ...emptySource, has: () => true, line: () => line });
      const changes: ChangeIssue[] = [];
      let changed = line;
      for (const [given, time] of steps) {
        const at = time === "next" ? nextStamp(recencyOf(changed), 0) : (time ?? given.at);
        const change = { ...given, at };
        changes.push(change);
        changed = changeLineInTurn(line, changes);
        state.apply(change, 1);
      }
      const recency = recencyIn(state, "i");
      expect(recency).toEqual(recencyOf(changed));
      expect(recency.reopens).toBe(readStamps(changed).reopens);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("the next stamp is after everything that the line tells of, and after nothing that a clock says behind 2100", () => {
  const line = changeLine(plainLine("a"), { op: "change", id: "a", at: day + 1_000, set: { notes: "n" } });
  expect(nextStamp(recencyOf(line), day - 1_000_000)).toBe(day + 1_001);
  expect(nextStamp(recencyOf(line), day + 9_000)).toBe(day + 9_000);
  expect(nextStamp(recencyOf(line), latestTimeMs + 1)).toBe(day + 1_001);
});
