import type { Operation } from "../model/operation";
import type { State } from "../model/state";
import { establishBaseline } from "./baseline";
import type { CheckReport } from "./check";
import type { BusyReport, CompactionReport } from "./compaction";
import { isCompactionDue } from "./compaction-trigger";
import { readSettings, type Settings } from "./config";
import { nativeEnvironment, type StorageEnvironment } from "./environment";
import type { ExportReport } from "./face-export";
import { withStorageErrors } from "./failure";
import { bearFromFace, cloneView } from "./fresh-clone";
import type { HistoryEvent } from "./history";
import type { StoreInfo } from "./info";
import { type LoadedLog, loadLog, StoreMoved } from "./log";
import type { PastSource, ReplayPast } from "./past";
import { storeDirectoryName } from "./paths";
import type { ScrubReport } from "./purge";
import type { RepairReport } from "./repair";
import { openForReading, openForWriting, openPlace, type Place, type StoreSession } from "./session";
import type { Snapshot } from "./snapshot";
import { startingOver } from "./start-over";
import { encodeTransaction, type TransactionInfo } from "./transaction";
import type { LockMetrics } from "./wal-state";
import { commit } from "./wal-writer";
import { findWorkspace, type Workspace, type WorkspaceRequest } from "./workspace";

export type { LoggedTransaction } from "./history";
export type { InitReport } from "./init";
export type { PastState, ReplayPast } from "./past";
export type { TransactionInfo, Workspace };

export interface StoreRequest extends WorkspaceRequest {
  readonly lockTimeoutMs?: number;
}

/** What a command sees: all issues at one sequence. */
export interface View {
  readonly state: State;
  readonly prefix: string;
  readonly sequence: number;
}

export interface Decision<T> {
  /** None: nothing changes, and nothing is written. */
  readonly operations: readonly Operation[];
  readonly result: T;
  /** The transactions that these operations take back, by sequence. */
  readonly undoes?: readonly number[];
}

export interface Written<T> {
  readonly result: T;
  /** The state with the change in it. */
  readonly view: View;
  /** Undefined when nothing changed. */
  readonly sequence?: number;
}

/** @throws BzError NOT_INITIALIZED when there is no workspace, READ_ONLY when it cannot be looked into */
export function openStore(
  request: StoreRequest,
  environment: StorageEnvironment = nativeEnvironment(),
): Store {
  const workspace = withStorageErrors("", () => findWorkspace(request));
  return new Store(workspace, request, environment);
}

export async function initStore(
  request: StoreRequest,
  options: { prefix?: string; here: boolean },
): Promise<import("./init").InitReport> {
  const { initialise } = await import("./init");
  return initialise(request, options, nativeEnvironment());
}

/** The settings, and the files that hold them; also where there is no workspace. */
export async function openConfiguration(
  request: StoreRequest,
  environment: StorageEnvironment = nativeEnvironment(),
): Promise<import("./configuration").Configuration> {
  const { Configuration } = await import("./configuration");
  return new Configuration(request, environment);
}

/** The one door to the disk. Reads take no lock and write nothing; every mutation goes through `write`. */
export class Store {
  /** Sentences a user should see beside the answer. */
  readonly notices: string[] = [];
  #settings: Settings | undefined;
  #pending: { bytes: number; snapshotBytes: number; waiting: () => number } | undefined;

  constructor(
    readonly workspace: Workspace,
    readonly request: StoreRequest,
    readonly environment: StorageEnvironment,
  ) {}

  /** Read from their files when they are asked for, and once. */
  get settings(): Settings {
    this.#settings ??= readSettings(this.request, this.workspace.beadsPath, this.request);
    return this.#settings;
  }

  /** @throws BzError CORRUPT naming file and offset */
  read<T>(fn: (view: View) => T): T {
    return this.#read(fn);
  }

  /** The same with the past of the view, which may be damaged where the view is not: replaying it throws CORRUPT. */
  async readWithPast<T>(fn: (view: View, replay: ReplayPast) => T): Promise<T> {
    const { replayPast } = await import("./past");
    return this.#read((view, source) => fn(view, replaying(replayPast, source)));
  }

  #read<T>(fn: (view: View, source: PastSource | undefined) => T): T {
    return this.#inPlace("", (place) => {
      const session = openForReading(place.owner, this.environment);
      if (session === undefined) return fn(this.#cloneView(place), undefined);
      try {
        const loaded = loadLog(session.store, session.readStatus);
        if (loaded === undefined) return fn(this.#cloneView(place), undefined);
        try {
          return fn(viewOf(loaded), { store: session.store, loaded });
        } finally {
          loaded.snapshot.close();
        }
      } finally {
        session.close();
      }
    });
  }

  /**
   * Decides and commits. `fn` must be pure: it runs on the state read before the lock was taken, and again under the lock when that state was not
   * the last one. When this returns, the change is on stable storage. The view in the answer reads lines when they are asked for: its snapshot
   * stays open until the process ends.
   * @throws BzError LOCK_TIMEOUT, NO_SPACE, READ_ONLY, STORAGE_FAILED (not saved), CORRUPT, and whatever `fn` throws
   */
  write<T>(info: TransactionInfo, fn: (view: View) => Decision<T>): Written<T> {
    return this.#write(info, fn);
  }

  /** The same, with the past of the view as in `readWithPast`. */
  async writeWithPast<T>(
    info: TransactionInfo,
    fn: (view: View, replay: ReplayPast) => Decision<T>,
  ): Promise<Written<T>> {
    const { replayPast } = await import("./past");
    return this.#write(info, (view, source) => fn(view, replaying(replayPast, source)));
  }

  #write<T>(info: TransactionInfo, fn: Decide<T>): Written<T> {
    return this.#inPlace("Nothing was saved.", (place) => {
      if (place.owner.status(storeDirectoryName) === undefined) {
        const view = this.#cloneView(place);
        const { operations, result } = fn(view, undefined);
        if (operations.length === 0) return { result, view };
      }
      place.prepareToWrite();
      const session = openForWriting(place.owner, this.environment);
      try {
        const loaded = loadLog(session.store, session.readStatus) ?? this.#bear(place, session);
        return this.#writeInto(session, loaded, info, fn);
      } finally {
        session.close();
      }
    });
  }

  /**
   * Folds the log into a new snapshot.
   * @throws BzError LOCK_TIMEOUT when another process compacts or exports all the while
   */
  async compact(): Promise<CompactionReport> {
    const { compact } = await import("./compaction");
    return this.#withStore((session) => compact(session, this.#lockTimeoutMs()));
  }

  /** What may follow a mutation once its answer is out: a compaction, when the log has grown enough and nobody compacts already. */
  async settle(): Promise<CompactionReport | BusyReport | undefined> {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined || !isCompactionDue(pending.bytes, pending.snapshotBytes, pending.waiting))
      return undefined;
    const { compactIfFree } = await import("./compaction");
    return this.#withStore((session) => compactIfFree(session, this.#lockTimeoutMs()));
  }

  /**
   * Writes the face.
   * @throws BzError FACE_CHANGED when it holds lines that the store does not
   */
  async sync(): Promise<ExportReport> {
    const { exportFace } = await import("./face-export");
    return this.#withStore((session, place) =>
      exportFace(place, session, this.workspace, this.#lockTimeoutMs()),
    );
  }

  /** Writes the lines of the face to a file of the caller's choice, replacing it atomically. */
  async exportTo(path: string): Promise<{ path: string; issues: number }> {
    const { exportToFile } = await import("./face-export");
    return this.read(({ state }) => exportToFile(state, path, this.environment, this.workspace));
  }

  async check(): Promise<CheckReport> {
    const { checkStore } = await import("./check");
    return this.#inPlace("", (place) => checkStore(place, this.workspace, this.environment));
  }

  async repair(): Promise<RepairReport> {
    const { repairStore } = await import("./repair");
    return this.#inPlace("", (place) =>
      repairStore(place, this.workspace, this.environment, this.#lockTimeoutMs()),
    );
  }

  /** Every change of one issue, or of all, oldest first. */
  async history(id?: string): Promise<HistoryEvent[]> {
    const { readHistory } = await import("./history");
    return this.#inPlace("", (place) => readHistory(place, this.environment, id));
  }

  /** Takes the text of purged issues out of the sealed segments, too. */
  async scrub(ids: readonly string[]): Promise<ScrubReport> {
    const { scrubHistory } = await import("./purge");
    return this.#withStore((session, place) => scrubHistory(session, place, ids, this.#lockTimeoutMs()));
  }

  async info(): Promise<StoreInfo> {
    const { readInfo } = await import("./info");
    return this.#inPlace("", (place) => readInfo(place, this.workspace, this.environment));
  }

  /** Undefined before the first write. */
  metrics(): LockMetrics | undefined {
    return this.#inPlace("", (place) => {
      const session = openForReading(place.owner, this.environment);
      const metrics = session?.readWalState()?.metrics();
      session?.close();
      return metrics;
    });
  }

  resetMetrics(): void {
    this.#withStore(({ lock }) => lock.walState?.reset());
  }

  #writeInto<T>(
    session: StoreSession,
    preloaded: LoadedLog,
    info: TransactionInfo,
    fn: Decide<T>,
  ): Written<T> {
    const { store, lock, bootId } = session;
    const prepareOn = (loaded: LoadedLog): Prepared<T> =>
      prepare(viewOf(loaded), info, (view) => fn(view, { store, loaded }));
    const opened = new Set([preloaded.snapshot]);
    let kept: Snapshot | undefined;
    try {
      const early = prepareOn(preloaded);
      if (early.payload === undefined) {
        kept = preloaded.snapshot;
        return { result: early.result, view: early.view };
      }
      return session.withLock(info.command, this.#lockTimeoutMs(), () => {
        const baseline = establishBaseline(store, lock, bootId, preloaded);
        const { loaded } = baseline;
        opened.add(loaded.snapshot);
        const isUnchanged =
          loaded.snapshot === preloaded.snapshot && loaded.position.sequence + 1 === early.view.sequence;
        const { result, view, payload } = isUnchanged ? early : prepareOn(loaded);
        if (payload !== undefined) {
          commit({ store, lock, bootId }, baseline, payload);
          const waiting = (): number => lock.walState?.waiting() ?? 0;
          this.#pending = { bytes: loaded.pendingBytes, snapshotBytes: loaded.snapshot.status.size, waiting };
        }
        kept = loaded.snapshot;
        return { result, view, ...(payload === undefined ? {} : { sequence: view.sequence }) };
      });
    } finally {
      for (const snapshot of opened) if (snapshot !== kept) snapshot.close();
    }
  }

  #cloneView(place: Place): View {
    const view = cloneView(place, this.workspace);
    for (const notice of view.notices) if (!this.notices.includes(notice)) this.notices.push(notice);
    return { state: view.state, prefix: view.prefix, sequence: 0 };
  }

  #bear(place: Place, session: StoreSession): LoadedLog {
    bearFromFace(place, session, { workspace: this.workspace, lockTimeoutMs: this.#lockTimeoutMs() });
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) throw new StoreMoved("the store was removed right after its birth");
    return loaded;
  }

  #lockTimeoutMs(): number {
    return this.settings.lockTimeoutMs.value;
  }

  /** A session on the store, which is made first in a clone that has only a face. */
  #withStore<T>(action: (session: StoreSession, place: Place) => T): T {
    return this.#inPlace("Nothing was saved.", (place) => {
      place.prepareToWrite();
      const session = openForWriting(place.owner, this.environment);
      try {
        const loaded = loadLog(session.store, session.readStatus) ?? this.#bear(place, session);
        loaded.snapshot.close();
        return action(session, place);
      } finally {
        session.close();
      }
    });
  }

  /** Opens the directories, and starts over when the store is removed or replaced meanwhile. */
  #inPlace<T>(saved: string, action: (place: Place) => T): T {
    return startingOver(saved, this.environment, () => {
      const place = openPlace(this.workspace, this.environment);
      try {
        return action(place);
      } finally {
        place.close();
      }
    });
  }
}

/** `source` is undefined in a clone that has only a face. */
type Decide<T> = (view: View, source: PastSource | undefined) => Decision<T>;

/** A clone that has only a face has no past. */
function replaying(
  replayPast: typeof import("./past").replayPast,
  source: PastSource | undefined,
): ReplayPast {
  return (options, visit) => {
    if (source !== undefined) replayPast(source, options, visit);
  };
}

/** A transaction that is ready for the log, and the state with it applied. */
interface Prepared<T> {
  readonly result: T;
  readonly view: View;
  /** Undefined when nothing is to change. */
  readonly payload: Uint8Array | undefined;
}

/** Applies the decision in memory first: an operation that cannot be applied must never reach the log. */
function prepare<T>(current: View, info: TransactionInfo, fn: (view: View) => Decision<T>): Prepared<T> {
  const { operations, result, undoes } = fn(current);
  // That something was taken back is worth a frame also when all is as it was already.
  if (operations.length === 0 && undoes === undefined) return { result, view: current, payload: undefined };
  const state = current.state.fork();
  const sequence = current.sequence + 1;
  for (const operation of operations) state.apply(operation, sequence);
  return {
    result,
    view: { ...current, state, sequence },
    payload: encodeTransaction({ ...info, undoes }, operations),
  };
}

function viewOf(loaded: LoadedLog): View {
  return { state: loaded.state, prefix: loaded.snapshot.header.prefix, sequence: loaded.position.sequence };
}
