import { BzError } from "../model/errors";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { join, sharedDirectoryMode } from "./paths";
import { StoreMoved } from "./store-moved";

/**
 * The directory `.beads/` at `path`, made durably when absent.
 * @throws BzError FILE_UNREADABLE when there is nothing to make it in, INVALID when something else has the name
 */
export function makeBeadsDirectory(path: string, environment: StorageEnvironment): Directory {
  const parentPath = join(path, "..");
  const parent = environment.fileSystem.openDirectory(parentPath);
  if (parent === undefined)
    throw new BzError("FILE_UNREADABLE", `There is no directory ${parentPath} to make a workspace in.`, {
      hint: "Make it first, or name another place with --data.",
      context: { path: path },
    });
  try {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const kind = parent.status(name)?.kind;
    if (kind !== undefined && kind !== "directory")
      throw new BzError(
        "INVALID",
        `${path} is ${kind === "symlink" ? "a symbolic link" : "not a directory"}; it was left as it is.`,
        {
          hint: "Move it aside, or name another place with --data.",
          context: { path: path },
        },
      );
    parent.makeDirectory(name, sharedDirectoryMode);
    parent.sync();
    const beads = parent.openDirectory(name);
    if (beads === undefined) throw new StoreMoved(`${path} was removed`);
    return beads;
  } finally {
    parent.close();
  }
}
