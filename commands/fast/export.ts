import { exportBehind } from "../../storage/fast/export";
import { lagNote } from "../lag-note";
import type { FastAnswer, FastLeft } from "./call";
import { fastWorld, talkTo } from "./world";

/** Makes the export that a call leaves behind its answer, and ends. What cannot be done here is left to the whole program, which does all of it anew. */
export function finishExport(left: FastLeft, world = fastWorld()): FastAnswer {
  const { rest, tellsLag } = left;
  let lag: ReturnType<typeof exportBehind>;
  try {
    lag = rest && exportBehind(rest);
  } catch {
    return left;
  }
  const note = lag !== undefined && tellsLag ? lagNote(lag) : undefined;
  talkTo(world, note === undefined ? "" : `${note}\n`);
  world.end(0);
  return "done";
}
