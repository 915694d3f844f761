import { statSync } from "node:fs";
import { join } from "node:path";

/** By the name under which they are spoken of, where they lie. */
const paths = {
  snapshot: ".beads/store/snapshot",
  "snapshot.delta": ".beads/store/snapshot.delta",
  "issues.jsonl": ".beads/issues.jsonl",
} as const;

export type WatchedName = keyof typeof paths;

/** The function returned says which of the files have been replaced since: a fold or an export gives a name to another file. */
export function watchFiles(directory: string): () => WatchedName[] {
  const before = identities(directory);
  return () => {
    const after = identities(directory);
    return names.filter((name) => after[name] !== undefined && after[name] !== before[name]);
  };
}

const names: readonly WatchedName[] = ["snapshot", "snapshot.delta", "issues.jsonl"];

function identities(directory: string): Partial<Record<WatchedName, string>> {
  const found: Partial<Record<WatchedName, string>> = {};
  for (const name of names) {
    const status = statSync(join(directory, paths[name]), { throwIfNoEntry: false });
    // A number of a file may be given again to the next one, so its time counts, too.
    if (status !== undefined) found[name] = `${status.ino} ${status.mtimeMs} ${status.size}`;
  }
  return found;
}
