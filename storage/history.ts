import { isOnIssue, issueOf, type Operation } from "../model/operation";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { loadLog } from "./log";
import { readSegments } from "./segments";
import { openForReading, type Place } from "./session";
import type { SnapshotHeader } from "./snapshot-format";
import { decodeTransaction, type Transaction } from "./transaction";
import type { Frame } from "./wal-reader";

/** One operation, as it was logged, and who did it. */
export interface HistoryEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly actor: string;
  readonly session?: string;
  readonly command: string;
  /** The transactions that this one takes back, by sequence. */
  readonly undoes?: readonly number[];
  /** Among the operations of its transaction, from 1: first those of the command, then what the face brought. It never changes. */
  readonly number: number;
  readonly operation: Operation;
}

export interface HistorySelection {
  /** What happened to this issue, or was recorded about it. */
  readonly id?: string;
  /** One transaction. */
  readonly sequence?: number;
}

/**
 * What the log's segments say, oldest first.
 * @throws BzError CORRUPT
 */
export function readHistory(
  place: Place,
  environment: StorageEnvironment,
  selection: HistorySelection,
): HistoryEvent[] {
  const session = openForReading(place.owner, environment);
  if (session === undefined) return [];
  try {
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) return [];
    const { storeId } = loaded.snapshot.header;
    const { sequence } = loaded.position;
    loaded.snapshot.close();
    const events: HistoryEvent[] = [];
    const wholeLog = { storeId, nextGeneration: 0, lastSequence: 0 };
    const { id, sequence: wanted } = selection;
    const ids = id === undefined ? undefined : new Set([id]);
    const isWanted = (frame: Frame): boolean => wanted === undefined || frame.sequence === wanted;
    for (const { operations, ...who } of readWhole(session.store, wholeLog, sequence, ids, isWanted))
      for (const { operation, number } of numbered(operations))
        if (id === undefined || issueOf(operation) === id) events.push({ ...who, number, operation });
    return events;
  } finally {
    session.close();
  }
}

/** A transaction in its place in the log. */
export interface LoggedTransaction extends Transaction {
  readonly sequence: number;
}

/** Where to begin: the header of the snapshot that the log goes on from. */
export type LogOrigin = Pick<SnapshotHeader, "storeId" | "nextGeneration" | "lastSequence">;

/**
 * The transactions behind `origin` up to the sequence `upTo`, sealed segments in `history/` included, oldest first. With `ids` only operations on these
 * issues, and no transaction without any.
 * @throws BzError CORRUPT at a gap, or a frame that does not verify
 */
export function* readTransactions(
  store: Directory,
  origin: LogOrigin,
  upTo: number,
  ids?: ReadonlySet<string>,
): Generator<LoggedTransaction> {
  for (const transaction of readWhole(store, origin, upTo, ids, () => true)) {
    if (ids === undefined) {
      yield transaction;
      continue;
    }
    const operations = transaction.operations.filter(
      (operation) => isOnIssue(operation) && ids.has(operation.id),
    );
    if (operations.length > 0) yield { ...transaction, operations };
  }
}

/** The same with all that they hold, transactions among them that only look as if they named one of `ids`. */
function* readWhole(
  store: Directory,
  { storeId, nextGeneration, lastSequence }: LogOrigin,
  upTo: number,
  ids: ReadonlySet<string> | undefined,
  isWanted: (frame: Frame) => boolean,
): Generator<LoggedTransaction> {
  if (upTo <= lastSequence || ids?.size === 0) return;
  const mayName = mentionOf(ids);
  for (const { frames } of readSegments(store, storeId, upTo, nextGeneration))
    for (const frame of frames)
      if (frame.sequence > lastSequence && isWanted(frame) && mayName(frame))
        yield { ...decodeTransaction(frame), sequence: frame.sequence };
}

/** What the face brought stands first in a frame, but counts last: so the first operation of a command is number 1 in any case. */
function numbered(operations: readonly Operation[]): { operation: Operation; number: number }[] {
  const ownCount = operations.filter((operation) => !isTaken(operation)).length;
  let own = 0;
  let taken = ownCount;
  return operations.map((operation) => ({
    operation,
    number: isTaken(operation) ? ++taken : ++own,
  }));
}

function isTaken(operation: Operation): boolean {
  return operation.op === "take" || (operation.op === "gone" && operation.take === true);
}

/** An issue's id stands in every operation on it, so a frame without any of them needs no parsing. With many ids parsing is the cheaper way. */
function mentionOf(ids: ReadonlySet<string> | undefined): (frame: Frame) => boolean {
  if (ids === undefined || ids.size > searchedIdsLimit) return () => true;
  const needles = [...ids].map((id) => Buffer.from(JSON.stringify(id)));
  return ({ payload }) => {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    return needles.some((needle) => bytes.includes(needle));
  };
}

const searchedIdsLimit = 32;
