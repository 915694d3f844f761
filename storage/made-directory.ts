import type { Directory, FileSystem } from "./file-system";
import { join } from "./paths";

/** Opens a directory and makes what is missing of its path. */
export function openMadeDirectory(fileSystem: FileSystem, path: string, permissions: number): Directory {
  const missing: string[] = [];
  let base = path;
  let directory = fileSystem.openDirectory(base);
  while (directory === undefined) {
    missing.unshift(base.slice(base.lastIndexOf("/") + 1));
    base = join(base, "..");
    directory = fileSystem.openDirectory(base);
  }
  for (const name of missing) {
    directory.makeDirectory(name, permissions);
    directory.sync();
    const inner: Directory | undefined = directory.openDirectory(name);
    directory.close();
    if (inner === undefined) return openMadeDirectory(fileSystem, path, permissions);
    directory = inner;
  }
  return directory;
}
