import { isTerminal, writeText } from "../output/writer";
import type { FastWorld } from "./fast-path";

/** The world of the running process, as much of it as the fast path needs: `systemWorld` takes the whole store to make. */
export function fastWorld(): FastWorld {
  return {
    env: process.env,
    calledAs: process.argv0,
    currentDirectory: () => process.cwd(),
    nowMs: () => Date.now(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    isTerminal,
    write: writeText,
  };
}
