import type { Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import type { ExportRun } from "./face-replacement";
import { type FaceNews, FaceWatch, type NewsSource } from "./face-watch";
import { loadLog } from "./log";
import { faceName } from "./paths";
import type { Place, StoreSession } from "./session";
import { StoreMoved } from "./store-moved";
import { transact } from "./transact";
import type { TransactionInfo } from "./transaction";
import type { Workspace } from "./workspace";

/** What `takeIn` and `sync` found in a face that others have written. */
export interface TakenIn {
  /** Issues that are new or other ones now. */
  readonly changedIds: readonly string[];
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

  /** Says what a user should know of a face that others have changed. */
  tell(news: FaceNews | undefined, info?: TransactionInfo, name = faceName): void {
    if (news === undefined) return;
    const { noticesOn } = require("./face-notices") as typeof import("./face-notices");
    this.notice(noticesOn(news, `${this.workspace.beadsPath}/${name}`, info));
  }

  notice(sentences: readonly string[]): void {
    for (const sentence of sentences) if (!this.notices.includes(sentence)) this.notices.push(sentence);
  }

  /** An export, for whoever makes it. */
  runFor(
    {
      info,
      ...given
    }: Pick<ExportRun, "session" | "place" | "startMs" | "recent"> & {
      readonly info: TransactionInfo;
    },
    onTaken: (taken: TakenIn) => void,
  ): ExportRun {
    const { session, place } = given;
    return {
      ...given,
      workspace: this.workspace,
      lockTimeoutMs: this.settings.lockTimeoutMs.value,
      watch: this.watch(place),
      notice: (sentence) => this.notice([sentence]),
      takeIn: (source) => onTaken(this.takeIn(session, source, { ...info, command: "sync" })),
    };
  }
}
