import { compareBytes } from "./compare";
import { withKeysOf } from "./foreign-edit";
import { compareKeys, inKeyOrder } from "./issue";
import { readComment, readDependencyType, readTarget } from "./issue-json";
import { contentOfValue, isEditable, isSameValue } from "./item-content";
import type { MembersValue } from "./item-value";
import { sortedMembers } from "./item-value";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { itemOfKey, statusOf, workRank } from "./line-items";
import { after, type Stamps, stampsOf } from "./line-stamps";
import { filterIn, someIn } from "./list";
import { onDemand } from "./on-demand";
import { recentRecord } from "./recent-record";
import { fieldCodes, fieldItem, formatStamps, standingItems, workItem } from "./stamp";
import { formatTime, instantMs, latestTimeMs, parseTimeMs } from "./time";

/**
 * What an issue becomes by a line without stamps that is an edit of its only state, where both are compact JSON and differ in fields that the dialect knows: what `findEdit` and
 * `applyEdit` make of such lines, in a fifth of the time, because nothing is taken apart but what differs. Undefined for all others.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function plainEdit(line: string, current: string): string | undefined {
  const said = plainRecord(line);
  const known = plainRecord(current);
  if (said === undefined || known === undefined || said.id !== known.id || said._stamp !== undefined)
    return undefined;
  const stamps = stampsOf(current, known);
  const saidMs = instantMs(textIn(said, "updated_at"));
  const knownMs = instantMs(textIn(known, "updated_at"));
  const latestMs = latestOf(stamps, knownMs);
  if (stamps.isPurged || saidMs < knownMs || latestMs === undefined || latestMs >= latestTimeMs)
    return undefined;
  const changes = changesIn(said, known);
  if (changes === undefined || changes.size === 0) return undefined;
  const timeMs = Math.max(saidMs, after(latestMs));
  const record = changedRecord(
    known,
    changes,
    timeMs > saidMs ? formatTime(timeMs) : textIn(said, "updated_at"),
  );
  if (record === undefined) return undefined;
  const items = new Map(stamps.items);
  for (const name of changes.keys()) items.set(name, timeMs);
  const rest = JSON.stringify(record);
  const { base, reopens } = stamps;
  const stamp = formatStamps({ base, reopens, items, isPurged: false, isIntact: true }, record, rest);
  return stamp === undefined ? rest : `${rest.slice(0, -1)},"_stamp":${JSON.stringify(stamp)}}`;
}

/**
 * Whether the line has no `_stamp` at all.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function isUnstamped(line: string): boolean {
  return recentRecord(line)._stamp === undefined;
}

/**
 * Whether two lines give different times for when the issue was last changed; not where one gives none.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function isOfAnotherTime(one: string, other: string): boolean {
  const oneTime = textIn(recentRecord(one), "updated_at");
  const otherTime = textIn(recentRecord(other), "updated_at");
  if (oneTime === "" || otherTime === "" || oneTime === otherTime) return false;
  return (parseTimeMs(oneTime) ?? oneTime) !== (parseTimeMs(otherTime) ?? otherTime);
}

/** Undefined unless it is compact, that is, what `JSON.stringify` makes of it: keys come once, and every value has just one spelling. And nothing in it has to be assumed. */
function plainRecord(line: string): JsonObject | undefined {
  const record = recentRecord(line);
  if (typeof record.priority !== "number" || someIn(requiredTexts, (key) => textIn(record, key) === ""))
    return undefined;
  return JSON.stringify(record) === line ? record : undefined;
}

const requiredTexts = ["title", "status", "issue_type", "created_at", "updated_at"] as const;

/** Empty where there is none. */
function textIn(record: JsonObject, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}

/** Later than this is later than everything that the line knows. Undefined where it cannot be told like this. */
function latestOf({ base, items }: Stamps, knownMs: number): number | undefined {
  let latest = knownMs;
  for (const timeMs of items.values()) latest = Math.max(latest, timeMs);
  if (base <= latest) return latest;
  // It counts where some item has it.
  for (const name of standingItems()) if (!items.has(name)) return base;
  return undefined;
}

/** The members that an item has now. */
type Change = readonly (readonly [string, JsonValue])[];

/** Of the items that are other ones; undefined where more than fields has changed, or something was left out. */
function changesIn(said: JsonObject, known: JsonObject): Map<string, Change> | undefined {
  const names = new Map<string, string>();
  for (const key in said) if (!isSameIn(said, known, key)) names.set(itemOf(key), key);
  for (const key in known)
    if (!(Object.hasOwn(said, key) || isSameIn(said, known, key))) names.set(itemOf(key), key);
  const changes = new Map<string, Change>();
  for (const name of names.keys()) {
    if (!isEditable(name)) continue;
    if (name.length > 1) return undefined;
    const key = names.get(name) ?? "";
    const change = plainItems.has(name) ? changeOfField(said, key) : changeOfItem(said, known, name);
    if (change === undefined) return undefined;
    if (change !== "same") changes.set(name, change);
  }
  return changes;
}

/** Fields that are one text or number, under one key. */
const plainItems: ReadonlySet<string> = new Set(["t", "d", "g", "a", "n", "p", "y", "o", "e", "x"]);

function changeOfField(said: JsonObject, key: string): Change | undefined {
  const value = said[key];
  return isEmpty(value) || typeof value === "object" ? undefined : [[key, value ?? null]];
}

function changeOfItem(said: JsonObject, known: JsonObject, name: string): Change | "same" | undefined {
  const before = valueIn(known, name);
  const after = valueIn(said, name);
  if (isSameValue(before, after)) return "same";
  if (after === undefined || contentOfValue(after) === "") return undefined;
  if (name === workItem && workRank(statusOf(after)) < workRank(statusOf(before))) return undefined;
  const value = withKeysOf(before, after);
  if (value?.kind !== "members") return undefined;
  return value.members.map(({ key, raw }): [string, JsonValue] => [key, JSON.parse(raw) as JsonValue]);
}

function isSameIn(said: JsonObject, known: JsonObject, key: string): boolean {
  if (key === "updated_at" || key === "_stamp") return true;
  // What an object inherits is nothing that a line says.
  if (said[key] === known[key]) return true;
  const one = Object.hasOwn(said, key) ? said[key] : undefined;
  const other = Object.hasOwn(known, key) ? known[key] : undefined;
  if (typeof one === "object" && typeof other === "object" && JSON.stringify(one) === JSON.stringify(other))
    return true;
  return isEmpty(one) && isEmpty(other);
}

/** As `isEmptyRaw` has it. */
function isEmpty(value: JsonValue | undefined): boolean {
  if (typeof value === "object") return value === null || (Array.isArray(value) && value.length === 0);
  return value === undefined || value === "" || value === false;
}

/** Fields of the dialect, `work` and `claim` have names of one letter; lists and what is no item have one that is no item's. */
function itemOf(key: string): string {
  return itemOfUsualKey().get(key) ?? fieldItem(key);
}

const listKeys: ReadonlySet<string> = new Set(["labels", "dependencies", "comments"]);

const itemOfUsualKey = onDemand((): ReadonlyMap<string, string> => {
  const items = new Map([...fieldCodes(), ...itemOfKey]);
  for (const key of [...listKeys, "_type"]) items.set(key, "list");
  return items;
});

function valueIn(record: JsonObject, name: string): MembersValue | undefined {
  const members = [];
  for (const key in record) if (itemOf(key) === name) members.push({ key, raw: JSON.stringify(record[key]) });
  return members.length === 0 ? undefined : { kind: "members", members: sortedMembers(members) };
}

/** As `formatItems` would have it; undefined where this cannot be written so. */
function changedRecord(
  known: JsonObject,
  changes: ReadonlyMap<string, Change>,
  updatedAt: string,
): JsonObject | undefined {
  if (known._type !== undefined || Object.hasOwn(known, "__proto__") || hasNumberedKey(known))
    return undefined;
  const { _stamp: _, ...record } = known;
  for (const key of listKeys) {
    const value = record[key];
    if (value === undefined) continue;
    if (isEmpty(value)) delete record[key];
    else {
      const elements = Array.isArray(value) ? elementsInOrder(key, value) : undefined;
      if (elements === undefined) return undefined;
      record[key] = elements;
    }
  }
  for (const name of changes.keys())
    if (!plainItems.has(name)) for (const key in known) if (itemOf(key) === name) delete record[key];
  for (const change of changes.values()) for (const [key, value] of change) record[key] = value;
  record.updated_at = updatedAt;
  return inOrder(record);
}

/** Those come first in every object, wherever they stand in the line. */
function hasNumberedKey(record: JsonObject): boolean {
  for (const key in record) return isDigit(key.charCodeAt(0));
  return false;
}

/** Most often it is. */
function inOrder(record: JsonObject): JsonObject {
  let last: string | undefined;
  for (const key in record) {
    if (last !== undefined && compareKeys(last, key) > 0) return sorted(record);
    last = key;
  }
  return record;
}

function sorted(record: JsonObject): JsonObject {
  const keys = Object.keys(record);
  const { ordered, count } = inKeyOrder(record);
  if (count === keys.length) return ordered;
  const others = filterIn(keys, (key) => !Object.hasOwn(ordered, key));
  for (const key of others.sort(compareBytes)) ordered[key] = record[key] ?? null;
  return ordered;
}

interface Ranked {
  readonly element: JsonValue;
  readonly timeMs: number;
  readonly text: string;
}

/** As `formatItems` sorts them; undefined where they cannot all be told apart. */
function elementsInOrder(key: string, elements: JsonValue[]): JsonValue[] | undefined {
  const ranked: Ranked[] = [];
  let isInOrder = true;
  for (const element of elements) {
    const rank = rankOf(key, element);
    if (rank === undefined) return undefined;
    const last = ranked[ranked.length - 1];
    if (last !== undefined && compareRanks(last, rank) >= 0) isInOrder = false;
    ranked.push(rank);
  }
  return isInOrder ? elements : sortedElements(ranked);
}

function sortedElements(ranked: Ranked[]): JsonValue[] | undefined {
  ranked.sort(compareRanks);
  const elements: JsonValue[] = [];
  let last: Ranked | undefined;
  for (const rank of ranked) {
    if (last !== undefined && compareRanks(last, rank) === 0) {
      if (JSON.stringify(last.element) !== JSON.stringify(rank.element)) return undefined;
    } else elements.push(rank.element);
    last = rank;
  }
  return elements;
}

function compareRanks(left: Ranked, right: Ranked): number {
  return left.timeMs - right.timeMs || compareBytes(left.text, right.text);
}

function rankOf(key: string, element: JsonValue): Ranked | undefined {
  if (key === "labels")
    return typeof element === "string" && element !== "" ? { element, timeMs: 0, text: element } : undefined;
  if (!isJsonObject(element)) return undefined;
  if (key === "dependencies") {
    const target = readTarget(element);
    return target === undefined
      ? undefined
      : { element, timeMs: 0, text: `${target}\0${readDependencyType(element)}` };
  }
  const { id, created_at } = readComment(element, "");
  return id === "" ? undefined : { element, timeMs: instantMs(created_at), text: id };
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
