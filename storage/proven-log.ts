import { establishBaseline } from "./baseline";
import { type LoadedLog, loadLog } from "./log";
import { seal } from "./segment-rotation";
import type { StoreSession } from "./session";

/**
 * The log, none of which can vanish any more: where its end is not known to be on the disk, as after the loss of the status page, it is written again first. Undefined when
 * there is no store.
 * @throws BzError LOCK_TIMEOUT, STORAGE_FAILED
 */
export function loadProvenLog(session: StoreSession, lockTimeoutMs: number): LoadedLog | undefined {
  const loaded = loadLog(session.store, session.readStatus);
  if (loaded === undefined || loaded.status?.unproven === false) return loaded;
  loaded.snapshot.close();
  prove(session, lockTimeoutMs);
  return loadLog(session.store, session.readStatus);
}

function prove(session: StoreSession, lockTimeoutMs: number): void {
  const { store, lock, bootId } = session;
  session.withLock("sync", lockTimeoutMs, () => {
    const baseline = establishBaseline(store, lock, bootId, undefined);
    try {
      if (baseline.status.unproven) seal({ store, lock, bootId }, baseline);
    } finally {
      baseline.loaded.snapshot.close();
    }
  });
}
