import { BzError } from "../model/errors";
import type { State } from "../model/state";
import { checksum, randomName } from "./checksum";
import type { StorageEnvironment } from "./environment";
import { type Face, faceLines, readFace, unknownLines } from "./face";
import { recallFace, rememberFace } from "./face-signature";
import type { Directory, FileStatus } from "./file-system";
import { loadLog, StoreMoved } from "./log";
import { beadsDirectoryName, compactLockName, faceName, temporaryName } from "./paths";
import type { Place, StoreSession } from "./session";
import { BufferedFile } from "./snapshot-writer";
import { join, type Workspace } from "./workspace";

export interface ExportReport {
  /** "unchanged": the face held just these bytes already. */
  readonly outcome: "written" | "unchanged";
  readonly path: string;
  readonly issues: number;
  readonly bytes: number;
  /** Lines that are no issues, carried over from the replaced face. */
  readonly carriedOver: number;
  /** The numbers, in the replaced face, of those of them that cannot be read. */
  readonly unreadable: readonly number[];
  /** The sequence of the store that the face shows now. */
  readonly sequence: number;
}

/**
 * Writes the face of this worktree: temporary, sync, one last look at what it replaces, rename, directory sync.
 * @throws BzError FACE_CHANGED when the face holds lines that the store does not: they would be lost
 */
export function exportFace(
  place: Place,
  session: StoreSession,
  workspace: Workspace,
  lockTimeoutMs: number,
): ExportReport {
  const exporter = session.store.openOrCreate(compactLockName, 0o600);
  try {
    if (!exporter.tryLock() && !exporter.lock(lockTimeoutMs))
      throw new BzError(
        "LOCK_TIMEOUT",
        `Waited ${lockTimeoutMs} ms for another process that compacts or exports.`,
        { hint: "Run the command again." },
      );
    return writeFace(faceDirectory(place, session.environment, workspace), session, workspace);
  } finally {
    exporter.close();
  }
}

/**
 * Writes the lines of the face to a file that the caller names, replacing it atomically.
 * @throws BzError FILE_UNREADABLE when it cannot be written there
 */
export function exportToFile(
  state: State,
  path: string,
  environment: StorageEnvironment,
): { path: string; issues: number } {
  const parent = join(path, "..");
  const name = path.slice(path.lastIndexOf("/") + 1);
  const directory = environment.fileSystem.openDirectory(parent);
  if (directory === undefined)
    throw new BzError("FILE_UNREADABLE", `There is no directory ${parent} to write ${name} into.`, {
      context: { path },
    });
  const standing = directory.status(name);
  if (standing !== undefined && standing.kind !== "file")
    throw new BzError("FILE_UNREADABLE", `${path} is not a regular file; it was left as it is.`, {
      hint: "Name another file, or leave out -o to write to stdout.",
      context: { path },
    });
  const { issues } = replaceFile(
    directory,
    name,
    standing,
    faceLines(state, undefined),
    environment,
    () => undefined,
  );
  return { path, issues };
}

function writeFace(directory: Directory, session: StoreSession, workspace: Workspace): ExportReport {
  const { store, environment } = session;
  const loaded = loadLog(store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed");
  const { state, position, snapshot } = loaded;
  const replaced = readFace(directory);
  const path = `${workspace.beadsPath}/${faceName}`;
  if (replaced !== undefined)
    refuseForeignChanges(replaced, state, recallFace(store, workspace)?.contentChecksum, path);
  const guests = replaced?.guests ?? [];
  const unreadable = guests.filter(({ isReadable }) => !isReadable).map(({ lineNumber }) => lineNumber);
  const carriedOver = guests.length;
  snapshot.loadLines();
  const written = replaceFile(
    directory,
    faceName,
    replaced?.status,
    faceLines(state, replaced),
    environment,
    (contentChecksum) => {
      const standing = directory.status(faceName);
      const isSame =
        standing?.inode === replaced?.status.inode && standing?.changedNs === replaced?.status.changedNs;
      if (!isSame) throw faceChanged(path, "it was written while bz was about to");
      return contentChecksum === replaced?.contentChecksum;
    },
  );
  const signature = { contentChecksum: written.contentChecksum.toString(16), sequence: position.sequence };
  rememberFace(store, workspace, environment.processes.id, signature);
  snapshot.close();
  const { issues, bytes } = written;
  const outcome = written.isReplaced ? "written" : "unchanged";
  return {
    outcome,
    path,
    issues: issues - carriedOver,
    bytes,
    carriedOver,
    unreadable,
    sequence: position.sequence,
  };
}

interface Replacement {
  readonly isReplaced: boolean;
  /** Lines written. */
  readonly issues: number;
  readonly bytes: number;
  readonly contentChecksum: bigint;
}

/** @param isEnough asked when the temporary is complete: true leaves the file that stands there */
function replaceFile(
  directory: Directory,
  name: string,
  standing: FileStatus | undefined,
  lines: Iterable<string>,
  environment: StorageEnvironment,
  isEnough: (contentChecksum: bigint) => boolean | undefined,
): Replacement {
  const temporary = temporaryName(name, environment.processes.id, randomName(8));
  const file = directory.create(temporary, 0o666);
  try {
    if (standing !== undefined) file.changePermissions(standing.permissions & 0o777);
    const output = new BufferedFile(file);
    let issues = 0;
    for (const line of lines) {
      output.write(encoder.encode(`${line}\n`));
      issues += 1;
    }
    output.flush();
    const contentChecksum = checksum(file.read(0, output.length));
    const isReplaced = isEnough(contentChecksum) !== true;
    if (isReplaced) {
      file.sync();
      directory.rename(temporary, name);
      directory.sync();
    }
    return { isReplaced, issues, bytes: output.length, contentChecksum };
  } finally {
    directory.remove(temporary);
    file.close();
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

/** A linked worktree gets its own `.beads/` with its first face. */
function faceDirectory(place: Place, environment: StorageEnvironment, workspace: Workspace): Directory {
  if (place.face !== undefined) return place.face;
  const root = environment.fileSystem.openDirectory(join(workspace.beadsPath, ".."));
  root?.makeDirectory(beadsDirectoryName, 0o777);
  const made = root?.openDirectory(beadsDirectoryName);
  root?.close();
  if (made === undefined)
    throw new BzError("NOT_INITIALIZED", `${workspace.beadsPath} cannot be made.`, {
      hint: "Run `bz where`.",
    });
  return made;
}

const encoder = new TextEncoder();
