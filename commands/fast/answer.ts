import { standardOutput } from "../../output/writer";
import { outputFailed } from "../output-failed";
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

function tell(
  { output, talk = "", rest, tellsLag = false, saved, failure }: FastCall,
  world: FastWorld,
): FastAnswer {
  if (failure !== undefined) return { failure };
  try {
    world.write(standardOutput, output);
  } catch (error) {
    return { ...(rest && { rest, tellsLag }), talk, failure: outputFailed(saved, error) };
  }
  talkTo(world, talk);
  if (rest !== undefined) return { rest, tellsLag };
  world.end(0);
  return "done";
}
