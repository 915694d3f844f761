import { BzError } from "../model/errors";
import type { State } from "../model/state";
import { SystemCallError } from "../native/errno";
import type { FileStatus } from "../native/file-status";
import { takeCompactLock } from "./compact-lock";
import type { StorageEnvironment } from "./environment";
import { type Face, faceLines, readFace, unknownLines } from "./face";
import { recallFace, rememberFace } from "./face-signature";
import { storageError } from "./failure";
import type { Directory } from "./file-system";
import { type LoadedLog, loadLog, StoreMoved } from "./log";
import { beadsDirectoryName, faceName, join, temporaryOwner } from "./paths";
import { replaceFile } from "./replace-file";
import type { Place, StoreSession } from "./session";
import type { Workspace } from "./workspace";

export interface ExportReport {
  /** "unchanged": the face held just these bytes already. */
  readonly outcome: "written" | "unchanged";
  readonly path: string;
  readonly issues: number;
  readonly bytes: number;
  /** Lines that are no issues, or another version of one, carried over from the replaced face. */
  readonly carriedOver: number;
  /** The numbers, in the replaced face, of those of them that cannot be read. */
  readonly unreadable: readonly number[];
  /** Ids that stood on more than one line of it; the line that was updated last counts. */
  readonly duplicates: readonly string[];
  /** The sequence of the store that the face shows now. */
  readonly sequence: number;
}

/**
 * Writes the face of this worktree: temporary, sync, one last look at what it replaces, rename, directory sync.
 * @throws BzError FACE_CHANGED when the face holds lines that the store does not: they would be lost; LOCK_TIMEOUT
 */
export function exportFace(
  place: Place,
  session: StoreSession,
  workspace: Workspace,
  lockTimeoutMs: number,
): ExportReport {
  const exporter = takeCompactLock(session, lockTimeoutMs);
  try {
    const directory = place.face ?? makeFaceDirectory(session.environment, workspace);
    try {
      sweepTemporaries(directory, session.environment);
      return writeFace(directory, session, workspace);
    } finally {
      if (directory !== place.face) directory.close();
    }
  } finally {
    exporter.close();
  }
}

/**
 * Writes the lines of the face to a file that the caller names by an absolute path, replacing it atomically.
 * @throws BzError INVALID when it is inside of a workspace, FILE_UNREADABLE when it cannot be written there, NO_SPACE
 */
export function exportToFile(
  state: State,
  path: string,
  environment: StorageEnvironment,
  workspace: Workspace,
): { path: string; issues: number } {
  const target = join("/", path);
  try {
    return { path: target, issues: writeTo(state, target, environment, workspace) };
  } catch (error) {
    throw targetError(error, target, workspace);
  }
}

function writeFace(directory: Directory, session: StoreSession, workspace: Workspace): ExportReport {
  const loaded = loadLog(session.store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  try {
    return writeLoaded(loaded, directory, session, workspace);
  } finally {
    loaded.snapshot.close();
  }
}

function writeLoaded(
  { state, position, snapshot }: LoadedLog,
  directory: Directory,
  session: StoreSession,
  workspace: Workspace,
): ExportReport {
  const { store, environment } = session;
  const replaced = readFace(directory);
  const path = `${workspace.beadsPath}/${faceName}`;
  if (replaced !== undefined)
    refuseForeignChanges(replaced, state, recallFace(store, workspace)?.contentChecksum, path);
  snapshot.loadLines();
  const written = replaceFile(directory, faceName, faceLines(state, replaced), environment, {
    status: replaced?.status,
    contentChecksum: replaced?.contentChecksum,
    lastLook: () => {
      const standing = directory.status(faceName);
      const isSame =
        standing?.inode === replaced?.status.inode && standing?.changedNs === replaced?.status.changedNs;
      if (!isSame) throw faceChanged(path, "it was written while bz was about to");
    },
  });
  const { sequence } = position;
  const signature = { contentChecksum: written.contentChecksum.toString(16), sequence };
  rememberFace(store, workspace, environment.processes.id, signature);
  const guests = replaced?.guests ?? [];
  return {
    outcome: written.isReplaced ? "written" : "unchanged",
    path,
    issues: written.lines - guests.length,
    bytes: written.bytes,
    carriedOver: guests.length,
    unreadable: guests.filter(({ isReadable }) => !isReadable).map(({ lineNumber }) => lineNumber),
    duplicates: replaced?.duplicates ?? [],
    sequence,
  };
}

function writeTo(
  state: State,
  target: string,
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
    const replaced = { status: standing, contentChecksum: undefined, lastLook: () => undefined };
    return replaceFile(directory, name, faceLines(state, undefined), environment, replaced).lines;
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

/** Removes what exports left that were killed. */
function sweepTemporaries(directory: Directory, { processes }: StorageEnvironment): void {
  for (const name of directory.list()) {
    const owner = name.startsWith(`${faceName}.`) ? temporaryOwner(name) : undefined;
    if (owner !== undefined && !processes.isAlive(owner)) directory.remove(name);
  }
}

/** Our own last export, and lines that the store holds in just these bytes, are nobody's news. */
function refuseForeignChanges(face: Face, state: State, ours: string | undefined, path: string): void {
  if (face.contentChecksum.toString(16) === ours) return;
  const unknown = unknownLines(face, state);
  if (unknown.length > 0)
    throw faceChanged(path, `it holds ${unknown.length} lines that the store does not, ${unknown[0]} first`);
}

function faceChanged(path: string, why: string): BzError {
  return new BzError("FACE_CHANGED", `${path} was changed by someone else: ${why}. It was left as it is.`, {
    hint: `Keep a copy under another name (mv ${path} theirs.jsonl), run \`bz sync\`, then \`bz import theirs.jsonl\` adds the issues that are new.`,
    context: { file: path },
  });
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

/** A linked worktree gets its own `.beads/` with its first face. */
function makeFaceDirectory(environment: StorageEnvironment, workspace: Workspace): Directory {
  const root = environment.fileSystem.openDirectory(join(workspace.beadsPath, ".."));
  try {
    root?.makeDirectory(beadsDirectoryName, 0o777);
    const made = root?.openDirectory(beadsDirectoryName);
    if (made !== undefined) return made;
  } finally {
    root?.close();
  }
  throw new BzError("NOT_INITIALIZED", `${workspace.beadsPath} cannot be made.`, {
    hint: "Run `bz where`.",
  });
}
