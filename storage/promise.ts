import { sameBytes } from "./byte-layout";
import type { Directory } from "./file-system";
import { lockName } from "./paths";
import { readStatusPage, type StatusPage } from "./status-page";

/** The least that the log must hold. */
export interface Promised {
  readonly generation: number;
  readonly sequence: number;
}

/**
 * What the status page says was durable, also where it is of an earlier boot or its segment is gone: it is written behind the sync, so the log may hold more,
 * and never less. Undefined when there is no page of this store.
 */
export function readPromise(store: Directory, storeId: Uint8Array): Promised | undefined {
  const page = readPage(store);
  if (page === undefined || !sameBytes(page.storeId, storeId)) return undefined;
  const { generation, confirmedSequence, unproven } = page;
  return { generation, sequence: unproven ? confirmedSequence - 1 : confirmedSequence };
}

/** The status page as it stands there, of whatever boot or store. */
export function readPage(store: Directory): StatusPage | undefined {
  if (store.status(lockName)?.kind !== "file") return undefined;
  const file = store.open(lockName, "read");
  try {
    return file && readStatusPage(file);
  } finally {
    file?.close();
  }
}
