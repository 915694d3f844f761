#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import type { FastAnswer, FastLeft } from "./commands/fast/call";
import { answerFast, isFailure } from "./commands/fast-path";
import { notToBeRepeated, outputFailure } from "./commands/output-failure";

void main();

// No await at the top: a file with bytecode has none.
async function main(): Promise<void> {
  let answer: FastAnswer | undefined;
  try {
    const words = process.argv.slice(2);
    answer = answerFast(words);
    if (answer === "done") return;
    const program = await import("./commands/program");
    // Each ends through libc: everything is written by then, and taking the runtime down in order would only cost time.
    await (answer === undefined ? program.runProgram(words) : program.finishFast(answer));
  } catch (error) {
    // Only where libc cannot be reached, as without a JIT, or the program is no longer there: all else has been told, and told through it.
    const message = error instanceof Error ? error.message : String(error);
    if (answer === undefined || answer === "done" || isFailure(answer)) {
      const told = answer === undefined || answer === "done" ? undefined : failureOf(answer);
      process.stderr.write(`error: ${told ?? message}\n`);
      process.exit(2);
    }
    const what =
      answer.rest === undefined
        ? "not all that belongs to the answer was told"
        : "the change is saved, but the store could not be tidied up";
    process.stderr.write(`warning: ${what}: ${message}\n`);
    process.exit(0);
  }
}

/** Without what makes more of it, which may be what is gone. */
function failureOf({ failure, outputError, saved = [] }: FastLeft): string | undefined {
  if (outputError === undefined) return failure?.message;
  const hint = saved.length === 0 ? "" : `\nhint: ${notToBeRepeated}`;
  return `${outputFailure(saved, outputError)}${hint}`;
}
