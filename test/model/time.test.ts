import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseDate, parseDuration, parseEstimate } from "../../model/date-input";
import { BzError } from "../../model/errors";
import { formatTime, instantMs, parseTimeMs } from "../../model/time";
import { day } from "./samples";

test("a written time reads as the same moment", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), (timeMs) => {
      expect(parseTimeMs(formatTime(timeMs))).toBe(timeMs);
    }),
  );
});

test("fractions up to nine digits, offsets and small letters are read", () => {
  expect(parseTimeMs("2026-01-02T03:04:05.678999999Z")).toBe(day);
  expect(parseTimeMs("2026-01-02t05:04:05.678+02:00")).toBe(day);
  expect(parseTimeMs("2026-01-01T21:34:05.678-05:30")).toBe(day);
  expect(parseTimeMs("2026-01-02 03:04:05Z")).toBe(day - 678);
});

test.each([
  "2026-02-31T00:00:00Z",
  "2025-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:60:00Z",
  "2026-01-01T00:00:00",
  "2026-01-01",
  "2026-01-01T00:00:00.1234567890Z",
  "",
])("%p is no time", (text) => {
  expect(parseTimeMs(text)).toBeUndefined();
  expect(instantMs(text)).toBe(0);
});

test("a time after 2100 counts as the epoch", () => {
  expect(instantMs("2100-12-31T23:59:59.999Z")).toBeGreaterThan(0);
  expect(instantMs("2101-01-01T00:00:00Z")).toBe(0);
});

test.each([
  ["2026-03-31", "2026-03-31T00:00:00.000Z"],
  ["2026-03-31T09:00:00+01:00", "2026-03-31T08:00:00.000Z"],
  ["+6h", "2026-01-02T09:04:05.678Z"],
  ["+2d", "2026-01-04T03:04:05.678Z"],
  ["+3w", "2026-01-23T03:04:05.678Z"],
  ["+1m", "2026-02-02T03:04:05.678Z"],
  ["-7d", "2025-12-26T03:04:05.678Z"],
  ["-1m", "2025-12-02T03:04:05.678Z"],
  ["yesterday", "2026-01-01T00:00:00.000Z"],
  ["today", "2026-01-02T00:00:00.000Z"],
  ["Tomorrow", "2026-01-03T00:00:00.000Z"],
  ["friday", "2026-01-09T00:00:00.000Z"],
  ["sat", "2026-01-03T00:00:00.000Z"],
])("the date %p means %p", (text, time) => {
  expect(parseDate(text, day)).toBe(time);
});

test("a month after the 31st ends where the month ends", () => {
  expect(parseDate("+1m", Date.UTC(2026, 0, 31, 12))).toBe("2026-02-28T12:00:00.000Z");
  expect(parseDate("-1m", Date.UTC(2026, 2, 31, 12))).toBe("2026-02-28T12:00:00.000Z");
});

test.each(["", "soon", "2026-02-31", "2101-01-01", "+d", "+2y", "2d", "--2d", "fr"])(
  "%p is no date",
  (text) => {
    expect(() => parseDate(text, day)).toThrow(BzError);
  },
);

test("estimates are minutes, or hours and minutes", () => {
  expect(["90", "45m", "2h", "1h30m", "1h30"].map(parseEstimate)).toEqual([90, 45, 120, 90, 90]);
  for (const text of ["", "h", "1.5h", "-1", "30m1h", "a"])
    expect(() => parseEstimate(text)).toThrow(BzError);
});

test("spans of time are numbers with a unit, and m is minutes", () => {
  expect(["90s", "10m", "2h", "1d", "1w", "1h30m", " 5M "].map(parseDuration)).toEqual([
    90_000, 600_000, 7_200_000, 86_400_000, 604_800_000, 5_400_000, 300_000,
  ]);
  for (const text of ["", "10", "m", "1.5h", "-5m", "10 m", "10y", "soon"])
    expect(() => parseDuration(text)).toThrow(BzError);
});
