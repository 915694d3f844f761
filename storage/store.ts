import type { FaceStatus } from "../model/face-status";
import type { RecordType } from "../model/record";
import { randomBytes } from "../native/process";
import type { FaceLag } from "./automatic-export";
import type { Backups } from "./backups";
import type { CheckReport } from "./check";
import type { CompactionReport } from "./compaction";
import { isCompactionDue } from "./compaction-trigger";
import { readSettings, type Settings } from "./config";
import { nativeEnvironment, type StorageEnvironment } from "./environment";
import type { ExportedFile } from "./export-file";
import type { SyncReport } from "./face-export";
import { FaceKeeper, type TakenIn } from "./face-keeper";
import { withStorageErrors } from "./failure";
import type { FastRest } from "./fast/write";
import type { HistoryEvent, HistorySelection } from "./history";
import type { StoreInfo } from "./info";
import type { LastWrite, Settled } from "./last-write";
import { type LoadedLog, loadLog } from "./log";
import type { PastSource, ReplayPast } from "./past";
import { snapshotName, storeDirectoryName } from "./paths";
import type { ScrubReport } from "./purge";
import type { RepairReport } from "./repair";
import { openForReading, openForWriting, openPlace, type Place, type StoreSession } from "./session";
import { startingOver } from "./start-over";
import { StoreMoved } from "./store-moved";
import {
  type Decide,
  type Decision,
  isChange,
  largeLog,
  type Transacted,
  transact,
  type View,
  viewOf,
  type Written,
} from "./transact";
import type { TransactionInfo } from "./transaction";
import type { LockMetrics } from "./wal-state";
import { findWorkspace, type Workspace, type WorkspaceRequest } from "./workspace";
import { refuseWhenReadonly, type WritePermission } from "./write-permission";

export type { FaceLag } from "./automatic-export";
export type { Backup, OpenBackup } from "./backups";
export type { LoggedTransaction } from "./history";
export type { InitReport } from "./init";
export type { PastState, ReplayPast } from "./past";
export type { Decision, TransactionInfo, View, Workspace, Written };
export { randomBytes };

export interface StoreRequest extends WorkspaceRequest, WritePermission {
  readonly lockTimeoutMs?: number;
  readonly onProgress?: StorageEnvironment["onProgress"];
}

/** @throws BzError NOT_INITIALIZED when there is no workspace, READ_ONLY when it cannot be looked into */
export function openStore(
  request: StoreRequest,
  environment: StorageEnvironment = nativeEnvironment(request.onProgress),
): Store {
  const workspace = withStorageErrors("", () => findWorkspace(request));
  return new Store(workspace, request, environment);
}

export async function initStore(
  request: StoreRequest,
  options: { prefix?: string; here: boolean },
): Promise<import("./init").InitReport> {
  refuseWhenReadonly(request);
  const { initialise } = await import("./init");
  const environment = nativeEnvironment();
  const report = initialise(request, options, environment);
  if (!report.hasFace) {
    const info = { timeMs: environment.clocks.wallMs(), actor: "", command: "init" };
    await new Store(report.workspace, request, environment).sync(info);
  }
  return report;
}

/** The one door to the disk. Reads take no lock and write nothing; every mutation goes through `write`. */
export class Store {
  /** Read from their files when they are asked for, and once. */
  readonly settings: Settings;
  readonly #face: FaceKeeper;
  #written: LastWrite | undefined;

  constructor(
    readonly workspace: Workspace,
    readonly request: StoreRequest,
    readonly environment: StorageEnvironment,
  ) {
    this.settings = readSettings(request, workspace.beadsPath, request);
    this.#face = new FaceKeeper(workspace, environment, this.settings);
  }

  /** Sentences a user should see beside the answer. */
  get notices(): readonly string[] {
    return this.#face.notices;
  }

  /** @throws BzError CORRUPT naming file and offset */
  read<T>(fn: (view: View) => T): T {
    return this.#read(fn);
  }

  /** The same with the past of the view, which may be damaged where the view is not: replaying it throws CORRUPT. */
  async readWithPast<T>(fn: (view: View, replay: ReplayPast) => T): Promise<T> {
    const { replaying } = await import("./past");
    return this.#read((view, source) => fn(view, replaying(source)));
  }

  #read<T>(fn: (view: View, source: PastSource | undefined) => T): T {
    return this.#inPlace("", (place) => {
      const session = openForReading(place.owner, this.environment);
      if (session === undefined) return fn(this.#cloneView(place), undefined);
      try {
        const loaded = loadLog(session.store, session.readStatus);
        if (loaded === undefined) return fn(this.#cloneView(place), undefined);
        try {
          const news = this.#face.watch(place).look(session, loaded, false);
          this.#face.tell(news);
          return fn(viewOf(loaded, news), { store: session.store, loaded });
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
    const { replaying } = await import("./past");
    return this.#write(info, (view, source) => fn(view, replaying(source)));
  }

  #write<T>(info: TransactionInfo, fn: Decide<T>): Written<T> {
    refuseWhenReadonly(this.request);
    return this.#inPlace("Nothing was saved.", (place) => {
      if (place.owner.status(storeDirectoryName) === undefined) {
        const view = this.#cloneView(place);
        const decision = fn(view, undefined);
        if (!isChange(decision)) return { result: decision.result, view };
      }
      place.prepareToWrite();
      const session = openForWriting(place.owner, this.environment);
      try {
        const loaded = loadLog(session.store, session.readStatus) ?? this.#bear(place, session);
        return this.#transact(place, session, loaded, info, fn);
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
    const { compactAndSweep } = await import("./compaction");
    return this.#withStore((session, place) => compactAndSweep(session, place, this.#lockTimeoutMs()));
  }

  /**
   * What may follow a mutation once its answer is out: a compaction, when the log has grown enough, and an export, unless something speaks
   * against it.
   * @param isLagWanted whether somebody will be told how far behind the face is
   */
  async settle(isLagWanted = true): Promise<Settled> {
    const written = this.#written;
    if (written === undefined) return {};
    this.#written = undefined;
    const compaction = await this.#compactIfDue(written);
    const lag = this.#mayExport(written, isLagWanted) ? this.#exportIfDue(written) : undefined;
    return { ...(compaction === undefined ? {} : { compaction }), ...(lag === undefined ? {} : { lag }) };
  }

  /** As if a write of the fast path were its own: `settle` then does what follows. */
  takeOver({ info, sequence, log, isCompactionDue }: FastRest): void {
    const watch = this.#inPlace("", (place) => this.#face.watch(place));
    this.#written = {
      info,
      sequence,
      watch,
      ...log,
      state: undefined,
      waiting: () => (isCompactionDue ? 0 : 1),
    };
  }

  /**
   * Takes in what others wrote into the face, as one transaction.
   * @throws BzError LOCK_TIMEOUT and whatever `write` throws
   */
  takeIn(info: TransactionInfo): TakenIn {
    return this.#withStore((session, place) => this.#face.takeIn(session, this.#face.watch(place), info));
  }

  /**
   * Writes the face, after taking in what others wrote there.
   * @throws BzError FACE_CHANGED when somebody writes to it all the while, LOCK_TIMEOUT
   */
  async sync(info: TransactionInfo): Promise<SyncReport> {
    const { syncFace } = await import("./face-export");
    return this.#withStore((session, place) => syncFace(this.#face, session, place, info));
  }

  /** What the face and the store do not agree on, and what `sync` would do about it. Changes nothing. */
  async faceStatus(): Promise<FaceStatus> {
    const { readFaceStatus } = await import("./face-status");
    return this.#inPlace("", (place) => readFaceStatus(place, this.workspace, this.environment));
  }

  /** Writes the lines of the face, and behind them those of such records, to a file of the caller's choice, replacing it atomically. */
  async exportTo(path: string, type?: RecordType): Promise<ExportedFile> {
    refuseWhenReadonly(this.request);
    const { exportToFile } = await import("./export-file");
    return this.read(({ state }) => exportToFile(state, { path, type }, this.environment, this.workspace));
  }

  /** Writes a text that ends with a line end to a file of the caller's choice, replacing it atomically. Returns its whole path. */
  async writeText(path: string, text: string): Promise<string> {
    refuseWhenReadonly(this.request);
    const { writeChosenText } = await import("./chosen-file");
    return writeChosenText(path, text, this.environment, this.workspace);
  }

  async check(): Promise<CheckReport> {
    const { checkStore } = await import("./check");
    return this.#inPlace("", (place) => checkStore(place, this.workspace, this.environment, this.settings));
  }

  async repair(): Promise<RepairReport> {
    refuseWhenReadonly(this.request);
    const { repairStore } = await import("./repair");
    return this.#inPlace("", (place) => repairStore(place, this.workspace, this.environment, this.settings));
  }

  /** The record of what happened, or a part of it, oldest first. */
  async history(selection: HistorySelection = {}): Promise<readonly HistoryEvent[]> {
    const { readHistory } = await import("./history");
    const { events, notices } = this.#inPlace("", (place) => readHistory(place, this.environment, selection));
    this.#face.notice(notices);
    return events;
  }

  /** The copies that are kept beside it. */
  async backups(): Promise<Backups> {
    const { Backups } = await import("./backups");
    return new Backups({
      lockTimeoutMs: this.#lockTimeoutMs(),
      look: (action) => this.#inPlace("", action),
      takeIn: (info) => this.takeIn(info),
      change: (action) => this.#withStore(action),
    });
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

  async #compactIfDue({ waiting, ...log }: LastWrite): Promise<Settled["compaction"]> {
    if (!isCompactionDue(log, waiting)) return undefined;
    if (log.pendingBytes > largeLog) await (await import("../native/memory")).collectGarbage();
    const { compactIfFree } = await import("./compaction");
    return this.#withStandingStore((session) => compactIfFree(session, this.#lockTimeoutMs()));
  }

  /** Where nothing is exported, nobody asks why, and the face is known, there is nothing to look for. */
  #mayExport({ watch }: LastWrite, isLagWanted: boolean): boolean {
    return isLagWanted || this.settings.autoFlush.value || watch.hasToSign;
  }

  #exportIfDue(written: LastWrite): FaceLag | undefined {
    const startMs = this.environment.clocks.monotonicMs();
    const { exportAfter } = require("./automatic-export") as typeof import("./automatic-export");
    return this.#inPlace("", (place) => exportAfter(this.#face, place, written, startMs));
  }

  #transact<T>(
    place: Place,
    session: StoreSession,
    loaded: LoadedLog,
    info: TransactionInfo,
    fn: Decide<T>,
  ): Transacted<T> {
    const options = { info, lockTimeoutMs: this.#lockTimeoutMs(), takesIn: false };
    const watch = this.#face.watch(place);
    const transacted = transact(session, loaded, watch, options, fn);
    const { log, news, sequence } = transacted;
    this.#face.tell(news, info);
    if (sequence !== undefined) {
      const waiting = (): number => session.lock.walState?.waiting() ?? 0;
      this.#written = { info, sequence, watch, ...log, waiting };
    }
    return transacted;
  }

  #cloneView(place: Place): View {
    const { cloneView } = require("./fresh-clone") as typeof import("./fresh-clone");
    const view = cloneView(place, this.workspace);
    this.#face.notice(view.notices);
    return { state: view.state, prefix: view.prefix, sequence: 0 };
  }

  #bear(place: Place, session: StoreSession): LoadedLog {
    const { bearFromFace } = require("./fresh-clone") as typeof import("./fresh-clone");
    const { workspace } = this;
    const birth = bearFromFace(place, session, { workspace, lockTimeoutMs: this.#lockTimeoutMs() });
    this.#face.notice(birth?.notices ?? []);
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) throw new StoreMoved("the store was removed right after its birth");
    return loaded;
  }

  #lockTimeoutMs(): number {
    return this.settings.lockTimeoutMs.value;
  }

  /** A session on the store, which is made first in a clone that has only a face. */
  #withStore<T>(action: (session: StoreSession, place: Place) => T): T {
    refuseWhenReadonly(this.request);
    return this.#inPlace("Nothing was saved.", (place) => {
      place.prepareToWrite();
      const session = openForWriting(place.owner, this.environment);
      try {
        if (session.store.status(snapshotName) === undefined) {
          const loaded = loadLog(session.store, session.readStatus) ?? this.#bear(place, session);
          loaded.snapshot.close();
        }
        return action(session, place);
      } finally {
        session.close();
      }
    });
  }

  /** The same after a mutation: a store that was removed since is made by the next command, which can say so. */
  #withStandingStore<T>(action: (session: StoreSession) => T): T | undefined {
    return this.#inPlace("", (place) => {
      if (place.owner.status(storeDirectoryName) === undefined) return undefined;
      const session = openForWriting(place.owner, this.environment);
      try {
        return session.store.status(snapshotName) === undefined ? undefined : action(session);
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
