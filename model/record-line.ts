import { isJsonObject } from "./json";
import type { StoredRecord } from "./record";
import { formatTime, instantMs, parseTimeMs } from "./time";

/** The record as a line: of the snapshot, and of an export, where bd reads the first three keys. */
export function recordLine({ type, key, value, at, by }: StoredRecord): string {
  return JSON.stringify({ _type: type, key, value, updated_at: formatTime(at), updated_by: by });
}

/** Undefined for a line that is no record. A time that is missing or cannot be read counts as 0, and nobody as its author. */
export function readRecord(value: unknown): StoredRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { _type: type, key, value: text, updated_at: time, updated_by: by } = value;
  if (typeof type !== "string" || typeof key !== "string" || typeof text !== "string") return undefined;
  const isTime = typeof time === "string" && parseTimeMs(time) !== undefined;
  return {
    type,
    key,
    value: text,
    at: isTime ? instantMs(time) : 0,
    by: typeof by === "string" ? by : "",
  };
}
