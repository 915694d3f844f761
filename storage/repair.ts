import { BzError } from "../model/errors";
import { encoder } from "../native/utf8";
import { giveBirth, writeStoreGitignore } from "./birth";
import { type CheckReport, checkStore } from "./check";
import { takeCompactLock } from "./compact-lock";
import type { Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import { readFace } from "./face";
import { withStorageErrors } from "./failure";
import type { Directory } from "./file-system";
import { prefixFor } from "./fresh-clone";
import { loadLog } from "./log";
import {
  deltaName,
  generationsIn,
  historyDirectoryName,
  lockName,
  segmentName,
  snapshotName,
  storeDirectoryName,
} from "./paths";
import { keepBytes, lossesName, openQuarantine } from "./quarantine";
import { type Salvage, salvage } from "./salvage";
import { verifySections } from "./section-verification";
import { openForWriting, type Place, type StoreSession } from "./session";
import { damagedBases, settleRecord, verifyRecord, writeRecord } from "./settle-record";
import { verifyCheckpoint } from "./snapshot-verification";
import { StoreMoved } from "./store-moved";
import type { Workspace } from "./workspace";

export interface RepairReport {
  /** What was done, in sentences. Empty: there was nothing to repair. */
  readonly actions: readonly string[];
  /** Where damaged files were copied to before anything else, and what stood in the place of the lock file was moved to. */
  readonly quarantine?: string;
  /** Sentences on acknowledged data that could not be brought back. */
  readonly losses: readonly string[];
  /** Acknowledged transactions that no file holds any more, by sequence. */
  readonly lostSequences: readonly number[];
  /** What `check` says afterwards. */
  readonly after: CheckReport;
}

/**
 * Repairs what can be repaired, and says what is lost. A store that does not load is rebuilt from everything in it that verifies, above every generation
 * and sequence it ever had; its files are copied to `quarantine/` first and nothing is removed that was not copied.
 */
export function repairStore(
  place: Place,
  workspace: Workspace,
  environment: StorageEnvironment,
  settings: Settings,
): RepairReport {
  const lockTimeoutMs = settings.lockTimeoutMs.value;
  const actions: string[] = [];
  let quarantine: string | undefined;
  let salvaged: Salvage | undefined;
  if (place.owner.status(storeDirectoryName) !== undefined) {
    const moved = moveLockAside(place.owner, environment, lockTimeoutMs);
    quarantine = moved?.quarantine;
    if (moved !== undefined) actions.push(moved.action);
    const session = openForWriting(place.owner, environment);
    try {
      actions.push(...restoreGitignore(session.store));
      if (!isWhole(session)) {
        const rebuilt = rebuild(place, session, lockTimeoutMs);
        ({ quarantine, salvaged } = rebuilt);
        actions.push(...rebuilt.actions);
      }
    } finally {
      session.close();
    }
  }
  const after = checkStore(place, workspace, environment, settings);
  const { losses = [], lostSequences = [] } = salvaged ?? {};
  return { actions, ...(quarantine === undefined ? {} : { quarantine }), losses, lostSequences, after };
}

/** A directory, a link or a FIFO in the place of the lock file keeps every writer out, and so nobody holds it. */
function moveLockAside(
  owner: Directory,
  environment: StorageEnvironment,
  lockTimeoutMs: number,
): { quarantine: string; action: string } | undefined {
  const store = owner.openDirectory(storeDirectoryName);
  if (store === undefined) return undefined;
  try {
    if (isLockUsable(store)) return undefined;
    // Another repair may be about to do the same, and a writer to use the new file.
    if (!store.tryLock() && !store.lock(lockTimeoutMs))
      throw lockTimeout(lockTimeoutMs, "works on the store");
    try {
      if (isLockUsable(store)) return undefined;
      const target = openQuarantine(store, environment.clocks.wallMs());
      try {
        store.rename(lockName, lockName, target);
        target.sync();
        store.sync();
        const action = `Moved ${store.path}/${lockName}, which was no regular file, to ${target.path}.`;
        return { quarantine: target.path, action };
      } finally {
        target.close();
      }
    } finally {
      store.unlock();
    }
  } finally {
    store.close();
  }
}

function isLockUsable(store: Directory): boolean {
  const status = store.status(lockName);
  return status === undefined || status.kind === "file";
}

function lockTimeout(lockTimeoutMs: number, what: string): BzError {
  return new BzError(
    "LOCK_TIMEOUT",
    `Waited ${lockTimeoutMs} ms for another process that ${what}. Nothing was changed.`,
    { hint: "Run the command again." },
  );
}

/** Whether everything that a command reads verifies, down to every line, what is worked out from these, and the record with it. */
function isWhole(session: StoreSession): boolean {
  try {
    const loaded = loadLog(session.store, session.readStatus);
    if (loaded === undefined) return true;
    try {
      verifyCheckpoint(loaded.snapshot);
      verifySections(loaded.snapshot);
      loaded.state.readLog();
      verifyRecord(session.store, loaded);
      return true;
    } finally {
      loaded.snapshot.close();
    }
  } catch (error) {
    if (error instanceof BzError && error.code !== "CORRUPT") throw error;
    return false;
  }
}

function rebuild(
  place: Place,
  session: StoreSession,
  lockTimeoutMs: number,
): { quarantine: string; salvaged: Salvage; actions: string[] } {
  const { store, environment } = session;
  const compactLock = takeCompactLock(session, lockTimeoutMs);
  try {
    return session.withLock("doctor", lockTimeoutMs, () => {
      const face = place.face && readFace(place.face);
      const salvaged = salvage(store, session.readStatus(), face, prefixFor(place, face));
      const damaged = salvaged.segments.filter(({ isFolded, isWhole }) => isFolded && !isWhole);
      const copied = [
        ...damaged.map(({ generation }) => segmentName(generation)),
        ...damagedBases(store, salvaged.storeId),
      ];
      const { losses } = salvaged;
      const quarantine = copyToQuarantine(store, copied, losses, environment.clocks.wallMs());
      const storeId = salvaged.storeId ?? environment.randomBytes(16);
      writeRecord(session, salvaged, storeId);
      giveBirth(place.owner, store, session.lock, session.bootId, { ...salvaged, storeId });
      const told =
        losses.length === 0 ? "" : ` What could not be brought back stands in ${quarantine}/${lossesName}.`;
      const settled = withStorageErrors(`The store was rebuilt before that.${told}`, () =>
        settleRecord(session, salvaged, storeId),
      );
      const actions = [
        `Copied the files of the store to ${quarantine}.`,
        `Rebuilt it from ${salvaged.sources.join(", ")}: ${salvaged.state.count} issues.`,
        ...settled,
        ...salvaged.notes,
      ];
      return { quarantine, salvaged, actions };
    });
  } finally {
    compactLock.close();
  }
}

/** Snapshot and log as they are, and those of the history that are damaged; with them what is lost, as a repair that dies behind the new snapshot tells nobody. */
function copyToQuarantine(
  store: Directory,
  ofHistory: readonly string[],
  losses: readonly string[],
  nowMs: number,
): string {
  const target = openQuarantine(store, nowMs);
  try {
    if (losses.length > 0) keepBytes(target, lossesName, encoder.encode(`${losses.join("\n")}\n`));
    for (const name of [snapshotName, deltaName, ...generationsIn(store.list()).map(segmentName)])
      copyFile(store, name, target);
    if (ofHistory.length > 0) copyHistory(store, ofHistory, target);
    target.sync();
    return target.path;
  } finally {
    target.close();
  }
}

function copyHistory(store: Directory, names: readonly string[], target: Directory): void {
  target.makeDirectory(historyDirectoryName, 0o700);
  const from = store.openDirectory(historyDirectoryName);
  const to = target.openDirectory(historyDirectoryName);
  try {
    if (from === undefined || to === undefined) throw new StoreMoved("the history was removed");
    for (const name of names) copyFile(from, name, to);
    to.sync();
  } finally {
    to?.close();
    from?.close();
  }
}

function copyFile(from: Directory, name: string, to: Directory): void {
  const source = from.open(name, "read");
  if (source === undefined) return;
  try {
    keepBytes(to, name, source.read(0, source.status().size));
  } finally {
    source.close();
  }
}

function restoreGitignore(store: Directory): string[] {
  if (store.status(".gitignore") !== undefined) return [];
  writeStoreGitignore(store);
  return [`Wrote ${store.path}/.gitignore.`];
}
