import { parentChild } from "./dependency";
import { hash53 } from "./hash";
import { claimKeys, workKeys } from "./issue";
import { parseRecord, purgedStamp, readDependencyType, readTarget, readText, readTime } from "./issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { formatMembers, type Member, readMembers } from "./json-members";
import { filterIn, someIn } from "./list";
import { onDemand } from "./on-demand";
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

export const workItem = "w";
export const claimItem = "c";
export const parentItem = "q";

/** One letter for every field that a line can hold and users can change; other keys are written out behind a dot. */
export const fieldCodes = onDemand(
  (): ReadonlyMap<string, string> =>
    new Map([
      ["title", "t"],
      ["description", "d"],
      ["design", "g"],
      ["acceptance_criteria", "a"],
      ["notes", "n"],
      ["priority", "p"],
      ["issue_type", "y"],
      ["owner", "o"],
      ["estimated_minutes", "e"],
      ["due_at", "u"],
      ["due_date", "u"],
      ["external_ref", "x"],
      ["pinned", "i"],
      ["ephemeral", "h"],
      ["wisp", "h"],
      ["metadata", "m"],
    ]),
);

/** Items that every issue has, be it with an empty value. */
export const standingItems = onDemand(
  (): ReadonlySet<string> => new Set(fieldCodes().values()).add(workItem).add(claimItem).add(parentItem),
);

/** Keys that are no field: parts of other items, or not merged at all. */
const itemlessKeys = onDemand(
  (): ReadonlySet<string> =>
    new Set([
      "id",
      "updated_at",
      "labels",
      "dependencies",
      "comments",
      "_type",
      "_stamp",
      ...workKeys,
      ...claimKeys,
    ]),
);

export function fieldItem(key: string): string {
  return fieldCodes().get(key) ?? `.${escapeName(key)}`;
}

export function labelItem(label: string): string {
  return `l:${escapeName(label)}`;
}

export function edgeItem(type: string, dependsOnId: string): string {
  return `b:${escapeName(type)}:${escapeName(dependsOnId)}`;
}

/** The id alone would not do: other tools count comments from one in every clone. */
export function commentItem(id: string, createdAt: string): string {
  return `k:${escapeName(id)}:${instantMs(createdAt).toString(36)}`;
}

/**
 * The stamps of a line. Without a `_stamp` that can be believed, every item has the time of `updated_at`. In a line that was
 * edited since they were written, any item may be the edited one, so each counts as written just after its stamp: then it wins
 * over what the editor saw, and over nothing else.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function readStamps(line: string): Stamps {
  return stampsOf(readMembers(line), parseRecord(line));
}

/** The same for a line that was split and parsed already. */
export function stampsOf(members: readonly Member[], record: JsonObject): Stamps {
  const { createdMs, updatedMs } = timesOf(record);
  const plain = { base: updatedMs, reopens: 0, items: new Map(), isPurged: false, isIntact: true };
  const text = record._stamp;
  if (typeof text !== "string") return plain;
  if (text === purgedStamp) return { ...plain, isPurged: true };
  const parsed = parseStampText(text, createdMs);
  if (parsed === undefined) return plain;
  const rest = formatMembers(filterIn(members, (member) => member.key !== "_stamp"));
  if (hash53(rest).toString(36) === parsed.checksum) return { ...parsed, isIntact: true };
  const items = new Map([...parsed.items].map(([item, timeMs]): [string, number] => [item, after(timeMs)]));
  return { ...parsed, base: after(parsed.base), items, isIntact: false };
}

/** Whether the `_stamp` of a line is one that we could have written. One that is not counts as none. */
export function isStampBelievable(record: JsonObject): boolean {
  const text = record._stamp;
  if (text === undefined || text === purgedStamp) return true;
  return typeof text === "string" && parseStampText(text, timesOf(record).createdMs) !== undefined;
}

/** The latest time that a line's stamps hold, ms. */
export function latestStamp(stamps: Stamps): number {
  let latest = stamps.base;
  for (const timeMs of stamps.items.values()) latest = Math.max(latest, timeMs);
  return latest;
}

/**
 * The line of a new issue, signed: all its items have the time of its birth, which needs no words, but a tool that edits the line
 * and keeps the key gives away what it began with.
 */
export function signNewLine(line: string): string {
  const signed = `${line.slice(0, -1)},"_stamp":"#${hash53(line).toString(36)}"}`;
  // A text that is looked at becomes one piece; else it would hold the line it was made of, too, as long as it lives.
  signed.charCodeAt(0);
  return signed;
}

/**
 * The text of `_stamp`, undefined when the line says as much without it. Equal stamps over equal lines give equal text,
 * whichever way they came about.
 * @param rest the line without `_stamp`; `record` is the same, parsed
 */
export function formatStamps(stamps: Stamps, record: JsonObject, rest: string): string | undefined {
  const { createdMs, updatedMs } = timesOf(record);
  const standing = standingItems();
  const own = ownItemsOf(record);
  const { items } = stamps;
  const isPresent = (item: string): boolean => standing.has(item) || own.has(item);
  let others = standing.size + own.size;
  for (const item of items.keys()) if (isPresent(item)) others--;
  const base = mostCommon(stamps, others);
  const named = filterIn([...items], ([item, timeMs]) => timeMs !== base || !isPresent(item));
  if (base !== stamps.base)
    for (const item of [...standing, ...own]) if (!items.has(item)) named.push([item, stamps.base]);
  if (named.length === 0 && base === updatedMs && stamps.reopens === 0 && !stamps.isPurged) return undefined;
  const tokens: string[] = [];
  if (stamps.isPurged) tokens.push(purgedStamp);
  if (base !== createdMs) tokens.push(`@${base.toString(36)}`);
  if (stamps.reopens > 0) tokens.push(`^${stamps.reopens.toString(36)}`);
  named.sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [item, timeMs] of named) {
    tokens.push(timeMs === base ? item : `${item}=${(timeMs - base).toString(36)}`);
  }
  tokens.push(`#${hash53(rest).toString(36)}`);
  return tokens.join(" ");
}

/**
 * The stamp of a change that is made now, ms: later than everything that its author has seen, whatever the clock says. A clock after 2100 says nothing: its
 * time would count for no stamp at all, and the change would lose to everything.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function nextStamp(line: string, nowMs: number): number {
  const record = parseRecord(line);
  const stamps = stampsOf(readMembers(line), record);
  const latest = Math.max(timesOf(record).updatedMs, latestStamp(stamps));
  return Math.max(nowMs <= latestTimeMs ? Math.floor(nowMs) : 0, after(latest));
}

/** The next stamp, ms. After the last one that counts there is none: a later one would be taken for no stamp at all, and lose to everything. */
export function after(timeMs: number): number {
  return Math.min(timeMs + 1, latestTimeMs);
}

/** A missing time comes from the other, else it is the epoch, as in the view. */
function timesOf(record: JsonObject): { createdMs: number; updatedMs: number } {
  const createdAt = readTime(record.created_at, "created_at");
  const updatedAt = readTime(record.updated_at, "updated_at");
  return { createdMs: instantMs(createdAt ?? updatedAt), updatedMs: instantMs(updatedAt ?? createdAt) };
}

function parseStampText(
  text: string,
  createdMs: number,
): (Omit<Stamps, "isIntact"> & { checksum: string }) | undefined {
  const tokens = text.split(" ");
  const checksum = tokens.pop();
  if (checksum === undefined || !checksum.startsWith("#")) return undefined;
  const isPurged = tokens[0] === purgedStamp;
  if (isPurged) tokens.shift();
  const base = tokens[0]?.startsWith("@") ? readBase36(tokens.shift()?.slice(1)) : createdMs;
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

/** The items that a line shows, without those that every issue has. */
function ownItemsOf(record: JsonObject): Set<string> {
  const items = new Set<string>();
  const [itemless, codes] = [itemlessKeys(), fieldCodes()];
  for (const key of Object.keys(record)) if (!itemless.has(key) && !codes.has(key)) items.add(fieldItem(key));
  for (const label of listOf(record.labels)) {
    const text = readText(label, "labels");
    if (text !== undefined) items.add(labelItem(text));
  }
  for (const edge of listOf(record.dependencies)) {
    const target = isJsonObject(edge) ? readTarget(edge) : undefined;
    if (!isJsonObject(edge) || target === undefined) continue;
    const type = readDependencyType(edge);
    if (type !== parentChild) items.add(edgeItem(type, target));
  }
  for (const comment of listOf(record.comments)) {
    if (!isJsonObject(comment)) continue;
    items.add(
      commentItem(readText(comment.id, "id") ?? "", readTime(comment.created_at, "created_at") ?? ""),
    );
  }
  return items;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** So many others have the base. Of equally common ones the earliest, so that the choice depends on nothing but the times. */
function mostCommon({ base, items }: Stamps, others: number): number {
  const counts = new Map<number, number>();
  if (others > 0) counts.set(base, others);
  for (const timeMs of items.values()) counts.set(timeMs, (counts.get(timeMs) ?? 0) + 1);
  let best = 0;
  let bestCount = 0;
  for (const [timeMs, count] of counts) {
    if (count > bestCount || (count === bestCount && timeMs < best)) {
      best = timeMs;
      bestCount = count;
    }
  }
  return best;
}

/** Names may hold anything; what separates tokens and their parts is written as %XX. */
function escapeName(name: string): string {
  if (!someIn(separators, (separator) => name.includes(separator))) return name;
  return name.replace(/[% =:#@^!]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

const separators = ["%", " ", "=", ":", "#", "@", "^", "!"];
