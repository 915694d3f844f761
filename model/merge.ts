import { compareBytes } from "./compare";
import { purgedLine } from "./issue-json";
import { isSameText, joinValues, preferredSpelling } from "./item-value";
import { compareStamps, formatItems, type Item, isSameItems, type LineItems, readItems } from "./line-items";

/**
 * Two states of one issue as one: of each item the one with the later stamp. Needs no ancestor. Every clone gets the same bytes,
 * in whatever order and however often it merges: a line that says all that the other says stays as it is.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function mergeLines(one: string, other: string): string {
  if (one === other) return one;
  const oneItems = readItems(one);
  const otherItems = readItems(other);
  if (oneItems.stamps.isPurged || otherItems.stamps.isPurged) return mergePurged(oneItems, otherItems);
  const joined = joinItems(oneItems, otherItems);
  const spellings = [
    ...(isSameItems(joined, oneItems) ? [one] : []),
    ...(isSameItems(joined, otherItems) ? [other] : []),
  ];
  const [spelling] = spellings;
  return spelling !== undefined && spellings.length === 1
    ? spelling
    : preferredSpelling(spellings, formatItems(joined));
}

/** The bare tombstone of a purged issue: whatever else its line says by now is not to be kept. */
export function barePurgedLine({ id, updatedMs }: LineItems): string {
  return purgedLine(String(JSON.parse(id)), updatedMs);
}

function mergePurged(one: LineItems, other: LineItems): string {
  const [first, second] = [one, other].filter(({ stamps }) => stamps.isPurged);
  if (first === undefined) return barePurgedLine(other);
  return barePurgedLine(second !== undefined && second.updatedMs > first.updatedMs ? second : first);
}

function joinItems(one: LineItems, other: LineItems): LineItems {
  const items = new Map(one.items);
  for (const [name, item] of other.items) {
    const known = items.get(name);
    items.set(name, known === undefined ? item : joinItem(known, item));
  }
  const later = one.updatedMs - other.updatedMs || compareBytes(one.updatedAt, other.updatedAt);
  const { updatedAt, updatedMs } = later >= 0 ? one : other;
  return {
    ...one,
    id: compareBytes(one.id, other.id) >= 0 ? one.id : other.id,
    type: greaterType(one.type, other.type),
    updatedAt,
    updatedMs,
    items,
  };
}

function joinItem(one: Item, other: Item): Item {
  const order = compareStamps(one.stamp, other.stamp);
  if (order !== 0) return order > 0 ? one : other;
  return isSameText(one.value, other.value)
    ? one
    : { stamp: one.stamp, value: joinValues(one.value, other.value) };
}

function greaterType(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareBytes(one, other) >= 0 ? one : other;
}
