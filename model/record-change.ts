import { BzError } from "./errors";
import type { RecordType, SetRecord, StoredRecord } from "./record";

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
