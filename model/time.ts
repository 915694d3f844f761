/** The last moment that counts as a time, ms: whatever claims to be later would win every merge for ever. */
export const latestTimeMs: number = Date.UTC(2100, 11, 31, 23, 59, 59, 999);

const timePattern =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const usualLength = "2026-01-01T00:00:00.000Z".length;
/** As other tools write whole seconds. */
const wholeLength = "2026-01-01T00:00:00Z".length;

/** RFC 3339, UTC, with milliseconds. */
export function formatTime(timeMs: number): string {
  if (timeMs !== last.timeMs) last = { timeMs, text: new Date(timeMs).toISOString() };
  return last.text;
}

/** Many lines in a row have the same. */
let last = { timeMs: Number.NaN, text: "" };

/**
 * The ms of an RFC 3339 time with up to nine digits of a second, rounded down. Undefined for anything else, days that no
 * calendar has among it.
 */
export function parseTimeMs(text: string): number | undefined {
  // Nearly all are written so. The engine takes a tenth of the time of what follows, but takes 31 February for 3 March, too.
  const spelled = text.length === wholeLength && text.endsWith("Z") ? `${text.slice(0, -1)}.000Z` : text;
  if (spelled.length === usualLength) {
    const timeMs = Date.parse(spelled);
    if (!Number.isNaN(timeMs) && formatTime(timeMs) === spelled) return timeMs;
  }
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = "",
    sign,
    offsetHour = "0",
    offsetMinute = "0",
  ] = match;
  const dayMs = calendarDayMs(Number(year), Number(month), Number(day));
  if (dayMs === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
    return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offsetMinutes = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1);
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  return dayMs + minutes * 60_000 + Number(second) * 1_000 + milliseconds;
}

/** The ms of a time that is written as `formatTime` does, on a day that every month has: then nothing but its text says so. Undefined for all others, which `parseTimeMs` may know. */
export function usualTimeMs(text: string): number | undefined {
  usualTime ??= /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
  return usualTime.test(text) ? Date.parse(text) : undefined;
}

let usualTime: RegExp | undefined;

/** The ms by which stored times are compared: what cannot be read, and what claims to be after 2100, counts as the epoch. */
export function instantMs(text: string | undefined): number {
  const timeMs = text === undefined ? undefined : parseTimeMs(text);
  return timeMs === undefined || timeMs > latestTimeMs || timeMs < 0 ? 0 : timeMs;
}

/** Midnight UTC of `2026-03-31`, undefined for anything else. */
export function parseDayMs(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match === null ? undefined : calendarDayMs(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The ms of a time as other tools write it into an issue: a whole time, or a plain day, which begins at midnight UTC. */
export function timeOrDayMs(text: string): number | undefined {
  return parseTimeMs(text) ?? parseDayMs(text);
}

/** Midnight UTC of a day, undefined when the calendar has no such day. `month` counts from 1. */
function calendarDayMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}
