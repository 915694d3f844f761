import { createIssue } from "../../model/create-issue";
import { newIssueId } from "../../model/issue-id";
import { parseIssue } from "../../model/issue-json";
import { escapeText } from "../../output/escape";
import { giveUp } from "../../storage/fast/unusual";
import { answerCall } from "./answer";
import type { FastAnswer, FastCall, FastWorld } from "./call";
import { writeFastCall } from "./write";

/** `bz q WORDS`, none of them a flag. */
export function answer(words: readonly string[], world?: FastWorld): FastAnswer | undefined {
  let title = "";
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word.startsWith("-")) return undefined;
    title += at === 1 ? word : ` ${word}`;
  }
  return answerCall((given) => q(title, given), world);
}

function q(title: string, world: FastWorld): FastCall {
  return writeFastCall(world, "q", { tellsLag: false }, ({ snapshot, log, prefix }, { timeMs, actor }) => {
    const isTaken = (id: string): boolean => snapshot.has(id) || log.on(id).length > 0;
    const roughCount = snapshot.count + log.roughlyAdded;
    const id = newIssueId(prefix, roughCount, world.randomBytes, isTaken);
    const operation = createIssue({ title }, { id, nowMs: timeMs, actor });
    // As the next command will read it.
    if (parseIssue(operation.line).id !== id) giveUp();
    return {
      answer: { output: `${escapeText(id)}\n`, saved: [id] },
      operations: [operation],
      // Whatever else they have written: to the new issue only its id matters.
      holdsIn: (latest) => latest.snapshot === snapshot && latest.log.on(id).length === 0,
    };
  });
}
