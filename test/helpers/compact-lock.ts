import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { tryLock } from "../../native/file-lock";

/** As if another process were folding the log of that `store/`: until what this returns is called, no command folds it. */
export function holdCompactLock(store: string): () => void {
  const lock = openAt(currentDirectory, join(store, "compact.lock"), "create", 0o600);
  if (!tryLock(lock)) throw new Error(`somebody is folding ${store}`);
  return () => closeFile(lock);
}
