import { parentChild } from "./dependency";
import { claimKeys, workKeys } from "./issue";
import { purgedStamp, readDependencyType, readTarget, readText, readTime } from "./issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { createdMsOf, hashText, type Stamps, updatedMsOf } from "./line-stamps";
import { filterIn } from "./list";
import { onDemand } from "./on-demand";
import { instantMs } from "./time";

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
 * The text of `_stamp`, undefined when the line says as much without it. Equal stamps over equal lines give equal text,
 * whichever way they came about.
 * @param rest the line without `_stamp`; `record` is the same, parsed
 */
export function formatStamps(stamps: Stamps, record: JsonObject, rest: string): string | undefined {
  const createdMs = createdMsOf(record);
  const standing = standingItems();
  // To name all that a line shows takes longer than all else here, and most often nothing depends on it.
  let shown: Set<string> | undefined;
  const own = (): Set<string> => {
    shown ??= ownItemsOf(record);
    return shown;
  };
  const { items } = stamps;
  const isPresent = (item: string): boolean => standing.has(item) || own().has(item);
  const base = isBaseOfMost(stamps, standing.size)
    ? stamps.base
    : mostCommon(stamps, othersThan(items, standing, own()));
  const named = filterIn([...items], ([item, timeMs]) => timeMs !== base || !isPresent(item));
  if (base !== stamps.base)
    for (const item of [...standing, ...own()]) if (!items.has(item)) named.push([item, stamps.base]);
  if (named.length === 0 && base === updatedMsOf(record) && stamps.reopens === 0 && !stamps.isPurged)
    return undefined;
  const tokens: string[] = [];
  if (stamps.isPurged) tokens.push(purgedStamp);
  if (base !== createdMs) tokens.push(`@${base.toString(36)}`);
  if (stamps.reopens > 0) tokens.push(`^${stamps.reopens.toString(36)}`);
  named.sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [item, timeMs] of named) {
    tokens.push(timeMs === base ? item : `${item}=${(timeMs - base).toString(36)}`);
  }
  tokens.push(`#${hashText(rest)}`);
  return tokens.join(" ");
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

/** Whatever the line shows: of the items that every issue has alone, more have it than are named in all. */
function isBaseOfMost({ items }: Stamps, standing: number): boolean {
  return standing - items.size > items.size;
}

/** How many items of the line are not named. */
function othersThan(
  items: ReadonlyMap<string, number>,
  standing: ReadonlySet<string>,
  own: ReadonlySet<string>,
): number {
  let others = standing.size + own.size;
  for (const item of items.keys()) if (standing.has(item) || own.has(item)) others--;
  return others;
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
  return name.replace(/[% =:#@^!]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
