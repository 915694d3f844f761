import { changeText } from "../../output/change-text";
import { plainStyle } from "../../output/style";
import { prepareInState } from "../../storage/fast/state";
import { currentIssue } from "../current-issue";
import { decideClaim } from "../decisions/claim";
import { answerCall } from "./answer";
import type { FastAnswer, FastCall, FastWorld } from "./call";
import { writeFastCall } from "./write";

/** `bz claim ID`, the whole id. */
export function answer(id: string, world?: FastWorld): FastAnswer | undefined {
  return answerCall((given) => claim(id, given), world);
}

function claim(id: string, world: FastWorld): FastCall {
  return writeFastCall(world, "claim", { tellsLag: false }, (files, given) =>
    prepareInState(
      files,
      given,
      ({ state }, info) => {
        const claiming = { session: info.session, bySession: true, force: undefined, nowMs: info.timeMs };
        const issue = currentIssue(state, id);
        const change = decideClaim({ issue, state }, claiming, info);
        // As it was before: all that is told of it is its title, which a claim leaves as it is.
        return {
          operations: change === undefined ? [] : [change],
          result: { issue, isNew: change !== undefined },
        };
      },
      ({ result: { issue, isNew } }) => {
        const verb = isNew ? "Claimed" : "Held by you already:";
        return { output: `${changeText(verb, issue, plainStyle)}\n`, saved: [id] };
      },
    ),
  );
}
