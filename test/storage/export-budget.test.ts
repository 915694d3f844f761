import { expect, test } from "bun:test";
import { addCost, isSpent } from "../../storage/export-budget";
import { noCost } from "../../storage/face-signature";

const minuteMs = 60_000;
/** The first moment of a minute of the epoch. */
const start = 29_450_000 * minuteMs;

test("1,200 ms in a minute are the budget; one more is too many", () => {
  const full = addCost(noCost, start, 1200);
  expect(isSpent(full, start)).toBe(false);
  expect(isSpent(addCost(full, start + 1, 0.5), start + 1)).toBe(true);
});

test("costs of one minute add up, whatever came before", () => {
  const costs = [100, 200, 300].reduce((cost, spentMs, at) => addCost(cost, start + at, spentMs), noCost);
  expect(costs).toEqual({ minute: start / minuteMs, spentMs: 600, previousMs: 0 });
});

test("of the minute before, the part that is less than sixty seconds ago counts", () => {
  const before = addCost(noCost, start, 2400);
  const next = start + minuteMs;
  expect(isSpent(before, next)).toBe(true);
  expect(isSpent(before, next + minuteMs / 2 - 1)).toBe(true);
  expect(isSpent(before, next + minuteMs / 2)).toBe(false);
  expect(addCost(before, next, 10)).toEqual({ minute: next / minuteMs, spentMs: 10, previousMs: 2400 });
});

test("what is two minutes ago is forgotten", () => {
  const before = addCost(noCost, start, 1_000_000);
  expect(isSpent(before, start + 2 * minuteMs)).toBe(false);
  expect(addCost(before, start + 2 * minuteMs, 10)).toEqual({
    minute: start / minuteMs + 2,
    spentMs: 10,
    previousMs: 0,
  });
});

test("a clock that was set back starts anew", () => {
  const future = addCost(noCost, start + 1000 * minuteMs, 1_000_000);
  expect(isSpent(future, start)).toBe(false);
  expect(addCost(future, start, 10)).toEqual({ minute: start / minuteMs, spentMs: 10, previousMs: 0 });
});
