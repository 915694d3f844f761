import { BzError } from "../model/errors";
import type { Heads } from "../model/heads";
import { nextHeads } from "../model/next-heads";
import { counted } from "../model/progress";
import { keepBase } from "./base";
import { establishBaseline } from "./baseline";
import { takeCompactLock, tryCompactLock } from "./compact-lock";
import type { StorageEnvironment } from "./environment";
import type { Directory, OpenFile } from "./file-system";
import { type LoadedLog, loadLog, StoreMoved } from "./log";
import { mergedLines, originOf } from "./merged-lines";
import {
  backupsDirectoryName,
  configName,
  generationsIn,
  historyDirectoryName,
  metadataName,
  segmentName,
  snapshotName,
  temporaryName,
  temporaryOwner,
} from "./paths";
import { randomName } from "./random";
import { sectionBuilders } from "./section-builders";
import type { Place, StoreSession } from "./session";
import { openSnapshot } from "./snapshot";
import { verifySnapshot } from "./snapshot-verification";
import { writeSnapshot } from "./snapshot-writer";
import type { StatusPage } from "./status-page";
import { seal } from "./wal-writer";

export interface CompactionReport {
  /** "superseded": a newer snapshot was published meanwhile. */
  readonly outcome: "compacted" | "nothing-to-fold" | "superseded";
  readonly issues: number;
  readonly foldedFrames: number;
  readonly foldedBytes: number;
  readonly snapshotBytes: number;
}

/** Another process compacts or exports right now; nothing was done. */
export interface BusyReport {
  readonly outcome: "busy";
}

/** Temporaries younger than this may be somebody's whose process cannot be seen from here: containers number theirs anew. */
const temporaryAgeMs = 10 * 60_000;

/**
 * Folds the log into a new snapshot. The writers' lock is held twice, each time for two syncs whatever the size of the store; the snapshot is built
 * and verified in between, from segments that nobody can change any more.
 *
 * @throws BzError CORRUPT when acknowledged data is damaged; then nothing was changed; LOCK_TIMEOUT when another process compacts or exports all the while;
 *   STORAGE_FAILED, also when something else stands where a segment belongs
 */
export function compact(session: StoreSession, lockTimeoutMs: number): CompactionReport {
  return compactUnder(takeCompactLock(session, lockTimeoutMs), session, lockTimeoutMs);
}

/**
 * The same, and sweeps beside the store as well. An unpublished face may be somebody's only copy: exports look into those before they remove them.
 */
export function compactAndSweep(
  session: StoreSession,
  { face, owner }: Place,
  lockTimeoutMs: number,
): CompactionReport {
  const report = compact(session, lockTimeoutMs);
  sweepTemporaries(face ?? owner, session.environment, isOursBesideStore);
  return report;
}

/** Files of anybody stand there; these are what settings and git's files are replaced with. */
export function isOursBesideStore(name: string): boolean {
  return [configName, metadataName, ".gitignore", ".gitattributes"].some((each) =>
    name.startsWith(`${each}.tmp.`),
  );
}

/** As `compact`, but when another process is at it there is no need to. */
export function compactIfFree(session: StoreSession, lockTimeoutMs: number): CompactionReport | BusyReport {
  const compactLock = tryCompactLock(session);
  if (compactLock === undefined) return { outcome: "busy" };
  return compactUnder(compactLock, session, lockTimeoutMs);
}

function compactUnder(compactLock: OpenFile, session: StoreSession, lockTimeoutMs: number): CompactionReport {
  try {
    const folded = foldLog(session, lockTimeoutMs);
    if (folded.outcome !== "superseded") retireSegments(session);
    sweepEverywhere(session);
    return folded;
  } finally {
    compactLock.close();
  }
}

function foldLog(session: StoreSession, lockTimeoutMs: number): CompactionReport {
  const { store } = session;
  const before = loadLog(store, session.readStatus);
  if (before === undefined) throw new StoreMoved("the store was removed");
  const snapshotBytes = before.snapshot.status.size;
  try {
    // Damage in it is found before anything is sealed for its sake.
    before.state.readLog();
  } finally {
    before.snapshot.close();
  }
  if (before.pendingFrames === 0)
    return report("nothing-to-fold", { issues: before.state.count, snapshotBytes });

  const sealed = sealLog(session, lockTimeoutMs);
  const loaded = loadLog(store, () => sealed);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  const temporary = temporaryName(snapshotName, session.environment.processes.id, randomName(8));
  try {
    const { issues, bytes } = buildSnapshot(session, loaded, temporary);
    keepBase(session, loaded.snapshot);
    const isPublished = publishSnapshot(session, loaded, temporary, lockTimeoutMs);
    const { pendingFrames: foldedFrames, pendingBytes: foldedBytes } = loaded;
    return report(isPublished ? "compacted" : "superseded", {
      issues,
      foldedFrames,
      foldedBytes,
      snapshotBytes: bytes,
    });
  } finally {
    loaded.snapshot.close();
    store.remove(temporary);
  }
}

/** Ends the log at the confirmed sequence, in a segment that takes no more frames. */
function sealLog(session: StoreSession, lockTimeoutMs: number): StatusPage {
  return session.withLock("compact", lockTimeoutMs, () => {
    const { store, lock, bootId } = session;
    const baseline = establishBaseline(store, lock, bootId, undefined);
    try {
      return seal({ store, lock, bootId }, baseline);
    } finally {
      baseline.loaded.snapshot.close();
    }
  });
}

function buildSnapshot(
  session: StoreSession,
  loaded: LoadedLog,
  temporary: string,
): { issues: number; bytes: number } {
  const file = session.store.create(temporary, 0o600);
  try {
    const { count } = loaded.state;
    const lines = counted(mergedLines(loaded), "Writing the snapshot", count, session.environment.onProgress);
    const heads = headsOf(loaded, session.environment.clocks.wallMs());
    writeSnapshot(file, originOf(loaded), lines, loaded.state.records(), sectionBuilders(heads));
  } finally {
    file.close();
  }
  return readBack(session, temporary);
}

/** Undefined where a line is no issue: a snapshot keeps such a line as it is, and whoever asks for the orders hears of it. */
function headsOf({ state }: LoadedLog, nowMs: number): Heads | undefined {
  try {
    return nextHeads(state, nowMs);
  } catch (error) {
    if (error instanceof BzError && error.code === "INVALID") return undefined;
    throw error;
  }
}

/** Reads back what was written, from its trailer down to every line. */
function readBack(session: StoreSession, name: string): { issues: number; bytes: number } {
  session.environment.onProgress?.("Reading it back");
  const written = openSnapshot(session.store, name);
  if (written === undefined) throw new StoreMoved("the new snapshot was removed");
  try {
    verifySnapshot(written);
    return { issues: written.count, bytes: written.status.size };
  } finally {
    written.close();
  }
}

/** False when the published snapshot is no longer the one that ours was built from. */
function publishSnapshot(
  session: StoreSession,
  loaded: LoadedLog,
  temporary: string,
  lockTimeoutMs: number,
): boolean {
  const { store } = session;
  return session.withLock("compact", lockTimeoutMs, () => {
    const published = store.status(snapshotName);
    const { inode, device } = loaded.snapshot.status;
    if (published?.inode !== inode || published.device !== device) return false;
    store.rename(temporary, snapshotName);
    store.sync();
    return true;
  });
}

/** Moves the segments that the published snapshot has folded to `history/`, oldest first. A leftover harms nobody: the next compaction moves it. */
function retireSegments(session: StoreSession): void {
  const { store } = session;
  const snapshot = openSnapshot(store);
  if (snapshot === undefined) return;
  const { nextGeneration } = snapshot.header;
  snapshot.close();
  const folded = generationsIn(store.list()).filter((generation) => generation < nextGeneration);
  if (folded.length === 0) return;
  // Whoever published this snapshot may have died before its name was durable; without it these segments are still needed.
  store.sync();
  store.makeDirectory(historyDirectoryName, 0o700);
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return;
  try {
    for (const generation of folded) {
      // Segments of a store that was born here meanwhile have the same names.
      if (!session.lock.isPublished()) throw new StoreMoved("the store was removed");
      const name = segmentName(generation);
      for (const directory of [store, history]) refuseNoFile(directory, name);
      store.rename(name, name, history);
    }
  } finally {
    history.close();
  }
}

/** A rename would replace whatever stands there without a word. */
function refuseNoFile(directory: Directory, name: string): void {
  const kind = directory.status(name)?.kind ?? "file";
  if (kind === "file") return;
  const what = kind === "other" ? "no regular file" : kind === "symlink" ? "a symbolic link" : "a directory";
  throw new BzError(
    "STORAGE_FAILED",
    `${directory.path}/${name} is ${what}, and was left as it is: a folded segment of the log could not be moved to ${historyDirectoryName}/.`,
    {
      hint: "Move it aside, then run `bz compact` again.",
      context: { path: `${directory.path}/${name}`, kind },
    },
  );
}

/** Removes unpublished files that nobody works on any more. */
function sweepEverywhere({ store, environment }: StoreSession): void {
  sweepTemporaries(store, environment);
  for (const name of [historyDirectoryName, backupsDirectoryName]) {
    const directory = store.openDirectory(name);
    if (directory === undefined) continue;
    try {
      sweepTemporaries(directory, environment);
    } finally {
      directory.close();
    }
  }
}

function sweepTemporaries(
  directory: Directory,
  { processes, clocks }: StorageEnvironment,
  mayRemove = (_name: string): boolean => true,
): void {
  const latestMs = clocks.wallMs() - temporaryAgeMs;
  for (const name of directory.list()) {
    const owner = temporaryOwner(name);
    if (owner === undefined || !mayRemove(name) || processes.isAlive(owner)) continue;
    const status = directory.status(name);
    if (status?.kind === "file" && Number(status.modifiedNs / 1_000_000n) < latestMs) directory.remove(name);
  }
}

function report(
  outcome: CompactionReport["outcome"],
  figures: Partial<CompactionReport> = {},
): CompactionReport {
  return { issues: 0, foldedFrames: 0, foldedBytes: 0, snapshotBytes: 0, ...figures, outcome };
}
