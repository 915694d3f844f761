import { compareBytes } from "./compare";
import { timeOfNumber } from "./issue-json";
import { distinctMembers, type ItemValue, isEmptyRaw, isSameText } from "./item-value";
import type { JsonValue } from "./json";
import { readElements } from "./json-members";
import { decimalOf } from "./json-number";
import { compareStamps, createdItem, type LineItems, readItems } from "./line-items";
import { fieldItem } from "./stamp";
import { normaliseStatus } from "./status";
import { parseTimeMs } from "./time";

/**
 * Whether a line of an issue says all that ours does: in another order, with other escapes and spaces, empty keys, times and edges spelled in
 * another dialect, but the same, and as old in every part. Tools that do not know `_stamp` leave it out, and with it what the
 * clones that read the line after us need to merge it.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function saysAsMuch(line: string, ours: string): boolean {
  if (line === ours) return true;
  const said = readItems(line);
  const meant = readItems(ours);
  if (!said.stamps.isIntact || !saysSame(said, meant)) return false;
  return [...meant.items].every(([name, { stamp }]) => {
    const match = said.items.get(name);
    return match !== undefined && compareStamps(stamp, match.stamp) === 0;
  });
}

/** Whether two lines say the same, `updated_at` included, in whatever spelling. */
export function saysSame(one: LineItems, other: LineItems): boolean {
  if (one === other) return true;
  if (headOf(one) !== headOf(other)) return false;
  for (const [name, { value }] of one.items)
    if (!isSameValue(value, other.items.get(name)?.value)) return false;
  for (const [name, { value }] of other.items)
    if (!one.items.has(name) && contentOfValue(value) !== "") return false;
  return true;
}

/** What is no item. */
function headOf({ id, type, updatedAt }: LineItems): string {
  const time = plainTime(updatedAt) ?? plainJson(updatedAt);
  return [plainJson(id), type === undefined ? "" : plainJson(type), time].join("\n");
}

/** Whether two values say the same, in whatever spelling. */
export function isSameValue(one: ItemValue | undefined, other: ItemValue | undefined): boolean {
  return isSameText(one, other) || contentOfValue(one) === contentOfValue(other);
}

/** One text for all spellings of a value; "" for one that says nothing. */
export function contentOfValue(value: ItemValue | undefined): string {
  if (value === undefined) return "";
  const known = knownContents.get(value) ?? readContent(value);
  knownContents.set(value, known);
  return known;
}

/** A value is compared with those of all states that are remembered. */
const knownContents = new WeakMap<ItemValue, string>();

function readContent(value: ItemValue): string {
  if (value.kind === "members") {
    return membersContent(
      value.members.map(({ key, raw }): [string, string] => [key, raw]),
      fieldAliases,
    );
  }
  const keys = [...value.elements.keys()].sort(compareBytes);
  return JSON.stringify(keys.map((key) => [key, elementContent(value.elements.get(key) ?? "")]));
}

/** What an element says beyond what it is: its item is named after the rest. */
export function elementContent(raw: string): string {
  if (!raw.startsWith("{")) return "";
  return membersContent(
    [...distinctMembers(raw)].filter(([key]) => !identityKeys.has(key)),
    elementAliases,
  );
}

/** When the issue was born is never edited; tools that cut off the milliseconds do not mean to. */
export function isEditable(item: string): boolean {
  return item !== createdItem && item !== creatorItem;
}

const creatorItem = fieldItem("created_by");

/** The content of one member that stands in an item, as in `elementContent`. */
export function rawContent(key: string, raw: string): string {
  if (isEmptyRaw(raw)) return "";
  if (timeKeys.has(key)) return plainTime(raw) ?? plainJson(raw);
  if (key === "status" && raw.startsWith('"')) return JSON.stringify(normaliseStatus(String(parse(raw))));
  return plainJson(raw);
}

const fieldAliases: ReadonlyMap<string, string> = new Map([
  ["due_date", "due_at"],
  ["wisp", "ephemeral"],
]);

const elementAliases: ReadonlyMap<string, string> = new Map([["body", "text"]]);

/** Of edges, labels and comments: these are in the name of the item. */
const identityKeys: ReadonlySet<string> = new Set([
  "issue_id",
  "depends_on_id",
  "depends_on",
  "target_id",
  "type",
  "dep_type",
  "id",
]);

const timeKeys: ReadonlySet<string> = new Set([
  "created_at",
  "updated_at",
  "started_at",
  "closed_at",
  "due_at",
  "due_date",
  "defer_until",
  "deleted_at",
]);

function membersContent(
  members: readonly (readonly [string, string])[],
  aliases: ReadonlyMap<string, string>,
): string {
  const parts = new Map<string, string>();
  for (const [key, raw] of members) {
    const content = rawContent(key, raw);
    const alias = aliases.get(key);
    if (content === "" || (alias !== undefined && parts.has(alias))) continue;
    parts.set(alias ?? key, content);
  }
  const sorted = [...parts].sort(([left], [right]) => compareBytes(left, right));
  return sorted.map(([key, content]) => `${JSON.stringify(key)}:${content}`).join(",");
}

/** Undefined for what is no time: under a key that no view shows, such as `updated_at` of a comment, stands whatever a tool put there. */
function plainTime(raw: string): string | undefined {
  const value = parse(raw);
  const text = typeof value === "number" ? timeOfNumber(value) : value;
  return typeof text === "string" ? String(parseTimeMs(text) ?? JSON.stringify(text)) : undefined;
}

/** JSON with sorted keys, the last of repeated ones, plain escapes, and numbers by their value rather than a double's. */
function plainJson(raw: string): string {
  const first = raw.charCodeAt(0);
  if (first === 0x22) return raw.includes("\\") ? JSON.stringify(parse(raw)) : raw;
  if (first === 0x5b) return `[${readElements(raw).map(plainJson).join(",")}]`;
  if (first !== 0x7b) return first === 0x2d || (first >= 0x30 && first <= 0x39) ? decimalOf(raw) : raw;
  const members = [...distinctMembers(raw)].sort(([left], [right]) => compareBytes(left, right));
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${plainJson(value)}`).join(",")}}`;
}

function parse(raw: string): JsonValue {
  const value: JsonValue = JSON.parse(raw);
  return value;
}
