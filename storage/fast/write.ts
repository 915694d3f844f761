import { BzError } from "../../model/errors";
import { isOnIssue } from "../../model/operation";
import { isOperation } from "../../model/operation-shape";
import type { State } from "../../model/state";
import { SystemCallError } from "../../native/errno";
import { append, closeFile, readAt, syncData, writeAt } from "../../native/file";
import { tryLock } from "../../native/file-lock";
import { status, statusAt } from "../../native/file-status";
import { sameBytes } from "../byte-layout";
import { isCompactionDue } from "../compaction-trigger";
import { storageError } from "../failure";
import { withPath } from "../native-file-system";
import { compactLockName, lockName, segmentName, storeDirectoryName } from "../paths";
import { encodeStatusPage, laterMount, statusPageLength } from "../status-page";
import type { Decision, Transacted, View } from "../transact";
import { encodeTransaction, type TransactionInfo } from "../transaction";
import { type Appending, append as appendFrame } from "../wal-append";
import { encodeFrame, frameKind, segmentHeaderLength } from "../wal-format";
import { FastLock } from "./lock";
import { regularAt } from "./place";
import type { FastSettings } from "./settings";
import { type FastStore, readPage, readStore } from "./store";
import { giveUp } from "./unusual";

/** No transaction is taken back here. */
export type FastDecision<T> = Pick<Decision<T>, "operations" | "result">;

/** What a write leaves to be done behind its answer. */
export interface FastRest {
  readonly info: TransactionInfo;
  readonly sequence: number;
  readonly log: Transacted<unknown>["log"];
  /** With the change in it; it gives up where more is asked of it than about a few issues. */
  readonly state: State;
  readonly beadsPath: string;
  readonly lockTimeoutMs: number;
  /** The log is long enough to be folded. */
  readonly isCompactionDue: boolean;
}

/** What is said of a decision. */
export interface FastMade<T> {
  readonly result: T;
  /** The state with the change in it. */
  readonly view: View;
}

export interface FastWritten<A> {
  readonly answer: A;
  /** Undefined where nothing changed. */
  readonly rest: FastRest | undefined;
  /** Says that nothing was saved, or that nobody knows whether it was: it is on the disk, and could not be confirmed. */
  readonly failure?: BzError;
}

/**
 * Decides and commits, as `transact` does: the decision is made before the lock is taken, and again under it when somebody else has written meanwhile. When this returns without an
 * `failure`, the change is on stable storage; when it throws, nothing was acknowledged, and no reader sees anything of it. So the answer is made before anything is written:
 * what it reads may make the call give up.
 */
export function writeFast<T, A>(
  store: FastStore,
  { lockTimeoutMs }: FastSettings,
  info: TransactionInfo,
  decide: (view: View, info: TransactionInfo) => FastDecision<T>,
  answer: (made: FastMade<T>, nowMs: number) => A,
): FastWritten<A> {
  const { place, page } = store;
  let prepared = prepare(store, info, decide, answer);
  if (prepared.payload === undefined) return { answer: prepared.answer, rest: undefined };
  if (page.sealed) giveUp();
  let draft = makeDraft(store, prepared.payload);
  const lock = new FastLock(place);
  lock.acquire(info.command, lockTimeoutMs);
  let failure: BzError | undefined;
  let latest = store;
  try {
    if (!sameBytes(readAt(place.lock, 0, statusPageLength), draft.known)) {
      latest = readStore(place, readPage(place), store.snapshot);
      prepared = prepare(latest, info, decide, answer);
      if (prepared.payload === undefined) return { answer: prepared.answer, rest: undefined };
      if (latest.page.sealed) giveUp();
      draft = makeDraft(latest, prepared.payload);
    }
    failure = commit(latest, lock, draft);
  } finally {
    lock.release();
  }
  const rest = restOf(latest, lock, prepared.payload.length, { info, lockTimeoutMs, state: prepared.state });
  return { answer: prepared.answer, rest, ...(failure === undefined ? {} : { failure }) };
}

interface Prepared<A> {
  readonly answer: A;
  readonly state: State;
  /** Undefined when nothing is to change. */
  readonly payload: Uint8Array | undefined;
}

/** Applies the decision in memory first, and reads what came of it: what later commands would stumble over must never reach the log. */
function prepare<T, A>(
  { state: before, prefix, page }: FastStore,
  info: TransactionInfo,
  decide: (view: View, info: TransactionInfo) => FastDecision<T>,
  answer: (made: FastMade<T>, nowMs: number) => A,
): Prepared<A> {
  const current = { state: before, prefix, sequence: page.confirmedSequence };
  const { operations, result } = decide(current, info);
  if (operations.length === 0)
    return { answer: answer({ result, view: current }, info.timeMs), state: before, payload: undefined };
  const state = before.fork();
  const sequence = current.sequence + 1;
  for (const operation of operations) {
    if (!isOperation(operation)) giveUp();
    state.apply(operation, sequence);
  }
  for (const operation of operations) if (isOnIssue(operation)) state.issue(operation.id);
  const view = { state, prefix, sequence };
  return {
    answer: answer({ result, view }, info.timeMs),
    state,
    payload: encodeTransaction(info, operations),
  };
}

interface FastDraft {
  readonly segment: number;
  /** The page behind which the frame is to stand. */
  readonly known: Uint8Array;
  readonly appending: Appending;
}

/** Made before the lock is taken, so that others wait for less. */
function makeDraft({ place, page, log }: FastStore, payload: Uint8Array): FastDraft {
  const segment = regularAt(place.store, segmentName(page.generation), "append") ?? giveUp();
  const { inode, mount } = status(segment);
  if (inode !== page.inode) giveUp();
  const sequence = page.confirmedSequence + 1;
  const content = { sequence, previousChecksum: log.lastChecksum, kind: frameKind.transaction, payload };
  const { bytes: frame } = encodeFrame(content, log.salt);
  const confirmedOffset = page.confirmedOffset + frame.length;
  const next = { ...page, mount: laterMount(page.mount, mount), prefix: log.prefix() ?? page.prefix };
  const confirming = encodeStatusPage({ ...next, confirmedOffset, confirmedSequence: sequence });
  return { segment, known: encodeStatusPage(page), appending: { status: next, frame, confirming } };
}

/**
 * Appends, syncs and confirms, in the order that every writer keeps. Gives up where the next frame belongs into a new segment. Returns the error of what was tried and must not be tried
 * again.
 */
function commit(
  { place, page }: FastStore,
  lock: FastLock,
  { segment, appending }: FastDraft,
): BzError | undefined {
  if (status(segment).size !== page.confirmedOffset) giveUp();
  const path = `${place.beadsPath}/${storeDirectoryName}/${segmentName(page.generation)}`;
  const lockPath = `${place.beadsPath}/${storeDirectoryName}/${lockName}`;
  const writing = {
    store: { status: (name: string) => statusAt(place.store, name) },
    lock: {
      file: {
        path: lockPath,
        writeAt: (offset: number, bytes: Uint8Array) =>
          withPath(lockPath, () => writeAt(place.lock, offset, bytes)),
      },
      isPublished: () => lock.isPublished(),
    },
  };
  const file = {
    path,
    append: (bytes: Uint8Array) => withPath(path, () => append(segment, bytes)),
    status: () => status(segment),
    sync: () => withPath(path, () => syncData(segment)),
  };
  try {
    appendFrame(writing, file, appending);
    return undefined;
  } catch (error) {
    if (error instanceof SystemCallError) return storageError("Nothing was saved.", error);
    if (error instanceof BzError) return error;
    throw error;
  }
}

function restOf(
  { place, snapshot, log, page }: FastStore,
  lock: FastLock,
  payloadLength: number,
  given: Pick<FastRest, "info" | "lockTimeoutMs" | "state">,
): FastRest {
  const { base, delta } = snapshot;
  const deltaBytes = delta?.status.size ?? 0;
  const pendingBytes = page.confirmedOffset - segmentHeaderLength + payloadLength;
  const pending = { pendingBytes, pendingFrames: log.length + 1, deltaBytes };
  return {
    ...given,
    beadsPath: place.beadsPath,
    sequence: page.confirmedSequence + 1,
    log: {
      ...pending,
      storeId: page.storeId,
      baseSequence: page.confirmedSequence - log.length,
      storeBytes: base.status.size + deltaBytes + pendingBytes,
    },
    isCompactionDue: isCompactionDue(pending, () => lock.waiting()) && !isBeingFolded(place.store),
  };
}

/** Whether somebody else folds or exports at this moment: then there is nothing to do. */
function isBeingFolded(store: number): boolean {
  const file = regularAt(store, compactLockName, "update");
  if (file === undefined) return false;
  const isFree = tryLock(file);
  // Releases it.
  closeFile(file);
  return !isFree;
}
