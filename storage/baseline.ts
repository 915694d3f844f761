import { sameBytes } from "./byte-layout";
import type { Directory } from "./file-system";
import type { WriterLock } from "./lock";
import { catchUp, type LoadedLog, loadLog } from "./log";
import { segmentName } from "./paths";
import { type KnownPage, readStatusPage, type StatusPage, standingIn, writeStatusPage } from "./status-page";
import { StoreMoved } from "./store-moved";

export interface Baseline {
  readonly status: StatusPage;
  readonly loaded: LoadedLog;
}

/**
 * Under the writers' lock: the confirmed end of the log, and the state there. With a current status page that is what it says. After a boot, what can be
 * read is on disk, so the chain is walked and its end adopted. In every other case (the page was lost or left behind, the directory copied) the last frame may never
 * have reached the disk, and syncing it now proves nothing, since after a failed sync the next one succeeds: the page says so, and it is written again into
 * a new segment.
 *
 * @param preloaded the state read before the lock was taken, brought up to date where that is possible
 * @param known the page of that time, which is the status returned where it still stands there
 * @throws StoreMoved when there is no store here any more
 */
export function establishBaseline(
  store: Directory,
  lock: WriterLock,
  bootId: Uint8Array,
  preloaded: LoadedLog | undefined,
  known?: KnownPage,
): Baseline {
  const page = readStatusPage(lock.file, known);
  const standing = page === undefined ? "foreign" : standingIn(store, page, bootId);
  if (page !== undefined && standing === "current") {
    if (preloaded !== undefined && page === preloaded.status) return { status: page, loaded: preloaded };
    const loaded = (preloaded && catchUp(preloaded, store, page)) ?? load(store, page);
    if (leadsTo(loaded, page)) return { status: page, loaded };
    loaded.snapshot.close();
  }
  const loaded = load(store, undefined);
  const isOnDisk = page !== undefined && standing === "earlier-boot" && isOf(loaded, page);
  // The names at least can be synced: what was never linked durably could vanish under the segment to come.
  if (!isOnDisk) store.sync();
  const status = adopt(store, loaded, bootId, isOnDisk);
  writeStatusPage(lock.file, status);
  return { status, loaded: { ...loaded, status } };
}

function load(store: Directory, page: StatusPage | undefined): LoadedLog {
  const loaded = loadLog(store, () => page);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  return loaded;
}

/** Not so where a repair died right behind its snapshot: the page is of a segment that this snapshot no longer leads to. */
function leadsTo(loaded: LoadedLog, page: StatusPage): boolean {
  return isOf(loaded, page) && loaded.position.generation === page.generation;
}

function isOf(loaded: LoadedLog, page: StatusPage): boolean {
  return sameBytes(loaded.snapshot.header.storeId, page.storeId);
}

function adopt(store: Directory, loaded: LoadedLog, bootId: Uint8Array, isOnDisk: boolean): StatusPage {
  const { generation, offset, sequence } = loaded.position;
  const segment = store.status(segmentName(generation));
  if (segment === undefined) throw new StoreMoved("the last segment was removed");
  return {
    bootId,
    storeId: loaded.snapshot.header.storeId,
    device: segment.device,
    inode: segment.inode,
    generation,
    confirmedOffset: offset,
    confirmedSequence: sequence,
    sealed: !isOnDisk,
    unproven: !isOnDisk,
    prefix: undefined,
    mount: segment.mount,
  };
}
