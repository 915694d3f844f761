import { Random } from "../protocol-model/random";
import type { Step } from "./actions";
import { Play } from "./play";
import { randomScript } from "./script";

/** A script that does what the model does not, as small as it can be made. */
export interface Finding {
  readonly script: readonly Step[];
  /** The same as command lines. */
  readonly lines: readonly string[];
  readonly message: string;
}

/** What a run of a script came to: how many commands, and how many of them were interrupted by another one. */
export interface Tally {
  commands: number;
  interruptions: number;
}

/** Undefined when the command line did what the model says, from the first step to the last. */
export function runSeed(
  seed: number,
  length: number,
  tally: Tally = { commands: 0, interruptions: 0 },
): Promise<Finding | undefined> {
  return runScript(randomScript(new Random(seed), length), tally);
}

export async function runScript(script: readonly Step[], tally: Tally): Promise<Finding | undefined> {
  const problem = await problemOf(script, tally);
  if (problem === undefined) return undefined;
  const smallest = await shrink(script);
  return (await problemOf(smallest)) ?? problem;
}

/** Takes steps away, first many at once, then one by one, then interruptions, as long as anything is wrong without them. */
async function shrink(script: readonly Step[]): Promise<readonly Step[]> {
  let smallest = script;
  for (let size = Math.ceil(script.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < smallest.length; ) {
      const fewer = smallest.toSpliced(at, size);
      if (fewer.length > 0 && (await problemOf(fewer)) !== undefined) smallest = fewer;
      else at += size;
    }
  }
  for (const [at, { seam, ...step }] of smallest.entries()) {
    if (seam === undefined) continue;
    const calmer = smallest.with(at, step);
    if ((await problemOf(calmer)) !== undefined) smallest = calmer;
  }
  return smallest;
}

async function problemOf(script: readonly Step[], tally?: Tally): Promise<Finding | undefined> {
  const play = new Play();
  try {
    await play.run(script);
    return undefined;
  } catch (error) {
    return { script, lines: play.lines, message: error instanceof Error ? error.message : String(error) };
  } finally {
    if (tally !== undefined) {
      tally.commands += play.lines.length;
      tally.interruptions += play.interruptions;
    }
    play.end();
  }
}
