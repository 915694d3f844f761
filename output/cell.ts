import type { JsonObject, JsonValue } from "../model/json";

/** What a record holds under a key of its own; `toString` may be a column. */
export function valueAt(record: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A value as the text of one cell: nothing for none, a list of words or numbers joined by commas, anything deeper as compact JSON. */
export function cellText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every(isPlain)) return value.join(",");
  return JSON.stringify(value);
}

/** A comma inside would make two of one. */
function isPlain(value: JsonValue): boolean {
  return typeof value === "number" || (typeof value === "string" && !value.includes(","));
}
