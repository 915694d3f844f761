import { expect, test } from "bun:test";
import { blankScreen, plainStyle, type Screen } from "../../output/style";
import { fullTimeText, relativeTime, timeText } from "../../output/time-text";

const nowMs = Date.UTC(2026, 0, 15, 12);
const terminal: Screen = { isTerminal: true, width: 80, style: plainStyle };

test("how long ago a time was is said in its greatest whole unit, and how far ahead it is", () => {
  const minute = 60_000;
  for (const [ms, text] of [
    [0, "just now"],
    [59_999, "just now"],
    [minute, "1 minute ago"],
    [119 * minute, "1 hour ago"],
    [47 * 60 * minute, "1 day ago"],
    [3 * 1440 * minute, "3 days ago"],
    [29 * 1440 * minute, "29 days ago"],
    [61 * 1440 * minute, "2 months ago"],
    [364 * 1440 * minute, "12 months ago"],
    [800 * 1440 * minute, "2 years ago"],
    [-2 * 60 * minute, "in 2 hours"],
    [-1000, "just now"],
  ] as const)
    expect([ms, relativeTime(nowMs - ms, nowMs)]).toEqual([ms, text]);
});

test("a terminal shows how long ago a time was, a pipe what is stored", () => {
  const time = "2026-01-12T12:00:00.5+00:00";
  expect(timeText(time, nowMs, terminal)).toBe("2 days ago");
  expect(fullTimeText(time, nowMs, terminal)).toBe("2026-01-12 12:00 UTC (2 days ago)");
  expect([timeText(time, nowMs, blankScreen), fullTimeText(time, nowMs, blankScreen)]).toEqual([time, time]);
});

test("what is no time is shown as it stands, and safely", () => {
  expect(timeText("soon\u001b[2J", nowMs, terminal)).toBe("soon\\x1b[2J");
});
