import { isOnIssue, type Operation } from "../model/operation";
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
  readonly operation: Operation;
}

/**
 * What the log's segments say, oldest first: of one issue, or of all.
 * @throws BzError CORRUPT
 */
export function readHistory(
  place: Place,
  environment: StorageEnvironment,
  id: string | undefined,
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
    const ids = id === undefined ? undefined : new Set([id]);
    for (const { operations, ...who } of readTransactions(session.store, wholeLog, sequence, ids))
      for (const operation of operations) events.push({ ...who, operation });
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
  { storeId, nextGeneration, lastSequence }: LogOrigin,
  upTo: number,
  ids?: ReadonlySet<string>,
): Generator<LoggedTransaction> {
  if (upTo <= lastSequence || ids?.size === 0) return;
  const mayName = mentionOf(ids);
  for (const { frames } of readSegments(store, storeId, upTo, nextGeneration)) {
    for (const frame of frames) {
      if (frame.sequence <= lastSequence || !mayName(frame)) continue;
      const { operations, ...info } = decodeTransaction(frame);
      const wanted =
        ids === undefined
          ? operations
          : operations.filter((operation) => isOnIssue(operation) && ids.has(operation.id));
      if (ids === undefined || wanted.length > 0)
        yield { ...info, sequence: frame.sequence, operations: wanted };
    }
  }
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
