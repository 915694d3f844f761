import { compareBytes } from "./compare";
import { BzError } from "./errors";
import { isJsonObject } from "./json";
import { formatTime, instantMs, parseTimeMs } from "./time";

/** What records are kept for: what agents remember, and searches under a name. */
export type RecordType = "memory" | "query";

/**
 * A small text under a key, beside the issues. Records are this store's own: they are in its log and its snapshot, and the face, which travels with git,
 * does not have them.
 */
export interface StoredRecord {
  /** A `RecordType`, or one that a later bz knows. */
  readonly type: string;
  readonly key: string;
  readonly value: string;
  /** When it was set, ms. */
  readonly at: number;
  /** Who set it. */
  readonly by: string;
}

/** Sets a record, or with null removes it. */
export interface SetRecord extends Omit<StoredRecord, "value"> {
  readonly op: "record";
  readonly value: string | null;
}

export interface RecordContext {
  readonly nowMs: number;
  readonly actor: string;
}

/** In characters. */
export const recordKeyLimit = 200;
/** In bytes of UTF-8. */
export const recordValueLimit = 64 * 1024;

/**
 * The operation that gives a record this value. Undefined when it has it already.
 * @param present the record as it is
 * @throws BzError INVALID
 */
export function setRecord(
  type: RecordType,
  key: string,
  value: string,
  present: StoredRecord | undefined,
  context: RecordContext,
): SetRecord | undefined {
  if (present?.value === value) return undefined;
  validateRecord(key, value);
  return { op: "record", type, key, value, ...stampOf(present, context) };
}

/** The operation that removes a record. */
export function removeRecord(present: StoredRecord, context: RecordContext): SetRecord {
  const { type, key } = present;
  return { op: "record", type, key, value: null, ...stampOf(present, context) };
}

/** @throws BzError INVALID */
export function validateRecord(key: string, value: string): void {
  const length = [...key].length;
  if (length === 0 || length > recordKeyLimit || hasControlCharacter(key) || key.trim() !== key)
    throw new BzError("INVALID", `"${key.slice(0, 60)}" cannot be a key`, {
      hint: `use 1 to ${recordKeyLimit} characters, without control characters and without spaces at the ends`,
    });
  const bytes = new TextEncoder().encode(value).length;
  if (bytes > recordValueLimit)
    throw new BzError(
      "INVALID",
      `the text of "${key}" is too large: ${bytes} bytes of ${recordValueLimit} at most`,
      {
        hint: "keep it in a file of the repository, and remember where that is",
        context: { key, bytes, limit_bytes: recordValueLimit },
      },
    );
}

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

/** By type, then by key. */
export function compareRecords(
  left: Pick<StoredRecord, "type" | "key">,
  right: Pick<StoredRecord, "type" | "key">,
): number {
  return compareBytes(left.type, right.type) || compareBytes(left.key, right.key);
}

/** A name that no other record has. */
export function recordName(type: string, key: string): string {
  return `${type}:${key}`;
}

export function isSetRecord(value: unknown): value is SetRecord {
  return (
    isJsonObject(value) &&
    value.op === "record" &&
    typeof value.type === "string" &&
    /^[a-z_]+$/.test(value.type) &&
    typeof value.key === "string" &&
    value.key !== "" &&
    (value.value === null || typeof value.value === "string") &&
    Number.isSafeInteger(value.at) &&
    typeof value.by === "string"
  );
}

/** Later than what it replaces, whatever the clock says. */
function stampOf(
  present: StoredRecord | undefined,
  { nowMs, actor }: RecordContext,
): Pick<SetRecord, "at" | "by"> {
  return { at: Math.max(nowMs, (present?.at ?? -1) + 1), by: actor };
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|[\u2028\u2029]/u.test(text);
}
