#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import type { FastAnswer } from "./commands/fast/call";
import { answerFast, isFailure } from "./commands/fast-path";

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
      process.stderr.write(`error: ${answer === "done" ? message : (answer?.failure?.message ?? message)}\n`);
      process.exit(2);
    }
    process.stderr.write(`warning: the change is saved, but the store could not be tidied up: ${message}\n`);
    process.exit(0);
  }
}
