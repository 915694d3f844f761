import type { JsonObject } from "../model/json";
import { recordName, type SetRecord, type StoredRecord } from "../model/record";
import type { RecordContext } from "../model/record-change";
import { formatTime } from "../model/time";
import { type PastRecordChange, undoRecord } from "../model/undo-record";
import type { UndoSelection } from "../model/undo-selection";
import type { LoggedTransaction, PastState, View } from "../storage/store";

/** A change of a record in the log, and who made it. */
export interface RecordDeed {
  readonly sequence: number;
  readonly actor: string;
  readonly session?: string;
  readonly operation: SetRecord;
  readonly before: StoredRecord | undefined;
  readonly isKnown: boolean;
}

/** What an undo does to one record. */
export interface UndoneRecord {
  readonly type: string;
  readonly key: string;
  /** Undefined where all is as it was already. */
  readonly change: SetRecord | undefined;
  readonly conflict: RecordConflict | undefined;
}

export interface RecordConflict {
  readonly spoken: string;
  readonly row: JsonObject;
}

/** The changes of records in one transaction, each with what was there right before it. */
export function recordDeedsIn(
  { operations, sequence, actor, session }: LoggedTransaction,
  past: PastState,
): RecordDeed[] {
  const deeds: RecordDeed[] = [];
  const records = new Map<string, StoredRecord | undefined>();
  for (const operation of operations) {
    if (operation.op !== "record") continue;
    const { op: _, value, ...rest } = operation;
    const name = recordName(rest.type, rest.key);
    const known = records.has(name) ? { record: records.get(name) } : past.record(rest.type, rest.key);
    const who = { sequence, actor, ...(session === undefined ? {} : { session }) };
    deeds.push({ ...who, operation, before: known?.record, isKnown: known !== undefined });
    records.set(name, value === null ? undefined : { ...rest, value });
  }
  return deeds;
}

/**
 * How to take back what the selected transactions did to records.
 * @param deeds all changes of all records, oldest first
 * @throws BzError CANNOT_UNDO
 */
export function undoRecords(
  view: View,
  deeds: readonly RecordDeed[],
  { undone, settled }: UndoSelection,
  context: RecordContext,
): UndoneRecord[] {
  const isUndone = new Set(undone);
  const byName = new Map<string, (RecordDeed & PastRecordChange)[]>();
  for (const deed of deeds) {
    const { sequence, operation } = deed;
    const role = isUndone.has(sequence) ? "undone" : settled.has(sequence) ? "settled" : "other";
    const name = recordName(operation.type, operation.key);
    const past = byName.get(name) ?? [];
    past.push({ ...deed, role });
    byName.set(name, past);
  }
  return [...byName.values()]
    .filter((past) => past.some(({ role }) => role === "undone"))
    .map((past) => {
      const { type, key } = past[0]?.operation ?? { type: "", key: "" };
      const present = view.state.record(type, key);
      const { change, laterChange } = undoRecord({ type, key }, past, present, context);
      return { type, key, change, conflict: laterChange && conflictOf(laterChange) };
    });
}

function conflictOf({ operation: { type, key, at }, sequence, actor, session }: RecordDeed): RecordConflict {
  const time = formatTime(at);
  const who = session === undefined ? actor : `${actor} (session ${session})`;
  return {
    spoken: `${type} "${key}", by ${who} at ${time} (#${sequence})`,
    row: { type, key, time, sequence, actor, ...(session === undefined ? {} : { session }) },
  };
}
