import { compareBytes } from "./compare";
import { isJsonObject } from "./json";

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
