#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import { answerFast } from "./commands/fast-path";
import { fastWorld } from "./commands/fast-world";
import { exitNow } from "./output/writer";

void main();

// Ends through libc: everything is written by now, and taking the runtime down in order would only cost time. No await at the top: a
// file with bytecode has none.
async function main(): Promise<void> {
  try {
    const words = process.argv.slice(2);
    const answer = answerFast(words, fastWorld());
    if (answer !== undefined && answer.left === undefined) exitNow(answer.exitCode);
    const program = await import("./commands/program");
    if (answer === undefined) return await program.runProgram(words);
    await program.finishFast(answer.left, words);
    exitNow(answer.exitCode);
  } catch (error) {
    // Only where libc cannot be reached, as without a JIT: all else has been told, and told through it.
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}
