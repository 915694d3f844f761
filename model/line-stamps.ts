import { hash53 } from "./hash";
import { parseRecord, purgedStamp, readTime } from "./issue-json";
import type { JsonObject, JsonValue } from "./json";
import { formatMembers, readMembers } from "./json-members";
import { filterIn } from "./list";
import { instantMs, latestTimeMs } from "./time";

/**
 * When each item of an issue was last written. An item is a field, `work`, `claim`, `parent`, a label, an edge or a comment;
 * its name is the one that `_stamp` writes. An item that is named but does not stand in the line was removed at that time.
 */
export interface Stamps {
  /** ms; the stamp of every item that `items` does not name. */
  readonly base: number;
  /** First part of the stamp of `work`, before the rank that follows from the status. */
  readonly reopens: number;
  /** Item to ms. */
  readonly items: ReadonlyMap<string, number>;
  /** The text was removed for good; beats every other state. */
  readonly isPurged: boolean;
  /** False when the rest of the line was edited by a tool that does not know stamps. */
  readonly isIntact: boolean;
  /** What `_stamp` says the line was when the stamps were written; undefined without stamps that can be believed. */
  readonly checksum?: string;
}

/**
 * The stamps of a line. Without a `_stamp` that can be believed, every item has the time of `updated_at`. In a line that was
 * edited since they were written, any item may be the edited one, so each counts as written just after its stamp: then it wins
 * over what the editor saw, and over nothing else.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function readStamps(line: string): Stamps {
  return stampsOf(line, parseRecord(line));
}

/** The same for a line that was parsed already. */
export function stampsOf(line: string, record: JsonObject): Stamps {
  const text = record._stamp;
  const isPurged = text === purgedStamp;
  const parsed = typeof text === "string" && !isPurged ? parseStampText(text, record) : undefined;
  if (parsed === undefined)
    return { base: updatedMsOf(record), reopens: 0, items: new Map(), isPurged, isIntact: true };
  if (isSigned(line, text, parsed.checksum)) return { ...parsed, isIntact: true };
  const items = new Map<string, number>();
  for (const [item, timeMs] of parsed.items) items.set(item, after(timeMs));
  return { ...parsed, base: after(parsed.base), items, isIntact: false };
}

/** Whether the rest of the line is what it was when the stamps were written. */
function isSigned(line: string, stamp: JsonValue | undefined, checksum: string): boolean {
  // As bz writes it the stamp stands at the end of a compact line, which then need not be taken apart.
  const end = `,"_stamp":${JSON.stringify(stamp)}}`;
  if (line.endsWith(end) && hashText(`${line.slice(0, -end.length)}}`) === checksum) return true;
  return hashText(formatMembers(filterIn(readMembers(line), ({ key }) => key !== "_stamp"))) === checksum;
}

export function hashText(text: string): string {
  return hash53(text).toString(36);
}

/** The next stamp, ms. After the last one that counts there is none: a later one would be taken for no stamp at all, and lose to everything. */
export function after(timeMs: number): number {
  return Math.min(timeMs + 1, latestTimeMs);
}

/** When the line says that the issue was changed. A missing time comes from the other one, else it is the epoch, as in the view. */
export function updatedMsOf(record: JsonObject): number {
  return timeIn(record, "updated_at", "created_at");
}

export function createdMsOf(record: JsonObject): number {
  return timeIn(record, "created_at", "updated_at");
}

function timeIn(record: JsonObject, key: string, other: string): number {
  return instantMs(readTime(record[key], key) ?? readTime(record[other], other));
}

/** Undefined for a text that bz could not have written. */
export function parseStampText(
  text: string,
  record: JsonObject,
): (Omit<Stamps, "isIntact"> & { checksum: string }) | undefined {
  const tokens = text.split(" ");
  const checksum = tokens.pop();
  if (checksum === undefined || !checksum.startsWith("#")) return undefined;
  const isPurged = tokens[0] === purgedStamp;
  if (isPurged) tokens.shift();
  const base = tokens[0]?.startsWith("@") ? readBase36(tokens.shift()?.slice(1)) : createdMsOf(record);
  const reopens = tokens[0]?.startsWith("^") ? readBase36(tokens.shift()?.slice(1)) : 0;
  if (!isBelievable(base) || reopens === undefined) return undefined;
  const items = new Map<string, number>();
  for (const token of tokens) {
    // No item begins so; written first, it would be read as something else the next time.
    if (/^[!@^#]/.test(token)) return undefined;
    const split = token.indexOf("=");
    const delta = split === -1 ? 0 : readBase36(token.slice(split + 1));
    if (delta === undefined || !isBelievable(base + delta)) return undefined;
    items.set(split === -1 ? token : token.slice(0, split), base + delta);
  }
  return { base, reopens, items, isPurged, checksum: checksum.slice(1) };
}

function readBase36(text: string | undefined): number | undefined {
  return text !== undefined && /^-?[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : undefined;
}

function isBelievable(timeMs: number | undefined): timeMs is number {
  return timeMs !== undefined && timeMs >= 0 && timeMs <= latestTimeMs;
}
