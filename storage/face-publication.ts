import { SystemCallError } from "../native/errno";
import type { FileStatus } from "../native/file-status";
import type { StorageEnvironment } from "./environment";
import { type FaceSignature, isYoung, publishedAgeMs } from "./face-signature";
import type { NewsSource } from "./face-watch";
import type { Directory, OpenFile } from "./file-system";
import { faceName } from "./paths";
import type { UnpublishedFile } from "./replace-file";

/**
 * `published`: ours stands there, in place of what was taken in. `displaced`: ours stands there, and what it put out of its place was nobody's
 * yet; it has been taken in and is to be shown. `missed`: theirs stands there, and is to be taken in.
 */
export type Publication = "published" | "displaced" | "missed";

export interface PublicationTarget {
  readonly directory: Directory;
  readonly environment: StorageEnvironment;
  readonly isDurable: boolean;
  /** Logs what a source brings, if anything. */
  takeIn(source: NewsSource): void;
}

/**
 * Gives the face's name to a file that is written. Nothing is overwritten unseen: the two names are exchanged, and what comes out is looked at.
 *
 * @param status the face that was taken in; undefined when there was none
 */
export function publishFace(
  target: PublicationTarget,
  written: UnpublishedFile,
  status: FileStatus | undefined,
  signature: FaceSignature | undefined,
): Publication {
  const { directory, environment, isDurable } = target;
  if (isDurable) written.file.sync();
  // Whoever writes into the file from now on gives it another time.
  written.file.setModified(Math.floor(environment.clocks.wallMs()) - publishedAgeMs);
  const expected = status ?? makePlaceholder(directory);
  if (expected === undefined) return "missed";
  // The exchange would bring out what was written meanwhile, but until that is taken in no reader would see it.
  if (status !== undefined && !isSameFile(directory.status(faceName), status)) return "missed";
  const isExchanged = exchange(directory, written.name);
  if (isExchanged === undefined) return "missed";
  if (!isExchanged) {
    const last = directory.status(faceName);
    if (last === undefined || !isExpected(target, faceName, last, expected, signature)) return "missed";
    directory.rename(written.name, faceName);
  } else if (keepForeign(target, written.name, expected, signature)) return "displaced";
  if (isDurable) directory.sync();
  return "published";
}

/** An exchange needs two files. Undefined when somebody made the face just now. */
function makePlaceholder(directory: Directory): FileStatus | undefined {
  let placeholder: OpenFile;
  try {
    placeholder = directory.create(faceName, 0o666);
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

/** Whether what came out is not what was taken in. It is kept and taken in then; and kept, too, when its writer may not have finished. */
function keepForeign(
  target: PublicationTarget,
  name: string,
  expected: FileStatus,
  signature: FaceSignature | undefined,
): boolean {
  const { directory, environment } = target;
  const out = directory.status(name);
  if (out === undefined) return false;
  if (isExpected(target, name, out, expected, signature)) {
    if (isTheirs(signature) && displacing().mayGrow(out, environment.clocks.wallMs()))
      displacing().keepDisplaced(directory, name, environment);
    return false;
  }
  const { displacedSource, keepDisplaced } = displacing();
  target.takeIn(displacedSource(directory, keepDisplaced(directory, name, environment)));
  return true;
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
  const { readFaceFile } = require("./face") as typeof import("./face");
  const file = readFaceFile(directory, name);
  return file !== undefined && file.contentChecksum.toString(16) === signature?.contentChecksum;
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
