import { contentOfValue, elementContent, isEditable, isSameValue, rawContent } from "./item-content";
import { canonicalElement, distinctMembers, type ItemValue } from "./item-value";
import {
  formatItems,
  type Item,
  type LineItems,
  latestMs,
  statusOf,
  workRank,
  workStamp,
} from "./line-items";
import { after } from "./line-stamps";
import { workItem } from "./stamp";
import { formatTime } from "./time";

/** What a line by a tool without stamps changed, compared with one state that we know. */
export interface ForeignEdit {
  readonly base: LineItems;
  /** Item to its new value; undefined: removed. */
  readonly changes: ReadonlyMap<string, ItemValue | undefined>;
  /** Items that differ and stay as they are: in such a line, what is absent may never have been known. */
  readonly kept: readonly string[];
  /** The base is closed or deleted, and the line says that it no longer is. */
  readonly isReopen: boolean;
}

export function findEdit(line: LineItems, base: LineItems): ForeignEdit {
  const changes = new Map<string, ItemValue | undefined>();
  const kept: string[] = [];
  for (const name of new Set([...base.items.keys(), ...line.items.keys()])) {
    if (!isEditable(name) || line.assumed.has(name)) continue;
    const before = base.items.get(name)?.value;
    const after = line.items.get(name)?.value;
    if (isSameValue(before, after)) continue;
    if (contentOfValue(after) === "" && !isRemovable(name, after, before)) {
      kept.push(name);
      continue;
    }
    const value = withKeysOf(before, after);
    if (value !== before) changes.set(name, value);
  }
  return { base, changes, kept, isReopen: changes.has(workItem) && rankOf(line) < rankOf(base) };
}

function rankOf({ items }: LineItems): number {
  return workRank(statusOf(items.get(workItem)?.value));
}

/** How far the line is from the base, to choose the nearest by. */
export function distanceOf({ changes, kept }: ForeignEdit): number {
  return changes.size + kept.length;
}

export interface AppliedEdit {
  readonly state: string;
  /** The items that differ and were not taken. */
  readonly notTaken: readonly string[];
  /** Some were taken, and each of these is later than all that the base knows: behind the last stamp that counts there is none. */
  readonly isLater: boolean;
}

/**
 * The state that the edit leads to, with stamps later than all that its base knows.
 * @param mayReopen whether it can be believed that the line undoes a close, rather than being older
 */
export function applyEdit(line: LineItems, edit: ForeignEdit, mayReopen: boolean): AppliedEdit {
  const { base, changes } = edit;
  const latest = latestMs(base);
  const timeMs = Math.max(line.updatedMs, after(latest));
  const items = new Map(base.items);
  const notTaken = [...edit.kept];
  let isLater = false;
  for (const [name, value] of changes) {
    const known = items.get(name);
    const item =
      name === workItem && known !== undefined
        ? workAfter(known, edit, timeMs, mayReopen)
        : { stamp: [timeMs], value };
    if (item === undefined) notTaken.push(name);
    else {
      items.set(name, item);
      isLater = timeMs > latest;
    }
  }
  const updatedAt = timeMs > line.updatedMs ? JSON.stringify(formatTime(timeMs)) : line.updatedAt;
  return { state: formatItems({ ...base, updatedAt, items }), notTaken, isLater };
}

/** What a line from before the stamps still brings; `result` is undefined when that is nothing. */
export function addComments(
  line: LineItems,
  current: LineItems,
): { readonly result: string | undefined; readonly notTaken: readonly string[] } {
  const items = new Map(current.items);
  const notTaken = rankOf(line) > rankOf(current) ? [workItem] : [];
  for (const [name, item] of line.items) {
    const content = contentOfValue(item.value);
    if (content === "" || contentOfValue(items.get(name)?.value) === content) continue;
    if (item.value?.kind === "comments" && !items.has(name)) items.set(name, item);
    // Of a status before the last one nobody wants to hear, unless it is a close.
    else if (isEditable(name) && name !== workItem && !line.assumed.has(name)) notTaken.push(name);
  }
  return {
    result: items.size > current.items.size ? formatItems({ ...current, items }) : undefined,
    notTaken,
  };
}

/** Undefined for a reopen that is not believed. */
function workAfter(
  known: Item,
  { changes, isReopen }: ForeignEdit,
  timeMs: number,
  mayReopen: boolean,
): Item | undefined {
  const value = changes.get(workItem);
  const reopens = known.stamp[0] ?? 0;
  if (!isReopen) return { stamp: workStamp(reopens, value, timeMs), value };
  const isBelieved = mayReopen && changes.size === 1;
  return isBelieved ? { stamp: workStamp(reopens + 1, value, timeMs), value } : undefined;
}

/** Fields that the dialect has, labels and edges go when they are left out; comments and unknown keys do not. */
function isRemovable(name: string, after: ItemValue | undefined, before: ItemValue | undefined): boolean {
  if (before?.kind === "comments") return false;
  return after !== undefined || !name.startsWith(".");
}

/** Members and keys that say what they said keep their bytes, and keys of an element that the line left out stay. */
export function withKeysOf(
  before: ItemValue | undefined,
  after: ItemValue | undefined,
): ItemValue | undefined {
  if (before === undefined || after === undefined) return after;
  if (before.kind === "members" && after.kind === "members") {
    const known = new Map(before.members.map(({ key, raw }): [string, string] => [key, raw]));
    const members = after.members.map(({ key, raw }) => ({ key, raw: sameOr(known.get(key), key, raw) }));
    return { kind: "members", members };
  }
  if (before.kind === "members" || after.kind === "members") return after;
  const elements = new Map(
    [...after.elements].map(([key, raw]): [string, string] => [key, overlaid(before.elements.get(key), raw)]),
  );
  if (after.kind === "comments") {
    for (const [key, raw] of before.elements) if (!elements.has(key)) elements.set(key, raw);
  }
  const value: ItemValue = { kind: after.kind, elements };
  return isSameValue(value, before) ? before : value;
}

function overlaid(before: string | undefined, after: string): string {
  if (before === undefined || elementContent(before) === elementContent(after)) return before ?? after;
  if (!before.startsWith("{") || !after.startsWith("{")) return after;
  const members = distinctMembers(before);
  for (const [key, raw] of distinctMembers(after)) members.set(key, sameOr(members.get(key), key, raw));
  return canonicalElement(members);
}

function sameOr(before: string | undefined, key: string, after: string): string {
  return before !== undefined && rawContent(key, before) === rawContent(key, after) ? before : after;
}
