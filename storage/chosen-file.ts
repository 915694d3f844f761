import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import type { FileStatus } from "../native/file-status";
import type { StorageEnvironment } from "./environment";
import { storageError } from "./failure";
import type { Directory } from "./file-system";
import { beadsDirectoryName, join } from "./paths";
import { replaceFile } from "./replace-file";
import type { Workspace } from "./workspace";

/**
 * Writes lines, which come without line feeds, to a file that the caller names by an absolute path, replacing it atomically.
 * @returns how many lines
 * @throws BzError INVALID when it is inside of a workspace, FILE_UNREADABLE when it cannot be written there, NO_SPACE
 */
export function writeChosenFile(
  target: string,
  lines: Iterable<Uint8Array>,
  environment: StorageEnvironment,
  workspace: Workspace,
): number {
  try {
    return writeTo(target, lines, environment, workspace);
  } catch (error) {
    throw targetError(error, target, workspace);
  }
}

/** The same with a text that ends with a line end. Returns the path. */
export function writeChosenText(
  path: string,
  text: string,
  environment: StorageEnvironment,
  workspace: Workspace,
): string {
  const target = join("/", path);
  // Whoever writes lines adds the last line end.
  writeChosenFile(target, [new TextEncoder().encode(text.slice(0, -1))], environment, workspace);
  return target;
}

function writeTo(
  target: string,
  lines: Iterable<Uint8Array>,
  environment: StorageEnvironment,
  workspace: Workspace,
): number {
  const parent = join(target, "..");
  const name = target.slice(target.lastIndexOf("/") + 1);
  if (target.split("/").includes(beadsDirectoryName)) throw insideWorkspace(target);
  const directory = openFollowing(environment, parent);
  if (directory === undefined)
    throw unwritable(target, `There is no directory ${parent} to write ${name} into.`);
  try {
    if (isInsideWorkspace(directory, environment, workspace)) throw insideWorkspace(target);
    const standing = name === "" ? undefined : directory.status(name);
    if (name === "" || (standing !== undefined && standing.kind !== "file"))
      throw unwritable(target, `${target} is not a regular file; it was left as it is.`);
    const replaced = { status: standing, sums: undefined, lastLook: () => undefined };
    return replaceFile(directory, name, lines, environment, replaced).lines;
  } finally {
    directory.close();
  }
}

/** A directory of the caller's may be a link: `/tmp` is one on macOS. */
function openFollowing(environment: StorageEnvironment, path: string): Directory | undefined {
  try {
    return environment.fileSystem.openDirectory(path);
  } catch (error) {
    if (!(error instanceof SystemCallError) || !(error.code === "ELOOP" || error.code === "ENOTDIR"))
      throw error;
    // Only the last component of a path is not followed.
    return environment.fileSystem.openDirectory(`${path}/.`);
  }
}

/** Names prove nothing, since links lead everywhere: the directory and all above it are compared with those of the workspace. */
function isInsideWorkspace(
  directory: Directory,
  environment: StorageEnvironment,
  workspace: Workspace,
): boolean {
  const own = [workspace.beadsPath, workspace.storeOwnerPath].map((path) => {
    const opened = environment.fileSystem.openDirectory(path);
    try {
      return opened?.status(".");
    } finally {
      opened?.close();
    }
  });
  let below: FileStatus | undefined;
  for (let name = "."; ; name += "/..") {
    const above = directory.status(name);
    if (above === undefined || isSameNode(above, below)) return false;
    if (own.some((each) => isSameNode(above, each))) return true;
    below = above;
  }
}

function isSameNode(one: FileStatus, other: FileStatus | undefined): boolean {
  return one.inode === other?.inode && one.device === other.device;
}

/** What went wrong with the caller's file is no matter of the store; what went wrong with the store is none of the file. */
function targetError(error: unknown, target: string, workspace: Workspace): unknown {
  if (!(error instanceof SystemCallError)) return error;
  if (error.path?.startsWith(`${workspace.storeOwnerPath}/`) === true) return error;
  const told = storageError("Nothing was written.", error);
  if (told instanceof BzError && told.code === "NO_SPACE") return told;
  const { syscall, code } = error;
  return new BzError("FILE_UNREADABLE", `${target} cannot be written (${syscall}: ${code}).`, {
    hint: "Check the path and its permissions, or name another file; the store was not touched.",
    context: { path: target, syscall, errno: code },
    cause: error,
  });
}

function insideWorkspace(path: string): BzError {
  return new BzError("INVALID", `${path} is inside of a workspace; nothing was written.`, {
    hint: "`bz sync` writes issues.jsonl; name a file outside of .beads for anything else.",
    context: { path },
  });
}

function unwritable(path: string, message: string): BzError {
  return new BzError("FILE_UNREADABLE", message, {
    hint: "Name another file, or leave out -o to write to stdout.",
    context: { path },
  });
}
