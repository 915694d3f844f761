import { BzError } from "./errors";
import type { SetRecord, StoredRecord } from "./record";
import { type RecordContext, removeRecord } from "./record-change";
import type { PastOperation } from "./undo";

/** A change in the life of a record. */
export interface PastRecordChange {
  /** The record right before it; undefined when there was none, or when `isKnown` is false. */
  readonly before: StoredRecord | undefined;
  readonly isKnown: boolean;
  readonly role: PastOperation["role"];
}

export interface RecordUndoing<P> {
  /** Undefined when it says already what it said before. */
  readonly change: SetRecord | undefined;
  /** The last change by somebody else since then: with it nothing must be taken back. */
  readonly laterChange: P | undefined;
}

/**
 * How to take back what was done to one record. All that ever happens to it stands in the log of this store, so the log alone tells who changed it last.
 * @param past all changes of it, oldest first, one of them undone at least
 * @throws BzError CANNOT_UNDO where it is not known what was there before
 */
export function undoRecord<P extends PastRecordChange>(
  { type, key }: Pick<StoredRecord, "type" | "key">,
  past: readonly P[],
  present: StoredRecord | undefined,
  context: RecordContext,
): RecordUndoing<P> {
  const first = past.findIndex(({ role }) => role === "undone");
  const { before, isKnown } = past[first] ?? { before: undefined, isKnown: false };
  if (!isKnown)
    throw new BzError("CANNOT_UNDO", `it is not known here what ${type} "${key}" was before`, {
      hint: "set it by hand",
      context: { type, key },
    });
  if (before?.value === present?.value) return { change: undefined, laterChange: undefined };
  const laterChange = past.slice(first).findLast(({ role }) => role === "other");
  if (before === undefined) return { change: present && removeRecord(present, context), laterChange };
  const { nowMs, actor } = context;
  const at = Math.max(nowMs, (present?.at ?? -1) + 1);
  return { change: { ...before, op: "record", at, by: actor }, laterChange };
}
