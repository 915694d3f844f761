import { foldBehind } from "../../storage/fast/fold";
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
  if (rest.noExport === undefined || tellsLag) return { ...left, rest: { ...rest, isCompactionDue: false } };
  world.end(0);
  return "done";
}
