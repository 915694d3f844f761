import { SystemCallError } from "../native/errno";
import type { FileStatus } from "../native/file-status";
import type { StorageEnvironment } from "./environment";
import { type FaceSignature, isYoung, publishedAgeMs } from "./face-signature";
import type { NewsSource } from "./face-watch";
import type { Directory, OpenFile } from "./file-system";
import { faceName, sharedFileMode } from "./paths";
import type { UnpublishedFile } from "./replace-file";

export interface PublicationTarget {
  readonly directory: Directory;
  readonly environment: StorageEnvironment;
  /** Whether the new name, too, is to be on the disk; the bytes behind it are in any case. */
  readonly isDurable: boolean;
  /** Logs what a source brings, if anything. */
  takeIn(source: NewsSource): void;
  /** While this is set, the name of the temporary may hold what is nobody else's. */
  isExchanging: boolean;
}

/**
 * Gives the face's name to a file that is written. Nothing is overwritten unseen: the two names are exchanged, and what comes out is looked at.
 *
 * @param status the face that was taken in; undefined when there was none
 * @returns false when somebody wrote the face meanwhile: then what he wrote stands there, and is to be taken in
 */
export function publishFace(
  target: PublicationTarget,
  written: UnpublishedFile,
  status: FileStatus | undefined,
  signature: FaceSignature | undefined,
): boolean {
  const { directory, environment, isDurable } = target;
  // Always: a face that a power cut may empty must not take the place of one that is on the disk, with all the lines that only a face holds (measured on ext4).
  written.file.sync();
  // Whoever writes into the file from now on gives it another time.
  const modifiedMs = Math.floor(environment.clocks.wallMs()) - publishedAgeMs;
  // A whole second would look like the time of a file system that tells no others apart.
  written.file.setModified(modifiedMs % 1000 === 0 ? modifiedMs - 1 : modifiedMs);
  const ours = written.file.status();
  const expected = status ?? makePlaceholder(directory);
  if (expected === undefined) return false;
  // The exchange would bring out what was written meanwhile, but until it is back no reader would see it.
  if (status !== undefined && !isSameFile(directory.status(faceName), status)) return false;
  target.isExchanging = true;
  const isPublished = replace(target, { name: written.name, ours, expected, signature });
  target.isExchanging = false;
  if (isPublished && isDurable) directory.sync();
  return isPublished;
}

interface Replacement {
  /** Of the temporary. */
  readonly name: string;
  readonly ours: FileStatus;
  /** What is to come out. */
  readonly expected: FileStatus;
  readonly signature: FaceSignature | undefined;
}

function replace(target: PublicationTarget, { name, ours, expected, signature }: Replacement): boolean {
  const { directory, environment } = target;
  const isExchanged = exchange(directory, name);
  if (isExchanged === undefined) return false;
  const replacedName = isExchanged ? name : faceName;
  const found = directory.status(replacedName);
  if (found === undefined || !isExpected(target, replacedName, found, expected, signature)) {
    if (isExchanged) putBack(target, name, ours);
    return false;
  }
  if (!isExchanged) directory.rename(name, faceName);
  // It has been taken in, and is kept all the same when its writer may not have finished.
  else if (isTheirs(signature) && displacing().mayGrow(found, environment.clocks.wallMs()))
    displacing().keepDisplaced(directory, name, environment);
  return true;
}

/**
 * Somebody wrote the face at the very moment of the exchange. What he wrote goes back to where he wrote it, with all that only a face can hold, and is taken in
 * from there like any other. If somebody has written to ours meanwhile, or removed it, what has come out is kept aside.
 */
function putBack(target: PublicationTarget, name: string, ours: FileStatus): void {
  const { directory, environment } = target;
  const isBack = exchange(directory, name) === true;
  const out = directory.status(name);
  if (out === undefined || (isBack && isSameFile(out, ours))) return;
  const { displacedSource, keepDisplaced } = displacing();
  target.takeIn(displacedSource(directory, keepDisplaced(directory, name, environment)));
}

/** An exchange needs two files. Undefined when somebody made the face just now. */
function makePlaceholder(directory: Directory): FileStatus | undefined {
  let placeholder: OpenFile;
  try {
    placeholder = directory.create(faceName, sharedFileMode);
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "EEXIST") return undefined;
    throw error;
  }
  try {
    return placeholder.status();
  } finally {
    placeholder.close();
  }
}

/** False where the file system cannot; undefined when the face has just gone away. */
function exchange(directory: Directory, name: string): boolean | undefined {
  try {
    return directory.exchange(name, faceName);
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Taken in, and never written by us. */
function isTheirs(signature: FaceSignature | undefined): boolean {
  return signature?.sequence === -1;
}

/** Times are no proof for what was written in the last moments: then the content decides. */
function isExpected(
  { directory, environment }: PublicationTarget,
  name: string,
  found: FileStatus,
  expected: FileStatus,
  signature: FaceSignature | undefined,
): boolean {
  if (!isSameFile(found, expected)) return false;
  if (found.size === 0 || !isYoung(found.modifiedNs, environment.clocks.wallMs())) return true;
  const { readFaceFile } = require("./face-file") as typeof import("./face-file");
  const file = readFaceFile(directory, name);
  return file !== undefined && file.sums.checksum === signature?.contentChecksum;
}

/** The time of the last change of anything about a file changes with its name. */
function isSameFile(found: FileStatus | undefined, expected: FileStatus): boolean {
  return (
    found?.inode === expected.inode &&
    found.size === expected.size &&
    found.modifiedNs === expected.modifiedNs
  );
}

/** Loaded when somebody else writes the face; most exports meet nobody. */
function displacing(): typeof import("./displaced") {
  return require("./displaced") as typeof import("./displaced");
}
