import { SystemCallError } from "../native/errno";
import type { Directory, FileSystem } from "./file-system";
import { join } from "./paths";

/** Who removes a directory ten times as soon as it is made is not going to stop. */
const attemptLimit = 10;

/**
 * Opens a directory and makes what is missing of its path.
 * @throws SystemCallError ENOENT when not even the root can be opened, or what was made is gone again all the while
 */
export function openMadeDirectory(
  fileSystem: FileSystem,
  path: string,
  permissions: number,
  attempt = 1,
): Directory {
  if (attempt > attemptLimit) throw new SystemCallError("openat", "ENOENT", path);
  const missing: string[] = [];
  let base = path;
  let directory = fileSystem.openDirectory(base);
  while (directory === undefined) {
    if (base === "/") throw new SystemCallError("openat", "ENOENT", base);
    missing.unshift(base.slice(base.lastIndexOf("/") + 1));
    base = join(base, "..");
    directory = fileSystem.openDirectory(base);
  }
  for (const name of missing) {
    directory.makeDirectory(name, permissions);
    directory.sync();
    const inner: Directory | undefined = directory.openDirectory(name);
    directory.close();
    if (inner === undefined) return openMadeDirectory(fileSystem, path, permissions, attempt + 1);
    directory = inner;
  }
  return directory;
}
