import { exitNow } from "../output/writer";
import { finishFastCall, runCommandLine } from "./command-line";
import type { FastLeft } from "./fast/call";
import { systemWorld } from "./world";

/** All that bz can do: the call from its beginning. Ends here, through the libc that the call has opened by then. */
export async function runProgram(words: readonly string[]): Promise<never> {
  exitNow(await runCommandLine(words, systemWorld()));
}

/** Does what a call that the fast path has answered leaves to be done, and ends. */
export async function finishFast(left: FastLeft): Promise<never> {
  exitNow(await finishFastCall(left, systemWorld()));
}
