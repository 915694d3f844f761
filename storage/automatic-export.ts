import { isSpent } from "./export-budget";
import { type FaceSignature, noCost } from "./face-signature";
import { gitOperationUnder } from "./git-operation";
import { faceName } from "./paths";
import type { Place } from "./session";
import type { Workspace } from "./workspace";

/** A larger face is left to `sync`: to write it costs more than any mutation. */
const faceLimitBytes = 8 * 1024 * 1024;

/** Why the face is not brought up to date after a mutation has answered. */
export type NoExport = "off" | "missing" | "large" | "spent" | "git" | "conflicted" | "torn";

/** Undefined when the face can be written now. The cheapest questions come first, since this is asked after every mutation. */
export function reasonNotToExport(
  place: Place,
  workspace: Workspace,
  signature: FaceSignature | undefined,
  nowMs: number,
  storeBytes: number,
): NoExport | undefined {
  if (isSpent(signature?.cost ?? noCost, nowMs)) return "spent";
  const status = place.face?.status(faceName);
  if (status === undefined) return "missing";
  // After many issues came at once it is the new face that would be large; with index and log, a store takes up to twice the bytes of its face.
  if (status.size > faceLimitBytes || storeBytes > 2 * faceLimitBytes) return "large";
  // What git is about to do in this worktree, it does to the face that it has looked at.
  return gitOperationUnder(workspace.beadsPath) === undefined ? undefined : "git";
}
