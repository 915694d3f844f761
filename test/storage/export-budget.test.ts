import { expect, test } from "bun:test";
import { type ExportAllowance, fullAllowance, mayExport, spend } from "../../storage/export-budget";

const start = 1_764_000_000_000;

/** How many of so many writes in a row export, each of which takes so long and costs so much. */
function exportsOf(writes: number, gapMs: number, costMs: number, from = fullAllowance): number {
  let allowance: ExportAllowance = { ...from, atMs: start, sequence: 0 };
  let count = 0;
  for (let sequence = 1; sequence <= writes; sequence += 1) {
    const nowMs = start + sequence * gapMs;
    if (!mayExport(allowance, nowMs, sequence)) continue;
    allowance = spend(allowance, nowMs, sequence, costMs);
    count += 1;
  }
  return count;
}

test("who writes every second or two exports every time, in a tracker of 10,000 issues too", () => {
  expect(exportsOf(1000, 1000, 5)).toBe(1000);
  expect(exportsOf(1000, 2000, 35)).toBe(1000);
});

test("a script of eighty writes exports every time", () => {
  expect(exportsOf(80, 10, 5)).toBe(80);
});

test("a stream of writes uses its allowance up, and from then on exports every five seconds", () => {
  expect(exportsOf(500, 10, 5)).toBe(80);
  expect(exportsOf(10_000, 10, 5) - exportsOf(5000, 10, 5)).toBe(10);
});

test("exports take no more than a fiftieth of the time, whatever one costs", () => {
  for (const costMs of [1, 5, 40, 300, 1000])
    for (const gapMs of [10, 40, 200, 1000]) {
      const hourMs = 3_600_000;
      const spentMs = exportsOf(hourMs / gapMs, gapMs, costMs) * costMs;
      expect([costMs, gapMs, spentMs < 0.02 * hourMs + fullAllowance.leftMs + costMs]).toEqual([
        costMs,
        gapMs,
        true,
      ]);
    }
});

test("after a quiet minute there is an export, whatever the last one took", () => {
  const owing = spend(fullAllowance, start, 1, 1_000_000);
  expect(mayExport(owing, start + 59_000, 2)).toBe(false);
  expect(mayExport(owing, start + 61_000, 2)).toBe(true);
});

test("quiet saves up no more than the allowance of a script", () => {
  const rested = spend(fullAllowance, start, 1, 0);
  expect(spend(rested, start + 1_000_000, 2, 0).leftMs).toBe(fullAllowance.leftMs);
});

test("a clock that was set back starts anew", () => {
  const owing = spend(fullAllowance, start, 1, 1_000_000);
  expect(mayExport(owing, start - 1, 2)).toBe(true);
  expect(spend(owing, start - 1, 2, 10).leftMs).toBe(fullAllowance.leftMs - 10);
});
