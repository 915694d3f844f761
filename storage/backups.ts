import { BzError } from "../model/errors";
import { compareRecords, type StoredRecord } from "../model/record";
import { nearestSpellings } from "../model/spelling";
import { State } from "../model/state";
import { takeCompactLock } from "./compact-lock";
import type { StorageEnvironment } from "./environment";
import { storageError } from "./failure";
import type { Directory } from "./file-system";
import { loadLog } from "./log";
import { mergedLines, originOf } from "./merged-lines";
import { backupsDirectoryName, isBackupName, storeDirectoryName, temporaryName } from "./paths";
import { randomName } from "./random";
import type { Place, StoreSession } from "./session";
import { openSnapshot, type Snapshot } from "./snapshot";
import { verifySnapshot } from "./snapshot-verification";
import { writeSnapshot } from "./snapshot-writer";
import { StoreMoved } from "./store-moved";
import type { TransactionInfo } from "./transaction";

/** A copy of the store in `backups/`: a snapshot of all that snapshot and log said at one sequence. */
export interface Backup {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly createdMs: number;
  /** Undefined for a file that does not verify, and why that is so. */
  readonly content: BackupContent | undefined;
  readonly damage?: string;
}

export interface BackupContent {
  readonly by: string;
  readonly note: string;
  readonly sequence: number;
  readonly issues: number;
  readonly records: number;
}

/** A backup of which every byte verifies. Its lines are read when somebody asks. */
export interface OpenBackup extends Backup {
  readonly content: BackupContent;
  readonly state: State;
  /** What was kept beside the issues. */
  readonly records: readonly StoredRecord[];
  close(): void;
}

/** How the door lets somebody in. */
export interface BackupsDoor {
  readonly lockTimeoutMs: number;
  look<T>(action: (place: Place) => T): T;
  /** Brings what others wrote into the face into the store. */
  takeIn(info: TransactionInfo): void;
  change<T>(action: (session: StoreSession) => T): T;
}

/** The backups of a store. */
export class Backups {
  readonly #door: BackupsDoor;

  constructor(door: BackupsDoor) {
    this.#door = door;
  }

  /** The newest first. Index and records of each are verified, and its lines only by `open`. */
  list(): Backup[] {
    const backups = this.#inDirectory((directory) => namesIn(directory).map((name) => look(directory, name)));
    // Not by name: one that was copied here may be called anything.
    return (backups ?? []).sort((left, right) => right.createdMs - left.createdMs);
  }

  /**
   * A copy of all that is confirmed now, and what others wrote into the face.
   * @throws BzError LOCK_TIMEOUT while another process compacts or exports all the while
   */
  create(info: TransactionInfo, note: string): Backup {
    this.#door.takeIn(info);
    return this.#door.change((session) => createBackup(session, info, note, this.#door.lockTimeoutMs));
  }

  /**
   * @param text the name, or how no other one begins
   * @throws BzError NOT_FOUND, AMBIGUOUS_ID, CORRUPT when a byte of it does not verify
   */
  open(text: string): OpenBackup {
    const opened = this.#inDirectory((directory) => {
      const name = meantName(text, namesIn(directory));
      const snapshot = openWhole(directory, name);
      if (snapshot === undefined) throw notFound(text, namesIn(directory));
      try {
        const records = snapshot.records().filter(({ type }) => type !== noteType);
        const state = new State(snapshot);
        return { ...told(directory, name, snapshot), state, records, close: () => snapshot.close() };
      } catch (error) {
        snapshot.close();
        throw error;
      }
    });
    if (opened === undefined) throw notFound(text, []);
    return opened;
  }

  /** Removes these files. One that is gone already is as good as removed. */
  remove(names: readonly string[]): void {
    this.#door.change(({ store }) => {
      const directory = store.openDirectory(backupsDirectoryName);
      if (directory === undefined) return;
      try {
        for (const name of names) directory.remove(name);
        directory.sync();
      } finally {
        directory.close();
      }
    });
  }

  /** Undefined where there never was a backup. */
  #inDirectory<T>(action: (directory: Directory) => T): T | undefined {
    return this.#door.look((place) => {
      const store = place.owner.openDirectory(storeDirectoryName);
      const directory = store?.openDirectory(backupsDirectoryName);
      try {
        return directory && action(directory);
      } finally {
        directory?.close();
        store?.close();
      }
    });
  }
}

/**
 * Writes a whole new backup: under its name stands all of it or nothing, also after a power cut. It is read back before it gets the name. The lock of compactions
 * keeps a purge from missing it.
 */
export function createBackup(
  session: StoreSession,
  { timeMs, actor }: Pick<TransactionInfo, "timeMs" | "actor">,
  note: string,
  lockTimeoutMs: number,
): Backup {
  const { store } = session;
  const compactLock = takeCompactLock(session, lockTimeoutMs);
  try {
    if (store.makeDirectory(backupsDirectoryName, 0o700)) store.sync();
    const directory = store.openDirectory(backupsDirectoryName);
    if (directory === undefined) throw new StoreMoved("the backups were removed");
    try {
      return publish(session, directory, {
        type: noteType,
        key: noteKey,
        value: note,
        at: timeMs,
        by: actor,
      });
    } finally {
      directory.close();
    }
  } finally {
    compactLock.close();
  }
}

/** Names of the backups in the directory, the newest first. */
export function namesIn(directory: Directory): string[] {
  return directory.list().filter(isBackupName).sort().reverse();
}

function publish(session: StoreSession, directory: Directory, note: StoredRecord): Backup {
  const loaded = loadLog(session.store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  const { snapshot, state } = loaded;
  const name = freshName(note.at, directory, session.environment);
  const temporary = temporaryName(name, session.environment);
  const file = directory.create(temporary, 0o600);
  try {
    writeSnapshot(
      file,
      originOf(loaded),
      mergedLines(loaded),
      [...state.records(), note].sort(compareRecords),
    );
    const written = openWhole(directory, temporary);
    if (written === undefined) throw new StoreMoved("the new backup was removed");
    written.close();
    // A store that was born here meanwhile has backups of its own.
    if (!session.lock.isPublished()) throw new StoreMoved("the store was removed");
    directory.rename(temporary, name);
    directory.sync();
    return look(directory, name);
  } finally {
    file.close();
    directory.remove(temporary);
    snapshot.close();
  }
}

/** Undefined when it is gone. Of damage the hint of a damaged store would be wrong: that one may be well, and nothing repairs a backup. */
function openWhole(directory: Directory, name: string): Snapshot | undefined {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = openSnapshot(directory, name);
    if (snapshot !== undefined) verifySnapshot(snapshot);
    return snapshot;
  } catch (error) {
    snapshot?.close();
    if (!(error instanceof BzError) || error.code !== "CORRUPT") throw error;
    throw new BzError("CORRUPT", error.message, {
      hint: "nothing was changed, and the store is not concerned; `bz backup` lists the other backups",
      context: error.context,
      cause: error,
    });
  }
}

/** Names sort by time. */
function freshName(timeMs: number, directory: Directory, environment: StorageEnvironment): string {
  const [day = "", time = ""] = new Date(timeMs).toISOString().replace(/[-:]/g, "").split(/[T.]/);
  for (;;) {
    const name = `${day}-${time}-${randomName(environment, 4)}`;
    if (directory.status(name) === undefined) return name;
  }
}

/** What its index says, or why it cannot be read. */
function look(directory: Directory, name: string): Backup {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = openSnapshot(directory, name);
    if (snapshot !== undefined) return told(directory, name, snapshot);
    return damaged(directory, name, "it is gone");
  } catch (error) {
    const told = storageError("", error);
    if (!(told instanceof BzError)) throw error;
    return damaged(directory, name, told.message);
  } finally {
    snapshot?.close();
  }
}

function told(
  directory: Directory,
  name: string,
  snapshot: Snapshot,
): Backup & { readonly content: BackupContent } {
  const records = snapshot.records();
  const note = records.find(({ type, key }) => type === noteType && key === noteKey);
  const { size, modifiedNs } = snapshot.status;
  return {
    name,
    path: `${directory.path}/${name}`,
    bytes: size,
    createdMs: note?.at ?? Number(modifiedNs / 1_000_000n),
    content: {
      by: note?.by ?? "",
      note: note?.value ?? "",
      sequence: snapshot.header.lastSequence,
      issues: snapshot.count,
      records: records.filter(({ type }) => type !== noteType).length,
    },
  };
}

function damaged(directory: Directory, name: string, damage: string): Backup {
  const status = directory.status(name);
  return {
    name,
    path: `${directory.path}/${name}`,
    bytes: status?.size ?? 0,
    createdMs: Number((status?.modifiedNs ?? 0n) / 1_000_000n),
    content: undefined,
    damage,
  };
}

/** Only what is listed can be meant, so that no path leads out of the directory. */
function meantName(text: string, names: readonly string[]): string {
  if (names.includes(text)) return text;
  const starting = text === "" ? [] : names.filter((name) => name.startsWith(text));
  const [first] = starting;
  if (first === undefined) throw notFound(text, names);
  if (starting.length === 1) return first;
  throw new BzError(
    "AMBIGUOUS_ID",
    `several backups begin with "${text}": ${starting.slice(0, 5).join(", ")}`,
    {
      hint: "write more of the name",
      context: { text, candidates: starting },
    },
  );
}

function notFound(text: string, names: readonly string[]): BzError {
  const nearest = nearestSpellings(text, names);
  return new BzError("NOT_FOUND", `there is no backup "${text}"`, {
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.join(" or ")}?`
        : names.length > 0
          ? "`bz backup` lists them"
          : "there is none yet: `bz backup create` makes one",
    context: { text, nearest },
  });
}

/** Of the record in which a backup says who made it, when and why. */
const noteType = "backup";
const noteKey = "note";
