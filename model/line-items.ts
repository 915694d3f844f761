import { withStamp } from "./change-line";
import { compareBytes } from "./compare";
import { parentChild } from "./dependency";
import { claimKeys, workKeys } from "./issue";
import { missingTitle, readComment, readDependencyType, readTarget, readText, readTime } from "./issue-json";
import { defaultIssueType } from "./issue-type";
import {
  type ElementsValue,
  type ItemValue,
  isEmptyRaw,
  isSameText,
  joinElements,
  sortedMembers,
} from "./item-value";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { type Member, readElements, readMembers } from "./json-members";
import { type Stamps, stampsOf } from "./line-stamps";
import { defaultPriority } from "./priority";
import { keepingRecent } from "./recent-lines";
import { recentRecord } from "./recent-record";
import {
  claimItem,
  commentItem,
  edgeItem,
  fieldItem,
  labelItem,
  parentItem,
  standingItems,
  workItem,
} from "./stamp";
import { normaliseStatus } from "./status";
import { formatTime, instantMs } from "./time";

/** A line taken apart into the items that have stamps. Two lines with the same items differ in spelling alone. */
export interface LineItems {
  /** Raw texts of what is no item. */
  readonly id: string;
  readonly type: string | undefined;
  readonly updatedAt: string;
  readonly updatedMs: number;
  readonly createdMs: number;
  /** Every item that the line or its stamps name, and those that every issue has. */
  readonly items: ReadonlyMap<string, Item>;
  /** Items whose value the line leaves out and readers assume. */
  readonly assumed: ReadonlySet<string>;
  readonly stamps: Stamps;
}

export interface Item {
  /** ms; of `work` (reopens, rank, ms). Compared part by part. */
  readonly stamp: readonly number[];
  readonly value: ItemValue | undefined;
}

export const createdItem: string = fieldItem("created_at");

/** @throws BzError INVALID for a line that is no JSON object */
export const readItems: (line: string) => LineItems = keepingRecent(takeApart);

function takeApart(line: string): LineItems {
  const record = recentRecord(line);
  const members = readMembers(line);
  const stamps = stampsOf(line, record);
  const raws = new Map(members.map(({ key, raw }): [string, string] => [key, raw]));
  const updatedAt =
    [raws.get("updated_at"), raws.get("created_at")].find((raw) => !isEmptyRaw(raw)) ??
    JSON.stringify(formatTime(0));
  const values = new Map<string, ItemValue>();
  addMembers(values, raws);
  addLabels(values, record, raws);
  addEdges(values, record, raws);
  addComments(values, record, raws);
  const assumed = assumeRequired(values, raws, updatedAt);
  const items = new Map<string, Item>();
  for (const name of [...standingItems(), ...stamps.items.keys(), ...values.keys()]) {
    if (items.has(name)) continue;
    const value = values.get(name);
    // A birthday that nobody wrote gives way to any that somebody did.
    const timeMs = name === createdItem && assumed.has(name) ? 0 : (stamps.items.get(name) ?? stamps.base);
    items.set(name, {
      stamp: name === workItem ? workStamp(stamps.reopens, value, timeMs) : [timeMs],
      value,
    });
  }
  return {
    id: raws.get("id") ?? "null",
    type: isEmptyRaw(raws.get("_type")) ? undefined : raws.get("_type"),
    updatedAt,
    updatedMs: instantMs(timeText(updatedAt)),
    createdMs: instantMs(timeText([raws.get("created_at")].find((raw) => !isEmptyRaw(raw)) ?? updatedAt)),
    items,
    assumed,
    stamps,
  };
}

/** The line as we write it. Reading it again gives the same items. */
export function formatItems({
  id,
  type,
  updatedAt,
  items,
}: Pick<LineItems, "id" | "type" | "updatedAt" | "items">): string {
  const members: Member[] = [
    ...(type === undefined ? [] : [{ key: "_type", raw: type }]),
    { key: "id", raw: id },
    { key: "updated_at", raw: updatedAt },
  ];
  const lists = { labels: [] as string[], dependencies: [] as string[], comments: [] as string[] };
  const times = new Map<string, number>();
  let reopens = 0;
  for (const [name, { stamp, value }] of items) {
    times.set(name, stamp.at(-1) ?? 0);
    if (name === workItem) reopens = stamp[0] ?? 0;
    if (value === undefined) continue;
    if (value.kind === "members") members.push(...value.members);
    else {
      const list = lists[value.kind === "parents" ? "dependencies" : value.kind];
      for (const element of value.elements.values()) list.push(element);
    }
  }
  for (const key of ["labels", "dependencies", "comments"] as const) {
    if (lists[key].length > 0) members.push({ key, raw: `[${sortedElements(key, lists[key]).join(",")}]` });
  }
  return withStamp(sortedMembers(members), {
    base: 0,
    reopens,
    items: times,
    isPurged: false,
    isIntact: true,
  });
}

export function isSameItems(one: LineItems, other: LineItems): boolean {
  if (one.id !== other.id || one.type !== other.type || one.updatedAt !== other.updatedAt) return false;
  if (one.items.size !== other.items.size) return false;
  for (const [name, item] of one.items) {
    const match = other.items.get(name);
    if (match === undefined || compareStamps(item.stamp, match.stamp) !== 0) return false;
    if (!isSameText(item.value, match.value)) return false;
  }
  return true;
}

export function compareStamps(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < left.length; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The stamp of `work` sets a close above every change by somebody who had not seen it, whatever the time. */
export function workStamp(reopens: number, value: ItemValue | undefined, timeMs: number): number[] {
  return [reopens, workRank(statusOf(value)), timeMs];
}

export function workRank(status: string): number {
  return status === "tombstone" ? 2 : status === "closed" ? 1 : 0;
}

export function statusOf(value: ItemValue | undefined): string {
  const raw = value?.kind === "members" ? value.members.find(({ key }) => key === "status")?.raw : undefined;
  return normaliseStatus((raw === undefined ? undefined : readText(parse(raw), "status")) ?? "open");
}

/** ms; later than this is later than everything that the line knows. */
export function latestMs({ updatedMs, items }: LineItems): number {
  let latest = updatedMs;
  for (const { stamp } of items.values()) latest = Math.max(latest, stamp.at(-1) ?? 0);
  return latest;
}

/** A raw time as text. */
function timeText(raw: string): string | undefined {
  return readTime(parse(raw), "time");
}

/** ms; every item that all issues have was written then or later. */
export function floorMs({ items }: LineItems): number {
  let floor = Number.POSITIVE_INFINITY;
  for (const name of standingItems()) floor = Math.min(floor, items.get(name)?.stamp.at(-1) ?? floor);
  return floor;
}

/** Which item the value of a key belongs to, where that is not a field of its own. */
export const itemOfKey: ReadonlyMap<string, string> = new Map<string, string>([
  ...workKeys.map((key): [string, string] => [key, workItem]),
  ...claimKeys.map((key): [string, string] => [key, claimItem]),
]);

const otherKeys: ReadonlySet<string> = new Set([
  "id",
  "_type",
  "_stamp",
  "updated_at",
  "labels",
  "dependencies",
  "comments",
]);

function addMembers(values: Map<string, ItemValue>, raws: ReadonlyMap<string, string>): void {
  const members = new Map<string, Member[]>();
  for (const [key, raw] of raws) {
    if (otherKeys.has(key)) continue;
    const name = itemOfKey.get(key) ?? fieldItem(key);
    const found = members.get(name);
    if (found === undefined) members.set(name, [{ key, raw }]);
    else found.push({ key, raw });
  }
  for (const [name, found] of members) values.set(name, { kind: "members", members: sortedMembers(found) });
}

function addLabels(
  values: Map<string, ItemValue>,
  record: JsonObject,
  raws: ReadonlyMap<string, string>,
): void {
  for (const { raw, value } of elementsOf(record, raws, "labels")) {
    const label = readText(value, "labels");
    if (label !== undefined) addElement(values, labelItem(label), "labels", "", raw);
  }
}

function addEdges(
  values: Map<string, ItemValue>,
  record: JsonObject,
  raws: ReadonlyMap<string, string>,
): void {
  for (const { raw, value } of elementsOf(record, raws, "dependencies")) {
    const target = isJsonObject(value) ? readTarget(value) : undefined;
    if (!isJsonObject(value) || target === undefined) continue;
    const type = readDependencyType(value);
    if (type === parentChild) addElement(values, parentItem, "parents", target, raw);
    else addElement(values, edgeItem(type, target), "dependencies", "", raw);
  }
}

function addComments(
  values: Map<string, ItemValue>,
  record: JsonObject,
  raws: ReadonlyMap<string, string>,
): void {
  for (const { raw, value } of elementsOf(record, raws, "comments")) {
    if (!isJsonObject(value)) continue;
    const id = readText(value.id, "id") ?? "";
    const name = commentItem(id, readTime(value.created_at, "created_at") ?? "");
    const { author, text } = readComment(value, "");
    addElement(values, name, "comments", id === "" ? `${author}\0${text}` : "", raw);
  }
}

function elementsOf(
  record: JsonObject,
  raws: ReadonlyMap<string, string>,
  key: string,
): { raw: string; value: JsonValue }[] {
  const list = record[key];
  if (!Array.isArray(list) || list.length === 0) return [];
  return readElements(raws.get(key) ?? "[]").map((raw, at) => ({ raw, value: list[at] ?? null }));
}

function addElement(
  values: Map<string, ItemValue>,
  name: string,
  kind: ElementsValue["kind"],
  key: string,
  raw: string,
): void {
  const found = values.get(name);
  if (found === undefined || found.kind === "members") {
    values.set(name, { kind, elements: new Map([[key, raw]]) });
    return;
  }
  const known = found.elements.get(key);
  const elements = new Map(found.elements).set(key, known === undefined ? raw : joinElements(known, raw));
  values.set(name, { kind, elements });
}

/** What readers assume is written out, so that a merged line says it for good. */
function assumeRequired(
  values: Map<string, ItemValue>,
  raws: ReadonlyMap<string, string>,
  updatedAt: string,
): Set<string> {
  const assumed = new Set<string>();
  const required: readonly [string, string, string][] = [
    [fieldItem("title"), "title", JSON.stringify(missingTitle)],
    [fieldItem("priority"), "priority", JSON.stringify(defaultPriority)],
    [fieldItem("issue_type"), "issue_type", JSON.stringify(defaultIssueType)],
    [createdItem, "created_at", updatedAt],
    [workItem, "status", '"open"'],
  ];
  for (const [name, key, raw] of required) {
    if (!isEmptyRaw(raws.get(key))) continue;
    const value = values.get(name);
    const others = value?.kind === "members" ? value.members.filter((member) => member.key !== key) : [];
    values.set(name, { kind: "members", members: sortedMembers([...others, { key, raw }]) });
    assumed.add(name);
  }
  return assumed;
}

function sortedElements(key: "labels" | "dependencies" | "comments", raws: readonly string[]): string[] {
  const ranked = raws.map((raw) => ({ raw, ...rankElement(key, parse(raw)) }));
  ranked.sort(
    (left, right) =>
      left.timeMs - right.timeMs || compareBytes(left.text, right.text) || compareBytes(left.raw, right.raw),
  );
  return ranked.map(({ raw }) => raw);
}

function rankElement(
  key: "labels" | "dependencies" | "comments",
  value: JsonValue,
): { timeMs: number; text: string } {
  if (key === "labels") return { timeMs: 0, text: readText(value, key) ?? "" };
  if (!isJsonObject(value)) return { timeMs: 0, text: "" };
  if (key === "dependencies")
    return { timeMs: 0, text: `${readTarget(value) ?? ""}\0${readDependencyType(value)}` };
  const { id, created_at } = readComment(value, "");
  return { timeMs: instantMs(created_at), text: id };
}

function parse(raw: string): JsonValue {
  const value: JsonValue = JSON.parse(raw);
  return value;
}
