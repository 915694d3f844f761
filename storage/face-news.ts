import type { FileStatus } from "../native/file-status";
import type { ComparedFace, StoredLines } from "./compared-face";
import { type Face, faceOf, knownLinesOf } from "./face";
import type { ContentSums } from "./face-content";
import type { FaceFile } from "./face-file";
import { type Memory, takeInLines } from "./face-intake";
import { type FaceContent, parseLines } from "./face-lines";
import type { FaceKind } from "./face-signature";
import type { FaceNews, StoreAccess } from "./face-watch";
import type { LinePlace } from "./line-window";
import type { LoadedLog } from "./log";
import { rememberedLines } from "./past";
import { snapshotHeaderLength } from "./snapshot-format";

/** What a face is compared with: a line that stands in the base brings nothing, whatever was done to its issue since, because the issue had that state before. */
export function storedLinesOf({ snapshot: { base } }: LoadedLog): StoredLines {
  const { file } = base;
  const end = snapshotHeaderLength + base.header.linesLength;
  const from = (offset: number): LinePlace => ({ file, offset, length: end - offset });
  return {
    all: from(snapshotHeaderLength),
    from: (id) => {
      const entry = base.entryOf(id);
      return entry && from(entry.offset);
    },
  };
}

/**
 * The lines of a face that the store does not hold, merged into its state.
 * @param compared with the stored lines of this store
 * @param readWhole the same file, asked for where it has anything but issues
 * @returns undefined when the file is gone by then
 */
export function newsOf(
  compared: ComparedFace,
  readWhole: () => FaceFile | undefined,
  access: StoreAccess,
  loaded: LoadedLog,
  isLogged: boolean,
): FaceNews | undefined {
  const face = newLinesOf(compared, readWhole, loaded);
  if (face === undefined) return undefined;
  const intake = takeInLines(face.lines, loaded.state, memoryOf(access, loaded), isLogged);
  const state = loaded.state.fork();
  for (const operation of intake.operations) state.apply(operation, loaded.position.sequence + 1);
  return { ...intake, face, before: loaded.state, state };
}

/** What news tell of a face: its lines that the store does not hold, and what is odd about the whole. */
export interface NewsFace extends Pick<Face, "lines" | "guests" | "conflictMarkers" | "tornLine"> {
  /** The file that says so. */
  readonly status: FileStatus;
  /** Undefined where nobody will sign it. */
  readonly sums: ContentSums | undefined;
}

/** Where there is anything but issues, all lines are looked at: what is said of those names their numbers. */
function newLinesOf(
  { lines, status, sums }: ComparedFace,
  readWhole: () => FaceFile | undefined,
  { state, snapshot }: LoadedLog,
): NewsFace | undefined {
  const known = knownLinesOf(state, snapshot);
  const content = parseLines(lines, known);
  if (!isOdd(content)) return { ...content, status, sums };
  const whole = readWhole();
  return whole && faceOf(whole, known);
}

function isOdd({ guests, conflictMarkers, tornLine }: FaceContent): boolean {
  return guests.length > 0 || conflictMarkers.length > 0 || tornLine !== undefined;
}

/** What a face is that nobody knows yet: other than plain, since its lines may be in other bytes than ours. */
export function kindOf({ conflictMarkers, tornLine }: NewsFace): FaceKind {
  if (conflictMarkers.length > 0) return "conflicted";
  return tornLine === undefined ? "mixed" : "torn";
}

/** The states that the log with its history knows, up to what was loaded. */
function memoryOf({ store }: StoreAccess, loaded: LoadedLog): Memory {
  return (ids) => (ids.size === 0 ? new Map() : rememberedLines({ store, loaded }, ids));
}
