import { BzError } from "../model/errors";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { WriterLock } from "./lock";
import { lockName, storeDirectoryName } from "./paths";
import { bootIdBytes, readCurrentStatus, type StatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";
import { readWalState, type WalState } from "./wal-state";
import type { Workspace } from "./workspace";

/**
 * The open directories and the lock file of one store, for one command. Files are found through these descriptors only; when the store is removed under
 * it, a session fails with StoreMoved and a new one is opened.
 */
export class StoreSession {
  constructor(
    readonly store: Directory,
    readonly lock: WriterLock,
    readonly bootId: Uint8Array,
    readonly environment: StorageEnvironment,
  ) {}

  readonly readStatus = (): StatusPage | undefined =>
    readCurrentStatus(this.lock.file, this.store, this.bootId);

  /**
   * Runs `action` as the only writer.
   * @throws BzError LOCK_TIMEOUT, LOCK_FAILED
   * @throws StoreMoved when the lock file was replaced while it was waited for
   */
  withLock<T>(command: string, timeoutMs: number, action: () => T): T {
    if (!this.lock.acquire(command, timeoutMs)) throw new StoreMoved("the lock file was replaced");
    try {
      return action();
    } finally {
      this.lock.release();
    }
  }

  close(): void {
    this.lock.file.close();
    this.store.close();
  }
}

/** A session that can write. Makes `store/` and its lock file when they are absent, not the store itself. */
export function openForWriting(beads: Directory, environment: StorageEnvironment): StoreSession {
  const store = ensureStoreDirectory(beads);
  return closingOnError(store, () => sessionIn(store, environment));
}

/** The same in a `store/` that is open. */
export function sessionIn(store: Directory, environment: StorageEnvironment): StoreSession {
  // Before any segment, so that its descriptor is the lower one; see WriterLock.
  const lockFile = store.openOrCreate(lockName, 0o600);
  const bootId = bootIdBytes(environment.fileSystem.bootId());
  return new StoreSession(store, new WriterLock(lockFile, store, environment), bootId, environment);
}

/** The directory `store/` inside `.beads/`, made when absent. */
function ensureStoreDirectory(beads: Directory): Directory {
  const standing = beads.openDirectory(storeDirectoryName);
  if (standing !== undefined) return standing;
  beads.makeDirectory(storeDirectoryName, 0o700);
  const store = beads.openDirectory(storeDirectoryName);
  if (store === undefined) throw new StoreMoved(`${beads.path}/${storeDirectoryName} was removed`);
  return store;
}

/** What a reader can open without writing a byte; undefined when there is no `store/`. */
export function openForReading(
  beads: Directory,
  environment: StorageEnvironment,
): ReadingSession | undefined {
  const store = beads.openDirectory(storeDirectoryName);
  if (store === undefined) return undefined;
  const lockFile = closingOnError(store, () => store.open(lockName, "read"));
  const bootId = bootIdBytes(environment.fileSystem.bootId());
  return {
    store,
    bootId,
    readStatus: () => (lockFile === undefined ? undefined : readCurrentStatus(lockFile, store, bootId)),
    readWalState: () => lockFile && readWalState(lockFile, environment.processes),
    close: () => {
      lockFile?.close();
      store.close();
    },
  };
}

function closingOnError<T>(store: Directory, open: () => T): T {
  try {
    return open();
  } catch (error) {
    store.close();
    throw error;
  }
}

export interface ReadingSession {
  readonly store: Directory;
  readonly bootId: Uint8Array;
  readonly readStatus: () => StatusPage | undefined;
  readonly readWalState: () => WalState | undefined;
  close(): void;
}

/** The directories a command works in. */
export interface Place {
  /** Where the face is; undefined in a linked worktree that has no `.beads/` of its own yet. */
  readonly face: Directory | undefined;
  /** Where `store/` is. While the main worktree has no `.beads/`, that of the linked one stands in for it, which holds no store. */
  readonly owner: Directory;
  /**
   * To be called before the store is opened to write, or made.
   * @throws StoreMoved after making the missing `.beads/` of the main worktree, so that the command starts over with it
   */
  prepareToWrite(): void;
  close(): void;
}

/** @throws BzError NOT_INITIALIZED when the directory went away since it was found */
export function openPlace(workspace: Workspace, environment: StorageEnvironment): Place {
  const { beadsPath, storeOwnerPath } = workspace;
  const standing = environment.fileSystem.openDirectory(storeOwnerPath);
  const owner = standing ?? environment.fileSystem.openDirectory(beadsPath);
  if (owner === undefined)
    throw new BzError("NOT_INITIALIZED", `There is no directory ${storeOwnerPath}.`, {
      hint: "Run `bz init` to make a workspace.",
    });
  const isShared = beadsPath === storeOwnerPath || standing === undefined;
  const face = isShared ? owner : environment.fileSystem.openDirectory(beadsPath);
  return {
    face,
    owner,
    prepareToWrite: () => {
      if (standing !== undefined) return;
      const { makeBeadsDirectory } = require("./beads-directory") as typeof import("./beads-directory");
      makeBeadsDirectory(storeOwnerPath, environment).close();
      throw new StoreMoved(`${storeOwnerPath} was made`);
    },
    close: () => {
      owner.close();
      if (face !== owner) face?.close();
    },
  };
}
