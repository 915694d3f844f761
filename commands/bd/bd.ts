#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import { exitNow } from "../../output/writer";
import { runCommandLine } from "../command-line";
import { systemWorld } from "../world";

void main();

/** bz under the name of bd. Bun tells a script where it lies, not what the link to it is called, hence a file of its own. */
async function main(): Promise<void> {
  // Bad ends as in index.ts.
  try {
    exitNow(await runCommandLine(process.argv.slice(2), { ...systemWorld(), calledAs: "bd" }));
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}
