import { BzError } from "../model/errors";
import { compareIds } from "../model/issue-id";
import { encoder } from "../native/utf8";
import { ContentWriter } from "./face-content";
import { isEphemeralLine } from "./face-output";
import {
  type Exporting,
  isContent,
  putInPlace,
  type RecentState,
  type StandingFace,
} from "./face-replacement";
import { compareIdentity } from "./face-signature";
import { forgetFace, rememberFace } from "./face-signing";
import type { OpenFile } from "./file-system";
import { faceName } from "./paths";
import { inTemporary, type UnpublishedFile } from "./replace-file";
import { copyEdited, type Edit, editsOf, type FaceChange } from "./spliced-face";

/**
 * Brings a face up to date that stands just as we wrote it, when the little that has changed since is in memory: all else is copied as it stands, instead of being
 * read, checked and written line by line.
 *
 * @returns "other" where that cannot be done; undefined when somebody wrote to the face meanwhile
 */
export function spliceFace(
  exporting: Exporting,
  standing: StandingFace,
  recent: RecentState,
): "written" | "unchanged" | "git" | "other" | undefined {
  const { run, directory } = exporting;
  const { session, workspace } = run;
  const { status, signature } = standing;
  if (status === undefined || signature?.content !== "plain") return "other";
  if (compareIdentity(signature, status, session.bootId) !== "same") return "other";
  const changes = changesSince(signature.sequence, recent);
  if (changes === undefined) return "other";
  const face = directory.open(faceName, "read");
  if (face === undefined) return undefined;
  try {
    const edits = editsOrNone(face, status.size, changes);
    const { storeId, sequence } = recent;
    if (edits?.length === 0) {
      rememberFace(session.store, workspace, { ...signature, sequence });
      return "unchanged";
    }
    const written = edits && copied(exporting, face, edits, standing);
    if (written !== undefined)
      return putInPlace(exporting, written, standing, { storeId, sequence, content: "plain" });
  } finally {
    face.close();
  }
  // Where not even the times of a file tell that it is another one, nobody would look.
  forgetFace(session.store, workspace);
  return undefined;
}

/** Undefined where there is something else than lines of issues. */
function editsOrNone(face: OpenFile, length: number, changes: readonly FaceChange[]): Edit[] | undefined {
  try {
    return editsOf(face, length, changes);
  } catch (error) {
    if (error instanceof BzError && error.code === "INVALID") return undefined;
    throw error;
  }
}

/** The new face beside the one that stands; undefined where that is not what it was. */
function copied(
  { run, directory }: Exporting,
  face: OpenFile,
  edits: readonly Edit[],
  { status, signature }: StandingFace,
): UnpublishedFile | undefined {
  const written = inTemporary(directory, faceName, run.session.environment, status, (file) => {
    const output = new ContentWriter(file);
    const isSigned = isContent(copyEdited(face, edits, output), signature);
    return { isSigned, sums: output.finish(), bytes: output.length };
  });
  if (written.isSigned) return written;
  written.file.close();
  directory.remove(written.name);
  return undefined;
}

/** The lines of all issues that transactions behind that sequence touched; undefined where these are not all in memory, or so many that it is better to write each line. */
function changesSince(sequence: number, { state, baseSequence }: RecentState): FaceChange[] | undefined {
  if (sequence < baseSequence) return undefined;
  const ids = state.idsChangedAfter(sequence);
  if (ids.size > changeLimit) return undefined;

  return [...ids].sort(compareIds).map((id) => {
    // A line of a face may have been about an issue that is none.
    const line = state.line(id);
    const bytes = line === undefined ? undefined : encoder.encode(line);
    return { id, bytes: bytes !== undefined && isEphemeralLine(bytes) ? undefined : bytes };
  });
}

/** To find the place of one takes about as long as to write a hundred lines. */
const changeLimit = 100;
