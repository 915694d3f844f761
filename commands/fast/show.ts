import { formatIssueDetail } from "../../output/issue-detail";
import { blankScreen } from "../../output/style";
import { stateOf } from "../../storage/fast/state";
import { openFastFiles } from "../../storage/fast/store";
import { detailOf } from "../issue-detail-of";
import { answerCall } from "./answer";
import type { FastAnswer, FastCall, FastWorld } from "./call";

/** `bz show ID`, the whole id. */
export function answer(id: string, world?: FastWorld): FastAnswer | undefined {
  return answerCall((given) => show(id, given), world);
}

/** Undefined where there is no such issue. */
function show(id: string, world: FastWorld): FastCall | undefined {
  const state = stateOf(openFastFiles(world.currentDirectory(), world.env, "read"));
  if (!state.has(id)) return undefined;
  return { output: formatIssueDetail(detailOf({ state }, id, false), world.nowMs(), blankScreen) };
}
