#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import { runCommandLine } from "./commands/command-line";
import { systemWorld } from "./commands/world";
import { exitNow } from "./output/writer";

void main();

// Ends through libc: everything is written by now, and taking the runtime down in order would only cost time. No await at the top: a
// file with bytecode has none.
async function main(): Promise<void> {
  try {
    exitNow(await runCommandLine(process.argv.slice(2), systemWorld()));
  } catch (error) {
    // Only where libc cannot be reached, as without a JIT: all else has been told, and told through it.
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}
