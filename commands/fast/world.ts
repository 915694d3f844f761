import { exitNow, isTerminal, standardError, writeText } from "../../output/writer";
import { randomBytes } from "../../storage/fast/store";
import type { FastWorld } from "./call";

/** The world of the running process, as much of it as the fast path needs: `systemWorld` takes the whole store to make. */
export function fastWorld(): FastWorld {
  return {
    env: process.env,
    calledAs: process.argv0,
    currentDirectory: () => process.cwd(),
    nowMs: () => Date.now(),
    randomBytes,
    isTerminal,
    write: writeText,
    userId: process.getuid?.(),
    end: (exitCode) => exitNow(exitCode),
  };
}

/** Whoever closed stderr does not want to hear. */
export function talkTo(world: FastWorld, text: string): void {
  if (text === "") return;
  try {
    world.write(standardError, text);
  } catch {
    return;
  }
}
