import { Random } from "../protocol-model/random";
import type { Step } from "./actions";
import { Clones, type Meeting, randomMeetings } from "./clones";
import { Play } from "./play";
import { randomScript } from "./script";
import { shrink } from "./shrink";

/** The commands of one clone, or those of two and how they met. */
export type Script = { readonly steps: readonly Step[] } | { readonly meetings: readonly Meeting[] };

/** A script that does what the model does not, as small as it can be made. */
export interface Finding {
  readonly script: Script;
  /** The same as command lines. */
  readonly lines: readonly string[];
  readonly message: string;
}

/** What was run: scripts of one clone and of two, the commands in them, and how many of those were interrupted by another one. */
export interface Tally {
  scripts: number;
  scripts_of_two_clones: number;
  meetings: number;
  commands: number;
  interruptions: number;
}

export function newTally(): Tally {
  return { scripts: 0, scripts_of_two_clones: 0, meetings: 0, commands: 0, interruptions: 0 };
}

/** Every fourth script is one of two clones. */
export function scriptOf(seed: number, length: number): Script {
  const random = new Random(seed);
  if (seed % 4 !== 3) return { steps: randomScript(random, length) };
  return { meetings: randomMeetings(random, 3, Math.ceil(length / 4)) };
}

/** Undefined when the command line did what the model says, from the first step to the last. */
export async function runScript(script: Script, tally: Tally): Promise<Finding | undefined> {
  const problem = await problemOf(script, tally);
  if (problem === undefined) return undefined;
  const smallest = await shrink(script, async (each) => (await problemOf(each)) !== undefined);
  return (await problemOf(smallest)) ?? problem;
}

function problemOf(script: Script, tally = newTally()): Promise<Finding | undefined> {
  return "steps" in script ? problemOfOne(script, tally) : problemOfTwo(script, tally);
}

async function problemOfOne(
  script: Script & { readonly steps: readonly Step[] },
  tally: Tally,
): Promise<Finding | undefined> {
  const play = new Play();
  tally.scripts++;
  try {
    await play.run(script.steps);
    return undefined;
  } catch (error) {
    return { script, lines: play.lines, message: messageOf(error) };
  } finally {
    tally.commands += play.lines.length;
    tally.interruptions += play.interruptions;
    play.end();
  }
}

async function problemOfTwo(
  script: Script & { readonly meetings: readonly Meeting[] },
  tally: Tally,
): Promise<Finding | undefined> {
  const clones = new Clones();
  tally.scripts_of_two_clones++;
  try {
    await clones.run(script.meetings);
    return undefined;
  } catch (error) {
    return { script, lines: clones.lines, message: messageOf(error) };
  } finally {
    tally.commands += clones.lines.length;
    tally.meetings += script.meetings.length;
    clones.end();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
