import type { FastAnswer, FastLeft, FastWorld } from "./fast/call";

/**
 * Answers the plain forms of what agents call most, where a call finds what nearly every call finds, and ends the process when nothing is left to be done. Undefined: nothing was changed and
 * nothing said, and the whole program has to do the call from its beginning. So whatever goes wrong before something is acknowledged, damage and defects included, is told by that.
 * @param world without one, the process
 */
export function answerFast(words: readonly string[], world?: FastWorld): FastAnswer | undefined {
  const answer = answerCommand(words, world);
  if (answer === undefined || answer === "done" || isFailure(answer)) return answer;
  // It could not be told, see `tell`.
  if (answer.talk !== undefined) return answer;
  try {
    const isFolding = answer.rest?.isCompactionDue === true;
    return isFolding ? folding().finishFold(answer, world) : ending().finishExport(answer, world);
  } catch {
    // What is loaded now may have been replaced since the start; the answer stands, and whoever goes on says what is missing.
    return answer;
  }
}

/** Whether it ends with another exit code than 0. */
export function isFailure({ failure, outputError }: FastLeft): boolean {
  return failure !== undefined || outputError !== undefined;
}

function answerCommand(words: readonly string[], world: FastWorld | undefined): FastAnswer | undefined {
  const [command, first = ""] = words;
  if (command === "list")
    return list().answer(words, () => require("./fast/list-log") as typeof import("./fast/list-log"), world);
  if (command === "ready")
    return list().answer(
      words,
      () => require("./fast/ready-log") as typeof import("./fast/ready-log"),
      world,
    );
  if (first === "" || first.startsWith("-")) return undefined;
  if (command === "show") return words.length === 2 ? show().answer(first, world) : undefined;
  if (command === "claim") return words.length === 2 ? claim().answer(first, world) : undefined;
  if (command === "close") return close().answer(words, world);
  if (command === "q") return q().answer(words, world);
  return undefined;
}

const show = () => require("./fast/show") as typeof import("./fast/show");
const claim = () => require("./fast/claim") as typeof import("./fast/claim");
const close = () => require("./fast/close") as typeof import("./fast/close");
const q = () => require("./fast/q") as typeof import("./fast/q");
const ending = () => require("./fast/export") as typeof import("./fast/export");
const folding = () => require("./fast/fold") as typeof import("./fast/fold");
const list = () => require("./fast/list") as typeof import("./fast/list");
