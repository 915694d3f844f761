import { afterAll } from "bun:test";
import { rmSync } from "node:fs";

/**
 * Directories that live as long as the test run. This file is loaded before all tests (`bunfig.toml`), since a hook of a file that tests import runs
 * after the first of them alone.
 */
const directories: string[] = [];

// A campaign run by hand is no test run, and Bun knows hooks in tests alone.
if (Bun.main.endsWith("/run.ts")) process.on("exit", removeAll);
// On a busy machine there may be thousands to remove.
else afterAll(removeAll, 60_000);

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}

export function removeAtTheEnd(directory: string): string {
  directories.push(directory);
  return directory;
}
