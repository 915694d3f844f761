import { sameBytes } from "./byte-layout";
import type { Directory } from "./file-system";
import { lockName } from "./paths";
import { readStatusPage } from "./status-page";

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
  if (store.status(lockName)?.kind !== "file") return undefined;
  const file = store.open(lockName, "read");
  if (file === undefined) return undefined;
  try {
    const page = readStatusPage(file);
    if (page === undefined || !sameBytes(page.storeId, storeId)) return undefined;
    const { generation, confirmedSequence, unproven } = page;
    return { generation, sequence: unproven ? confirmedSequence - 1 : confirmedSequence };
  } finally {
    file.close();
  }
}
