import { type Face, faceOf, knownLinesOf } from "./face";
import type { FaceFile } from "./face-file";
import { type Memory, takeInLines } from "./face-intake";
import type { FaceKind } from "./face-signature";
import type { FaceNews, StoreAccess } from "./face-watch";
import type { LoadedLog } from "./log";
import { rememberedLines } from "./past";

/** The lines of this file that the store does not hold, merged into its state. */
export function newsOf(file: FaceFile, access: StoreAccess, loaded: LoadedLog, isLogged: boolean): FaceNews {
  const face = faceOf(file, knownLinesOf(loaded.state, loaded.snapshot));
  const intake = takeInLines(face.lines, loaded.state, memoryOf(access, loaded), isLogged);
  const state = loaded.state.fork();
  for (const operation of intake.operations) state.apply(operation, loaded.position.sequence + 1);
  return { ...intake, face, before: loaded.state, state };
}

/** What a face is that nobody knows yet: other than plain, since its lines may be in other bytes than ours. */
export function kindOf({ conflictMarkers, tornLine }: Face): FaceKind {
  if (conflictMarkers.length > 0) return "conflicted";
  return tornLine === undefined ? "mixed" : "torn";
}

/** The states that the log with its history knows, up to what was loaded. */
function memoryOf({ store }: StoreAccess, loaded: LoadedLog): Memory {
  return (ids) => (ids.size === 0 ? new Map() : rememberedLines({ store, loaded }, ids));
}
