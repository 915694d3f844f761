import { type Face, faceOf, knownLinesOf } from "./face";
import { differingLines } from "./face-difference";
import type { FaceFile } from "./face-file";
import { type Memory, takeInLines } from "./face-intake";
import { type FaceContent, parseLines } from "./face-lines";
import type { FaceKind } from "./face-signature";
import type { FaceNews, StoreAccess } from "./face-watch";
import type { LoadedLog } from "./log";
import { rememberedLines } from "./past";
import { snapshotHeaderLength } from "./snapshot-format";

/** The lines of this file that the store does not hold, merged into its state. */
export function newsOf(file: FaceFile, access: StoreAccess, loaded: LoadedLog, isLogged: boolean): FaceNews {
  const face = newLinesOf(file, loaded);
  const intake = takeInLines(face.lines, loaded.state, memoryOf(access, loaded), isLogged);
  const state = loaded.state.fork();
  for (const operation of intake.operations) state.apply(operation, loaded.position.sequence + 1);
  return { ...intake, face, before: loaded.state, state };
}

/** What news tell of a face: its lines that the snapshot does not hold, and what is odd about the whole. */
export type NewsFace = Pick<Face, "lines" | "guests" | "conflictMarkers" | "tornLine">;

/**
 * A line that stands in the snapshot brings nothing, whatever the log did to its issue since. So what is the same there and here is not even cut into lines. Where there is
 * anything but issues, all lines are looked at: what is said of those names their numbers.
 */
function newLinesOf(file: FaceFile, { state, snapshot }: LoadedLog): NewsFace {
  const known = knownLinesOf(state, snapshot);
  // So does one that stands in the base: the issue had that state before.
  const { file: stored, header } = snapshot.base;
  const storedLines = { file: stored, offset: snapshotHeaderLength, length: header.linesLength };
  const content = parseLines(file.bytes, differingLines(file.bytes, storedLines), known);
  return isOdd(content) ? faceOf(file, known) : content;
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
