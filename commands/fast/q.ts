import { createIssue } from "../../model/create-issue";
import { newIssueId } from "../../model/issue-id";
import { escapeText } from "../../output/escape";
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
  return writeFastCall(
    world,
    "q",
    { tellsLag: false },
    ({ state, prefix }, { timeMs, actor }) => {
      const id = newIssueId(prefix, state.roughCount, world.randomBytes, (each) => state.has(each));
      return { operations: [createIssue({ title }, { id, nowMs: timeMs, actor })], result: id };
    },
    ({ result: id }) => ({ output: `${escapeText(id)}\n`, saved: [id] }),
  );
}
