import { everyIn } from "./list";
/** A value as JSON.parse gives it and JSON.stringify takes it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export type JsonObject = { [key: string]: JsonValue };

/** Narrows a value that came out of JSON.parse. Arrays are not objects here. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same JSON, whatever the order of keys. Both sides must be plain JSON values no deeper than the reader's limit. */
export function isSameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let at = 0; at < left.length; at += 1) if (!isSameAt(right, at, left[at])) return false;
    return true;
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const leftEntries = Object.entries(left);
  const rightEntries = new Map(Object.entries(right));
  if (leftEntries.length !== rightEntries.size) return false;
  return everyIn(leftEntries, ([key, value]) => {
    const other = rightEntries.get(key);
    return other !== undefined && isSameJson(value, other);
  });
}

function isSameAt(values: readonly JsonValue[], at: number, value: JsonValue | undefined): boolean {
  const other = values[at];
  return other !== undefined && value !== undefined && isSameJson(value, other);
}

/** A value in brackets nests one level deep. Stops at the first that is too deep, however deep that goes on. */
export function nestsDeeper(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) {
    const inner = (value as JsonObject)[key];
    // Most are texts, and a call for each takes as long as all the rest.
    if (typeof inner === "object" && nestsDeeper(inner, levels - 1)) return true;
  }
  return false;
}
