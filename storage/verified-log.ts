import type { Directory } from "./file-system";
import { type LoadedLog, loadLog } from "./log";
import type { StatusPage } from "./status-page";

/** As `loadLog`, but each frame verifies by itself, whatever the status page vouches for: for whoever says that it does, or moves what it says elsewhere. */
export function loadVerifiedLog(
  store: Directory,
  readStatus: () => StatusPage | undefined,
): LoadedLog | undefined {
  return loadLog(store, () => {
    const page = readStatus();
    return page && { ...page, prefix: undefined };
  });
}
