import { BzError } from "./errors";
import { formatTime, instantMs, latestTimeMs, parseDayMs, parseTimeMs } from "./time";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const dayMs = 86_400_000;
const longestEstimateMinutes = 10_000_000;

/**
 * A date as users write it: RFC 3339, `YYYY-MM-DD`, `+6h`, `+2d`, `+3w`, `+1m` (months), `-7d` and the like, `yesterday`,
 * `today`, `tomorrow`, or a weekday, which is the next one after today. Days are UTC days and start at midnight.
 * @returns RFC 3339 with milliseconds
 * @throws BzError INVALID
 */
export function parseDate(text: string, nowMs: number): string {
  const word = text.trim().toLowerCase();
  const timeMs =
    parseTimeMs(text.trim()) ?? parseDayMs(word) ?? relativeMs(word, nowMs) ?? namedDayMs(word, nowMs);
  if (timeMs === undefined || !(timeMs >= 0 && timeMs <= latestTimeMs)) {
    throw new BzError("INVALID", `"${text}" is not a date`, {
      hint: "write 2026-03-31, 2026-03-31T09:00:00Z, +6h, +2d, +3w, +1m, -7d, yesterday, today, tomorrow or a weekday",
    });
  }
  return formatTime(timeMs);
}

/**
 * The first and the last ms of what a date says: of a day, `2026-03-31` or `today`, all of it; else the same moment twice.
 * @throws BzError INVALID
 */
export function parseMoments(text: string, nowMs: number): readonly [number, number] {
  const firstMs = instantMs(parseDate(text, nowMs));
  const isDay = /^(?:\d{4}-\d\d-\d\d|[a-z]+)$/i.test(text.trim());
  return [firstMs, isDay ? firstMs + dayMs - 1 : firstMs];
}

/**
 * A date, as `parseDate` reads it, until which something waits.
 * @param flag what the user calls it
 * @throws BzError INVALID, for one that has passed, too: nothing would wait
 */
export function parseFutureDate(flag: string, text: string, nowMs: number): string {
  const until = parseDate(text, nowMs);
  if (instantMs(until) > nowMs) return until;
  throw new BzError("INVALID", `${flag} ${text} is ${until}, which has passed`, {
    hint: "name a later time, as in +2d or tomorrow",
  });
}

/**
 * Minutes: `90`, `45m`, `2h`, `1h30m`.
 * @throws BzError INVALID
 */
export function parseEstimate(text: string): number {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,8})m?)?$/.exec(text.trim().toLowerCase());
  const minutes = Number(match?.[1] ?? 0) * 60 + Number(match?.[2] ?? 0);
  if (match === null || text.trim() === "" || minutes > longestEstimateMinutes) {
    throw new BzError("INVALID", `"${text}" is not an estimate`, {
      hint: "write minutes (90) or hours and minutes (1h30m)",
    });
  }
  return minutes;
}

/**
 * A span of time in ms: `90s`, `10m` (minutes), `2h`, `1d`, `1w`, and several together: `1h30m`.
 * @throws BzError INVALID
 */
export function parseDuration(text: string): number {
  const word = text.trim().toLowerCase();
  let durationMs = 0;
  for (const [, amount, unit = ""] of word.matchAll(/(\d{1,9})([smhdw])/g))
    durationMs += Number(amount) * (unitMs[unit] ?? 0);
  if (/^(?:\d{1,9}[smhdw])+$/.test(word)) return durationMs;
  throw new BzError("INVALID", `"${text}" is not a span of time`, {
    hint: "write 90s, 10m (minutes), 2h, 1d, or 1h30m",
  });
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

function relativeMs(word: string, nowMs: number): number | undefined {
  const match = /^([+-]\d{1,5})([hdwm])$/.exec(word);
  if (match === null) return undefined;
  const amount = Number(match[1]);
  if (match[2] === "h") return nowMs + amount * 3_600_000;
  if (match[2] === "d") return nowMs + amount * dayMs;
  if (match[2] === "w") return nowMs + amount * 7 * dayMs;
  return monthsLaterMs(nowMs, amount);
}

/** A month after 31 January is the last day of February: a day that the month does not have becomes its last. */
function monthsLaterMs(nowMs: number, months: number): number {
  const date = new Date(nowMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(date);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, last.getUTCDate()));
  return date.getTime();
}

function namedDayMs(word: string, nowMs: number): number | undefined {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  if (word === "today") return today;
  if (word === "yesterday") return today - dayMs;
  if (word === "tomorrow") return today + dayMs;
  if (word.length < 3) return undefined;
  const weekday = weekdays.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (weekday === -1) return undefined;
  const ahead = (weekday - new Date(today).getUTCDay() + 7) % 7;
  return today + (ahead === 0 ? 7 : ahead) * dayMs;
}
