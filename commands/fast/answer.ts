import { standardOutput } from "../../output/writer";
import type { FastAnswer, FastCall, FastWorld } from "./call";
import { fastWorld, talkTo } from "./world";

/** Makes the call and tells what comes of it; undefined when it gave up. */
export function answerCall(
  call: (world: FastWorld) => FastCall | undefined,
  world = fastWorld(),
): FastAnswer | undefined {
  let made: FastCall | undefined;
  try {
    if (!isPlain(world)) return undefined;
    made = call(world);
  } catch {
    return undefined;
  }
  return made === undefined ? undefined : tell(made, world);
}

/** Linux, where the files of the system are as this path knows them; called as itself; and answering a program, which wants no colours. */
function isPlain(world: FastWorld): boolean {
  const { env, calledAs } = world;
  if (process.platform !== "linux" || env.BZ_COMPAT) return false;
  if (calledAs === "bd" || calledAs.endsWith("/bd")) return false;
  return !env.CLICOLOR_FORCE && !world.isTerminal(standardOutput);
}

/**
 * The call is made, and must not be made again, whatever fails from here on. What cannot be told here is left to the whole program. So it is where this needs what is seldom run, and that is no
 * longer there: an upgrade of the script form may take the file away in which it is.
 */
function tell(call: FastCall, world: FastWorld): FastAnswer {
  const { output, talk, rest, tellsLag = false, failure } = call;
  if (failure !== undefined) return { failure };
  try {
    world.write(standardOutput, output);
  } catch (outputError) {
    return { ...call, outputError };
  }
  try {
    if (talk !== undefined) talkTo(world, talk());
  } catch {
    return call;
  }
  if (rest !== undefined) return { rest, tellsLag };
  world.end(0);
  return "done";
}
