import { compareBytes } from "./compare";
import { compareKeys } from "./issue";
import { formatMembers, type Member, readMembers } from "./json-members";

/** What a line says of one item, as raw text. Undefined where it says nothing of it. */
export type ItemValue = MembersValue | ElementsValue;

/** A field, or the fields that are written together. */
export interface MembersValue {
  readonly kind: "members";
  /** Each key once, in the order of the dialect. */
  readonly members: readonly Member[];
}

/** A label, an edge, a comment, or the edges that say who the parent is. */
export interface ElementsValue {
  readonly kind: "labels" | "dependencies" | "comments" | "parents";
  /**
   * Raw elements by what tells them apart: of parents the target; of comments that came without an id the words. One of anything
   * else.
   */
  readonly elements: ReadonlyMap<string, string>;
}

/**
 * Of two values with the same stamp: present beats absent, then the greater bytes; edges and comments keep the keys of both
 * sides. In any order, any number of times, the outcome is the same.
 */
export function joinValues(one: ItemValue | undefined, other: ItemValue | undefined): ItemValue | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.kind === "members" || other.kind === "members") return greaterValue(one, other);
  const oneKeys = keysText(one);
  const otherKeys = keysText(other);
  // Two parents cannot both be right; two comments without an id can.
  if (one.kind === "parents" && oneKeys !== otherKeys)
    return compareBytes(oneKeys, otherKeys) > 0 ? one : other;
  const elements = new Map(one.elements);
  for (const [key, raw] of other.elements) {
    const known = elements.get(key);
    elements.set(key, known === undefined ? raw : joinElements(known, raw));
  }
  return { kind: one.kind, elements };
}

/** Two spellings of one element, as one: the keys of both, of each key the greater bytes. */
export function joinElements(one: string, other: string): string {
  if (one === other) return one;
  if (!one.startsWith("{") || !other.startsWith("{")) return greaterBytes(one, other);
  const oneMembers = distinctMembers(one);
  const otherMembers = distinctMembers(other);
  const joined = new Map(oneMembers);
  for (const [key, raw] of otherMembers) {
    const known = joined.get(key);
    joined.set(key, known === undefined ? raw : greaterRaw(known, raw));
  }
  const canonical = canonicalElement(joined);
  const spellings = [
    ...(isSameMap(joined, oneMembers) ? [one] : []),
    ...(isSameMap(joined, otherMembers) ? [other] : []),
  ];
  return preferredSpelling(spellings, canonical);
}

/**
 * Which of several texts that say the same stays: one that somebody wrote rather than the one we would write, of several the
 * greater bytes. This order is what makes merging give the same bytes in any order.
 */
export function preferredSpelling(spellings: readonly string[], canonical: string): string {
  let best = canonical;
  for (const spelling of spellings) {
    if (spelling === canonical) continue;
    best = best === canonical ? spelling : greaterBytes(best, spelling);
  }
  return best;
}

/** One text for each value, to compare by. */
export function textOfValue(value: ItemValue | undefined): string {
  if (value === undefined) return "";
  if (value.kind === "members") return formatMembers(value.members);
  const keys = [...value.elements.keys()].sort(compareBytes);
  return keys.map((key) => `${JSON.stringify(key)}:${value.elements.get(key) ?? ""}`).join(",");
}

/** Whether two values say the same in the same words, as they most often do. */
export function isSameText(one: ItemValue | undefined, other: ItemValue | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one.kind === "members") return other.kind === "members" && isSameMembers(one.members, other.members);
  if (other.kind === "members" || one.elements.size !== other.elements.size) return false;
  for (const [key, raw] of one.elements) if (other.elements.get(key) !== raw) return false;
  return true;
}

function isSameMembers(ones: readonly Member[], others: readonly Member[]): boolean {
  if (ones.length !== others.length) return false;
  return ones.every(({ key, raw }, at) => others[at]?.key === key && others[at]?.raw === raw);
}

/** The last member of each name, which is the one that counts. */
export function distinctMembers(object: string): Map<string, string> {
  return new Map(readMembers(object).map(({ key, raw }): [string, string] => [key, raw]));
}

/** Texts of values that say nothing. */
export function isEmptyRaw(raw: string | undefined): boolean {
  return raw === undefined || raw === "null" || raw === '""' || raw === "false" || isEmptyList(raw);
}

function isEmptyList(raw: string): boolean {
  return raw.startsWith("[") && /^\[\s*\]$/.test(raw);
}

/** The order of keys in an element that we put together: that of the dialect, then all others by their bytes. */
export function canonicalElement(members: ReadonlyMap<string, string>): string {
  const place = (key: string) => elementKeys.indexOf(key) + 1 || elementKeys.length + 1;
  const sorted = [...members].sort(
    ([left], [right]) => place(left) - place(right) || compareBytes(left, right),
  );
  return formatMembers(sorted.map(([key, raw]) => ({ key, raw })));
}

const elementKeys: readonly string[] = [
  "id",
  "issue_id",
  "depends_on_id",
  "type",
  "author",
  "text",
  "created_at",
  "created_by",
  "metadata",
];

function greaterValue(one: ItemValue, other: ItemValue): ItemValue {
  const rank = rankOf(one) - rankOf(other);
  if (rank !== 0) return rank > 0 ? one : other;
  return compareBytes(textOfValue(one), textOfValue(other)) >= 0 ? one : other;
}

/** `"notes":""` is not what we would call present. */
function rankOf(value: ItemValue): number {
  return value.kind === "members" && value.members.every(({ raw }) => isEmptyRaw(raw)) ? 0 : 1;
}

function greaterRaw(one: string, other: string): string {
  if (isEmptyRaw(one) !== isEmptyRaw(other)) return isEmptyRaw(one) ? other : one;
  return greaterBytes(one, other);
}

function greaterBytes(one: string, other: string): string {
  return compareBytes(one, other) >= 0 ? one : other;
}

function keysText(value: ElementsValue): string {
  return JSON.stringify([...value.elements.keys()].sort(compareBytes));
}

function isSameMap(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, raw]) => other.get(key) === raw);
}

/** Members in the order of the dialect. */
export function sortedMembers(members: Iterable<Member>): Member[] {
  return [...members].sort((left, right) => compareKeys(left.key, right.key));
}
