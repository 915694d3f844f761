import type { Directory } from "./file-system";
import type { WriterLock } from "./lock";
import { catchUp, type LoadedLog, loadLog, StoreMoved } from "./log";
import { generationsIn, segmentName, snapshotName } from "./paths";
import { readStatusPage, type StatusPage, standingOf, writeStatusPage } from "./status-page";

export interface Baseline {
  readonly status: StatusPage;
  readonly loaded: LoadedLog;
}

/**
 * Under the writers' lock: the confirmed end of the log, and the state there. With a current status page that is what it says. After a boot, what can be
 * read is on disk, so the chain is walked and its end adopted. In every other case (the page was lost, the directory copied) nothing is known of
 * what reached the disk: everything is synced, and the segment is sealed so that nobody appends to it again.
 *
 * @param preloaded the state read before the lock was taken, brought up to date where that is possible
 * @throws StoreMoved when there is no store here any more
 */
export function establishBaseline(
  store: Directory,
  lock: WriterLock,
  bootId: Uint8Array,
  preloaded: LoadedLog | undefined,
): Baseline {
  const page = readStatusPage(lock.file);
  const standing =
    page === undefined ? "foreign" : standingOf(page, bootId, store.status(segmentName(page.generation)));
  if (page !== undefined && standing === "current") {
    const loaded = (preloaded && catchUp(preloaded, store, page)) ?? loadLog(store, () => page);
    if (loaded === undefined) throw new StoreMoved("the store was removed");
    return { status: page, loaded };
  }
  const loaded = loadLog(store, () => undefined);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  const isOnDisk = standing === "earlier-boot";
  if (!isOnDisk) syncEverything(store, loaded.position.generation);
  const status = statusAt(store, loaded, bootId, !isOnDisk);
  writeStatusPage(lock.file, status);
  return { status, loaded };
}

function statusAt(store: Directory, loaded: LoadedLog, bootId: Uint8Array, sealed: boolean): StatusPage {
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
    sealed,
  };
}

function syncEverything(store: Directory, lastGeneration: number): void {
  const names = generationsIn(store.list())
    .filter((generation) => generation <= lastGeneration)
    .map(segmentName);
  for (const name of [...names, snapshotName]) {
    const file = store.open(name, "update");
    file?.sync();
    file?.close();
  }
  store.sync();
}
