import { BzError } from "../model/errors";
import { sizesOfSmall, usualSizes } from "../model/next-heads";
import { counted } from "../model/progress";
import { keepBase } from "./base";
import { establishBaseline } from "./baseline";
import { isFile, isPublished, openCheckpoint } from "./checkpoint";
import { takeCompactLock, tryCompactLock } from "./compact-lock";
import { isSmallStore, isWorthADelta } from "./compaction-trigger";
import type { StorageEnvironment } from "./environment";
import type { Directory, OpenFile } from "./file-system";
import type { LoadedLog } from "./log";
import { changedLines, mergedLines, originOf, originOfDelta } from "./merged-lines";
import {
  backupsDirectoryName,
  configName,
  deltaName,
  generationsIn,
  historyDirectoryName,
  metadataName,
  segmentName,
  snapshotName,
  temporaryName,
  temporaryOwner,
} from "./paths";
import { headsOfWritten, sectionBuilders } from "./section-builders";
import { seal } from "./segment-rotation";
import type { Place, StoreSession } from "./session";
import { openDelta, openSnapshot } from "./snapshot";
import { verifySnapshot } from "./snapshot-verification";
import { writeSnapshot } from "./snapshot-writer";
import { openStaleDelta } from "./stale-delta";
import { StoreMoved } from "./store-moved";
import { loadVerifiedLog } from "./verified-log";

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

type SnapshotName = typeof snapshotName | typeof deltaName;

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
  return compactUnder(takeCompactLock(session, lockTimeoutMs), session, lockTimeoutMs, "into one file");
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

/** As `compact`, but into a delta where that is the cheaper way; and when another process is at it there is no need to. */
export function compactIfFree(session: StoreSession, lockTimeoutMs: number): CompactionReport | BusyReport {
  const compactLock = tryCompactLock(session);
  if (compactLock === undefined) return { outcome: "busy" };
  return compactUnder(compactLock, session, lockTimeoutMs, "cheaply");
}

/** A purge and whoever asks for it want one file without anything that was replaced. */
type Way = "into one file" | "cheaply";

function compactUnder(
  compactLock: OpenFile,
  session: StoreSession,
  lockTimeoutMs: number,
  way: Way,
): CompactionReport {
  try {
    const folded = foldLog(session, lockTimeoutMs, way);
    if (folded.outcome !== "superseded") retireSegments(session);
    removeStaleDelta(session, lockTimeoutMs);
    sweepEverywhere(session);
    return folded;
  } finally {
    compactLock.close();
  }
}

function foldLog(session: StoreSession, lockTimeoutMs: number, way: Way): CompactionReport {
  const found = loadVerifiedLog(session.store, session.readStatus);
  if (found === undefined) throw new StoreMoved("the store was removed");
  const opened = new Set([found.snapshot]);
  try {
    // Damage in the log is found before anything is sealed for its sake.
    found.state.readLog();
    const { pendingFrames, snapshot, state } = found;
    const isWanted = way === "cheaply" || (!snapshot.delta && snapshot.base.sections.missing.length === 0);
    if (pendingFrames === 0 && isWanted)
      return report("nothing-to-fold", { issues: state.count, snapshotBytes: snapshot.size });
    const sealed = sealLog(session, lockTimeoutMs, found);
    opened.add(sealed.snapshot);
    return foldSealed(session, sealed, lockTimeoutMs, way);
  } finally {
    for (const snapshot of opened) snapshot.close();
  }
}

function foldSealed(
  session: StoreSession,
  sealed: LoadedLog,
  lockTimeoutMs: number,
  way: Way,
): CompactionReport {
  const name = way === "cheaply" && isDeltaCheaper(sealed) ? deltaName : snapshotName;
  const temporary = temporaryName(name, session.environment);
  try {
    const { issues, bytes } = buildSnapshot(session, sealed, name, temporary);
    if (name === snapshotName) keepBase(session, sealed.snapshot.base);
    const isPublished = publishSnapshot(session, sealed, name, temporary, lockTimeoutMs);
    const { pendingFrames: foldedFrames, pendingBytes: foldedBytes } = sealed;
    return report(isPublished ? "compacted" : "superseded", {
      issues,
      foldedFrames,
      foldedBytes,
      snapshotBytes: bytes,
    });
  } finally {
    session.store.remove(temporary);
  }
}

/** Not over a base whose sections another bz made: until there is another one, readers do without them. */
function isDeltaCheaper({ snapshot: { base, delta }, pendingBytes }: LoadedLog): boolean {
  return base.sections.missing.length === 0 && isWorthADelta(pendingBytes, delta?.size ?? 0, base.size);
}

/**
 * Ends the log at the confirmed sequence, in a segment that takes no more frames. What was read before is read on from; so the log of an import, which takes
 * up hundreds of megabytes, is read once.
 */
function sealLog(session: StoreSession, lockTimeoutMs: number, found: LoadedLog): LoadedLog {
  return session.withLock("compact", lockTimeoutMs, () => {
    const { store, lock, bootId } = session;
    const baseline = establishBaseline(store, lock, bootId, found);
    const { loaded } = baseline;
    try {
      return { ...loaded, ...seal({ store, lock, bootId }, baseline), lastFrame: undefined };
    } catch (error) {
      if (loaded.snapshot !== found.snapshot) loaded.snapshot.close();
      throw error;
    }
  });
}

function buildSnapshot(
  session: StoreSession,
  loaded: LoadedLog,
  name: SnapshotName,
  temporary: string,
): { issues: number; bytes: number } {
  const file = session.store.create(temporary, 0o600);
  try {
    const { state } = loaded;
    const isWhole = name === snapshotName;
    const { lines, origin } =
      name === deltaName
        ? { lines: changedLines(loaded), origin: originOfDelta(loaded) }
        : { lines: mergedLines(loaded), origin: originOf(loaded) };
    // A delta is written before anybody could read that it is.
    const { onProgress } = session.environment;
    const told = isWhole ? counted(lines, "Writing the snapshot", state.count, onProgress) : lines;
    const nowMs = session.environment.clocks.wallMs();
    const sizes = isSmallStore(loaded.snapshot.size + loaded.pendingBytes) ? sizesOfSmall : usualSizes;
    const builders = sectionBuilders((columns) => headsOfWritten(state, nowMs, { columns, isWhole, sizes }));
    writeSnapshot(file, origin, told, state.records(), builders);
  } finally {
    file.close();
  }
  const bytes = readBack(session, temporary, name);
  return { issues: loaded.state.count, bytes };
}

/** Reads back what was written, from its trailer down to every line. */
function readBack(session: StoreSession, temporary: string, name: SnapshotName): number {
  session.environment.onProgress?.("Reading it back");
  const open = name === deltaName ? openDelta : openSnapshot;
  const written = open(session.store, temporary);
  if (written === undefined) throw new StoreMoved("the new snapshot was removed");
  try {
    verifySnapshot(written);
    return written.size;
  } finally {
    written.close();
  }
}

/** False when what is published is no longer what ours was built from. */
function publishSnapshot(
  session: StoreSession,
  { snapshot }: LoadedLog,
  name: SnapshotName,
  temporary: string,
  lockTimeoutMs: number,
): boolean {
  const { store } = session;
  return session.withLock("compact", lockTimeoutMs, () => {
    if (!isPublished(store, snapshot)) return false;
    // A delta of another base is about to be replaced. With it that base would have lost all that was folded since, so it must not come back.
    const isReplacing = snapshot.delta === undefined && store.status(deltaName) !== undefined;
    if (name === deltaName && isReplacing) store.sync();
    store.rename(temporary, name);
    store.sync();
    return true;
  });
}

/** Moves the segments that the published snapshot has folded to `history/`, oldest first. A leftover harms nobody: the next compaction moves it. */
function retireSegments(session: StoreSession): void {
  const { store } = session;
  const checkpoint = openCheckpoint(store);
  if (checkpoint === undefined) return;
  const { nextGeneration } = checkpoint.header;
  checkpoint.close();
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

/** What lay over the base before the published one. Nobody reads it any more, but a purge has to take it away, and it takes up room. */
function removeStaleDelta(session: StoreSession, lockTimeoutMs: number): void {
  const { store } = session;
  const stale = openStaleDelta(store);
  if (stale === undefined) return;
  const { base, delta } = stale;
  try {
    session.withLock("compact", lockTimeoutMs, () => {
      if (!isFile(store, snapshotName, base) || !isFile(store, deltaName, delta)) return;
      // Whoever published the base may have died before its name was durable, and the one before it needs this delta.
      store.sync();
      store.remove(deltaName);
      // Or a power cut brings back what was purged.
      store.sync();
    });
  } finally {
    delta.close();
    base.close();
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
