import type { NoExport } from "./automatic-export";
import type { Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import type { ExportReport, ExportRun, SkipReport } from "./face-export";
import { recallFace } from "./face-signature";
import { type FaceNews, FaceWatch, type NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { loadLog, StoreMoved } from "./log";
import { faceName, storeDirectoryName } from "./paths";
import type { Place, StoreSession } from "./session";
import { transact } from "./transact";
import type { TransactionInfo } from "./transaction";
import type { Workspace } from "./workspace";

/** What `takeIn` and `sync` found in a face that others have written. */
export interface TakenIn {
  /** Issues that are new or other ones now. */
  readonly changedIds: readonly string[];
}

export interface SyncReport extends ExportReport {
  /** Issues that are new or other ones now, because of what stood in the face. */
  readonly takenIn: readonly string[];
}

/** The face was left as it was after a mutation, and why. */
export interface FaceLag {
  readonly reason: NoExport | SkipReport["outcome"];
  /** Transactions that it does not show; undefined where others have written it since. */
  readonly behind?: number;
}

interface WrittenToLog {
  readonly sequence: number;
  readonly storeId: Uint8Array;
  readonly storeBytes: number;
}

/** Keeps the face of one worktree and the store in step, and tells what a user should know of that. */
export class FaceKeeper {
  /** Sentences, each once. */
  readonly notices: string[] = [];

  constructor(
    readonly workspace: Workspace,
    readonly environment: StorageEnvironment,
    readonly settings: Settings,
  ) {}

  watch(place: Place): FaceWatch {
    return new FaceWatch(place, this.workspace, this.environment);
  }

  /** What a source brings, as a transaction of its own; nothing is written when it brings nothing. */
  takeIn(session: StoreSession, source: NewsSource, info: TransactionInfo): TakenIn {
    const changedIds = new Set<string>();
    for (let isPartial = true; isPartial; ) {
      const news = this.#takeInOnce(session, source, info);
      for (const id of news?.changedIds ?? []) changedIds.add(id);
      isPartial = news?.isPartial === true;
    }
    return { changedIds: [...changedIds] };
  }

  #takeInOnce(session: StoreSession, source: NewsSource, info: TransactionInfo): FaceNews | undefined {
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) throw new StoreMoved("the store was removed");
    const options = { info, lockTimeoutMs: this.settings.lockTimeoutMs.value, takesIn: true };
    const taken = transact(session, loaded, source, options, () => ({ operations: [], result: undefined }));
    try {
      // Also a face that brings nothing is known from here on.
      source.sign(session.store);
      this.tell(taken.news, info, source.name);
      return taken.news;
    } finally {
      taken.snapshot.close();
    }
  }

  /** @throws BzError FACE_CHANGED, LOCK_TIMEOUT */
  sync(session: StoreSession, place: Place, info: TransactionInfo): SyncReport {
    const { exportFace } = require("./face-export") as typeof import("./face-export");
    const takenIn = new Set<string>();
    const run = this.#run(session, place, info, ({ changedIds }) => {
      for (const id of changedIds) takenIn.add(id);
    });
    return { ...exportFace(run), takenIn: [...takenIn].sort() };
  }

  /** The export after a mutation. Undefined when the face is up to date. */
  exportIfFree(session: StoreSession, place: Place, info: TransactionInfo): FaceLag | undefined {
    const { exportIfFree } = require("./face-export") as typeof import("./face-export");
    const report = exportIfFree(this.#run(session, place, info, () => undefined));
    return "path" in report ? undefined : { reason: report.outcome };
  }

  /** Why the face cannot be written after the mutation of that sequence; nothing where the store is gone by now. */
  lagAfter(place: Place, watch: FaceWatch, written: WrittenToLog): FaceLag | undefined {
    const store = place.owner.openDirectory(storeDirectoryName);
    if (store === undefined) return undefined;
    try {
      watch.sign(store);
      return this.#lag(store, place, written);
    } finally {
      store.close();
    }
  }

  #lag(store: Directory, place: Place, written: WrittenToLog): FaceLag | undefined {
    const { reasonNotToExport } = require("./automatic-export") as typeof import("./automatic-export");
    const signature = recallFace(store, this.workspace, written.storeId);
    const nowMs = this.environment.clocks.wallMs();
    const reason = this.settings.autoFlush.value
      ? reasonNotToExport(place, this.workspace, signature, nowMs, written.storeBytes)
      : "off";
    const exported = signature?.sequence ?? -1;
    return reason && { reason, ...(exported < 0 ? {} : { behind: written.sequence - exported }) };
  }

  /** Says what a user should know of a face that others have changed. */
  tell(news: FaceNews | undefined, info?: TransactionInfo, name = faceName): void {
    if (news === undefined) return;
    const { noticesOn } = require("./face-notices") as typeof import("./face-notices");
    this.notice(noticesOn(news, `${this.workspace.beadsPath}/${name}`, info));
  }

  notice(sentences: readonly string[]): void {
    for (const sentence of sentences) if (!this.notices.includes(sentence)) this.notices.push(sentence);
  }

  #run(
    session: StoreSession,
    place: Place,
    info: TransactionInfo,
    onTaken: (taken: TakenIn) => void,
  ): ExportRun {
    return {
      place,
      session,
      workspace: this.workspace,
      lockTimeoutMs: this.settings.lockTimeoutMs.value,
      watch: this.watch(place),
      notice: (sentence) => this.notice([sentence]),
      takeIn: (source) => onTaken(this.takeIn(session, source, { ...info, command: "sync" })),
    };
  }
}
