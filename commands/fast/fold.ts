import { foldBehind } from "../../storage/fast/fold";
import type { FastRest } from "../../storage/fast/write";
import type { FastAnswer, FastLeft } from "./call";
import { fastWorld } from "./world";

/** Makes the fold that a call leaves behind its answer, and ends where no export follows. What cannot be done here is left to the whole program, which does all of it anew. */
export function finishFold(left: FastLeft, world = fastWorld()): FastAnswer {
  const { rest, tellsLag } = left;
  if (rest === undefined) return left;
  try {
    foldBehind(rest);
  } catch {
    return left;
  }
  if (rest.noExport === undefined || tellsLag) return { ...left, rest: folded(rest) };
  world.end(0);
  return "done";
}

/** Else whoever exports would find its log too long, and fold once more. */
function folded(rest: FastRest): FastRest {
  return { ...rest, isCompactionDue: false, log: { ...rest.log, pendingBytes: 0, pendingFrames: 0 } };
}
