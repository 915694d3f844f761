import type { Issue } from "../../model/issue";
import type { State } from "../../model/state";
import { changeText } from "../../output/change-text";
import { blankScreen, plainStyle } from "../../output/style";
import { type FastDecision, prepareInState } from "../../storage/fast/state";
import { giveUp } from "../../storage/fast/unusual";
import { currentIssue } from "../current-issue";
import { decideClosing } from "../decisions/close";
import { freedBy } from "../freed";
import { answerCall } from "./answer";
import type { FastAnswer, FastCall, FastWorld } from "./call";
import { writeFastCall } from "./write";

/** `bz close ID` and `bz close ID -r REASON`, the whole id of an issue that is not closed yet. */
export function answer(words: readonly string[], world?: FastWorld): FastAnswer | undefined {
  const [, id = "", flag, reason = ""] = words;
  if (words.length === 2) return answerCall((given) => close(id, undefined, given), world);
  const isReason = (flag === "-r" || flag === "--reason") && words.length === 4;
  // What begins so may be a flag, a file or stdin.
  if (!isReason || reason.startsWith("-") || reason.startsWith("@")) return undefined;
  return answerCall((given) => close(id, reason, given), world);
}

function close(id: string, reason: string | undefined, world: FastWorld): FastCall {
  return writeFastCall(world, "close", { tellsLag: true }, (files, given) =>
    prepareInState(
      files,
      given,
      ({ state }, info): FastDecision<{ readonly issue: Issue; readonly before: State }> => {
        const issue = currentIssue(state, id);
        if (issue.status === "closed") giveUp();
        const item = { issue, state, batch: new Set([id]) };
        const operations = decideClosing(item, { reason, session: info.session, force: undefined }, info);
        // As it was before: all that is told of it is its title, which a closing leaves as it is.
        return {
          operations: operations.length === 0 ? giveUp() : operations,
          result: { issue, before: state },
        };
      },
      ({ result: { issue, before }, view }, nowMs) => {
        const freed = freedBy({ done: [id], unchanged: new Set(), before, state: view.state }, nowMs);
        const output = `${changeText("Closed", issue, plainStyle)}\n${freed.text(blankScreen)}`;
        return { output, saved: [id] };
      },
    ),
  );
}
