import { isOnIssue, issueOf, type Operation } from "../model/operation";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { framesNaming } from "./frames-naming";
import { loadLog } from "./log";
import { decodeTransaction } from "./logged-transaction";
import { withOperationsOn } from "./operations-on";
import { segmentName } from "./paths";
import { type ReadSegment, readSegments } from "./segments";
import { openForReading, type Place } from "./session";
import type { SnapshotHeader } from "./snapshot-format";
import type { Transaction } from "./transaction";
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

export interface History {
  readonly events: readonly HistoryEvent[];
  /** Sentences for the user. */
  readonly notices: readonly string[];
}

/**
 * What the log's segments say, oldest first.
 * @throws BzError CORRUPT
 */
export function readHistory(
  place: Place,
  environment: StorageEnvironment,
  selection: HistorySelection,
): History {
  const session = openForReading(place.owner, environment);
  if (session === undefined) return { events: [], notices: [] };
  try {
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) return { events: [], notices: [] };
    const { storeId } = loaded.snapshot.header;
    const { sequence } = loaded.position;
    loaded.snapshot.close();
    const events: HistoryEvent[] = [];
    const wholeLog = { storeId, nextGeneration: 0, lastSequence: 0 };
    const { id, sequence: chosen } = selection;
    const ids = id === undefined ? undefined : new Set([id]);
    const isWanted = (frame: Frame): boolean => chosen === undefined || frame.sequence === chosen;
    let first: ReadSegment | undefined;
    const onSegment = (segment: ReadSegment): void => {
      first ??= segment;
    };
    const wanted = { ids, isWanted, onSegment };
    for (const { operations, ...who } of readWhole(session.store, wholeLog, sequence, wanted))
      for (const { operation, number } of numbered(operations))
        if (id === undefined || issueOf(operation) === id) events.push({ ...who, number, operation });
    return { events, notices: noticesOn(first) };
  } finally {
    session.close();
  }
}

/** Whoever reads a list takes it for the whole. */
function noticesOn(first: ReadSegment | undefined): string[] {
  if (first === undefined || first.hasBeginning) return [];
  const { generation, baseSequence } = first.header;
  return [
    `the record begins with ${segmentName(generation)}: the segments before it are missing, and with them what was done up to change ${baseSequence}; \`bz doctor\` says more`,
  ];
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
  const cut = ids && ((frame: Frame): Frame => withOperationsOn(frame, ids));
  for (const transaction of readWhole(store, origin, upTo, { ids, cut })) {
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

interface Wanted {
  readonly ids: ReadonlySet<string> | undefined;
  readonly isWanted?: (frame: Frame) => boolean;
  /** What is to be parsed of it. */
  readonly cut?: ((frame: Frame) => Frame) | undefined;
  readonly onSegment?: (segment: ReadSegment) => void;
}

/** The same with all that they hold, transactions among them that only look as if they named one of `ids`. */
function* readWhole(
  store: Directory,
  { storeId, nextGeneration, lastSequence }: LogOrigin,
  upTo: number,
  { ids, isWanted = () => true, cut = (frame) => frame, onSegment }: Wanted,
): Generator<LoggedTransaction> {
  if (upTo <= lastSequence || ids?.size === 0) return;
  for (const segment of readSegments(store, storeId, upTo, nextGeneration)) {
    onSegment?.(segment);
    for (const frame of ids === undefined ? segment.frames : framesNaming(segment, ids))
      if (frame.sequence > lastSequence && isWanted(frame))
        yield { ...decodeTransaction(cut(frame)), sequence: frame.sequence };
  }
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
