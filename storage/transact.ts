import { findIn } from "../model/list";
import { isOnIssue, type NewIssues, type Operation } from "../model/operation";
import { isOperation } from "../model/operation-shape";
import type { State } from "../model/state";
import { establishBaseline } from "./baseline";
import type { Checkpoint } from "./checkpoint";
import type { FaceNews, NewsSource } from "./face-watch";
import type { LoadedLog } from "./log";
import type { PastSource } from "./past";
import type { StoreSession } from "./session";
import { encodeTransaction, type OperationList, type TransactionInfo } from "./transaction";
import { commit, type Draft, draftFrame } from "./wal-writer";

/** What a command sees: all issues at one sequence, with what the face brings merged in. */
export interface View {
  readonly state: State;
  readonly prefix: string;
  readonly sequence: number;
}

export interface Decision<T> {
  /** None: nothing changes, and nothing is written. */
  readonly operations: readonly Operation[];
  /** Issues that are not there yet, which come before the operations. */
  readonly creations?: NewIssues;
  readonly result: T;
  /** The transactions that these operations take back, by sequence. */
  readonly undoes?: readonly number[];
}

/** `source` leads to the past of the view; it is undefined in a clone that has only a face. */
export type Decide<T> = (view: View, source: PastSource | undefined) => Decision<T>;

export interface Written<T> {
  readonly result: T;
  /** The state with the change in it. */
  readonly view: View;
  /** Undefined when nothing changed. */
  readonly sequence?: number;
}

export interface Transacted<T> extends Written<T> {
  /** What the face brought, merged into the view; it is in the log if there is a sequence. */
  readonly news: FaceNews | undefined;
  /** The log with this transaction in it: whoever brings many issues folds them, rather than whoever comes next. */
  readonly log: {
    readonly storeId: Uint8Array;
    /** What is behind this sequence stands above the snapshot in the state of the view. */
    readonly baseSequence: number;
    readonly pendingBytes: number;
    readonly pendingFrames: number;
    /** 0 where there is none. */
    readonly deltaBytes: number;
    /** Snapshot and log. */
    readonly storeBytes: number;
    /** That of the view, where it knows all that stands above the snapshot and is not too large to be kept. */
    readonly state: State | undefined;
  };
  /** What the view reads from; for whoever needs it no longer to close. */
  readonly snapshot: Checkpoint;
}

/**
 * Decides, takes the lock, decides again if the state has moved, and commits. What the face brings goes into the same frame, in front. When this returns,
 * the change is on stable storage. The snapshot of the view stays open until the process ends.
 *
 * @param takesIn what the face brings is worth a transaction of its own
 */
export function transact<T>(
  session: StoreSession,
  preloaded: LoadedLog,
  source: NewsSource,
  options: { info: TransactionInfo; lockTimeoutMs: number; takesIn: boolean },
  fn: Decide<T>,
): Transacted<T> {
  const { store, lock, bootId } = session;
  const { info, lockTimeoutMs, takesIn } = options;
  const prepareOn = (loaded: LoadedLog): Prepared<T> =>
    prepare(loaded, source.look(session, loaded, true), info, takesIn, (view) => fn(view, { store, loaded }));
  const opened = new Set([preloaded.snapshot]);
  let kept: Checkpoint | undefined;
  let draft: Draft | undefined;
  try {
    const early = prepareOn(preloaded);
    if (early.payload === undefined) {
      kept = preloaded.snapshot;
      serveAnswer(preloaded, "Nothing was saved.");
      return answer(early, preloaded);
    }
    draft = draftFrame(session, preloaded, early.payload);
    const { loaded, prepared } = session.withLock(info.command, lockTimeoutMs, () => {
      const baseline = establishBaseline(store, lock, bootId, preloaded, draft?.known);
      const { loaded } = baseline;
      opened.add(loaded.snapshot);
      const isUnchanged =
        loaded.snapshot === preloaded.snapshot && loaded.position.sequence + 1 === early.view.sequence;
      const prepared = isUnchanged ? early : prepareOn(loaded);
      if (prepared.payload !== undefined)
        commit(session, baseline, prepared.payload, isUnchanged ? draft : undefined);
      return { loaded, prepared };
    });
    kept = loaded.snapshot;
    serveAnswer(loaded, "The change is saved, but its answer cannot be read.");
    return answer(prepared, loaded);
  } finally {
    draft?.segment.close();
    for (const snapshot of opened) if (snapshot !== kept) snapshot.close();
  }
}

/** What is read from now on, is read for the answer. */
function serveAnswer({ snapshot, unread }: LoadedLog, saved: string): void {
  snapshot.serveAnswer(saved);
  unread.serveAnswer(saved);
}

/** The state that was loaded, or with what the face brings. */
export function viewOf(loaded: LoadedLog, news: FaceNews | undefined): View {
  return {
    state: news?.state ?? loaded.state,
    prefix: loaded.snapshot.header.prefix,
    sequence: loaded.position.sequence,
  };
}

/** Whether it changes anything. */
export function isChange({ operations, creations, undoes }: Omit<Decision<unknown>, "result">): boolean {
  // That something was taken back is worth a frame also when all is as it was already.
  return operations.length > 0 || (creations !== undefined && creations.length > 0) || undoes !== undefined;
}

/** A transaction that is ready for the log, and the state with it applied. */
interface Prepared<T> {
  readonly result: T;
  readonly view: View;
  readonly news: FaceNews | undefined;
  /** Undefined when nothing is to change. */
  readonly payload: Uint8Array | undefined;
  /** Whether the state of the view knows all that stands above the snapshot. */
  readonly isWhole: boolean;
}

/** Applies the decision in memory first: an operation that cannot be applied must never reach the log. */
function prepare<T>(
  loaded: LoadedLog,
  news: FaceNews | undefined,
  info: TransactionInfo,
  takesIn: boolean,
  fn: (view: View) => Decision<T>,
): Prepared<T> {
  const current = viewOf(loaded, news);
  const decision = fn(current);
  const { creations, result, undoes } = decision;
  const taken = news?.operations ?? [];
  if (!isChange(decision) && !(takesIn && taken.length > 0))
    return { result, view: current, news, payload: undefined, isWhole: true };
  const many = creations !== undefined && creations.length > readableLimit ? creations : undefined;
  const few = many === undefined ? creations : undefined;
  const operations = few === undefined ? decision.operations : [...few, ...decision.operations];
  let state = current.state.fork();
  const sequence = current.sequence + 1;
  for (const operation of operations) state.apply(operation, sequence);
  refuseUnreadable(state, taken, operations);
  let all: OperationList = [...taken, ...operations];
  if (many !== undefined) {
    const { aroundCreations, withNewIssues } =
      require("./many-creations") as typeof import("./many-creations");
    all = aroundCreations(taken, many, operations);
    state = withNewIssues(state, many, sequence);
  }
  const payload = encodeTransaction({ ...info, undoes }, all);
  return { result, view: { ...current, state, sequence }, news, payload, isWhole: many === undefined };
}

/** What later commands would stumble over must never reach the log. The answer reads these issues anyway; thousands would cost too much. */
function refuseUnreadable(state: State, taken: readonly Operation[], operations: readonly Operation[]): void {
  for (const each of [taken, operations]) {
    const other = findIn(each, (operation) => isOnIssue(operation) && !isOperation(operation));
    if (other !== undefined) throw unreadable().unreadableForm(other);
  }
  if (operations.length > readableLimit) return;
  for (const operation of operations) {
    if (!isOnIssue(operation)) continue;
    const { id } = operation;
    try {
      state.issue(id);
    } catch (error) {
      throw unreadable().unreadableAfter(id, error);
    }
  }
}

const unreadable = () => require("./unreadable-change") as typeof import("./unreadable-change");

const readableLimit = 1000;
/** In bytes: what brings more is not held while it is folded. */
export const largeLog = 1 << 22;

function answer<T>({ result, view, news, payload, isWhole }: Prepared<T>, loaded: LoadedLog): Transacted<T> {
  const { snapshot } = loaded;
  const pendingBytes = loaded.pendingBytes + (payload?.length ?? 0);
  const log = {
    storeId: snapshot.header.storeId,
    baseSequence: loaded.position.sequence - loaded.pendingFrames,
    pendingBytes,
    pendingFrames: loaded.pendingFrames + (payload === undefined ? 0 : 1),
    deltaBytes: snapshot.delta?.size ?? 0,
    storeBytes: snapshot.size + pendingBytes,
    state: isWhole && pendingBytes <= largeLog ? view.state : undefined,
  };
  return { result, view, news, log, snapshot, ...(payload === undefined ? {} : { sequence: view.sequence }) };
}
