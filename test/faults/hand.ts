import { runCommandLine } from "../../commands/command-line";
import { systemWorld, type World } from "../../commands/world";

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who prepares and judges: another actor than the disturbed one, whose changes `undo` takes back. */
const bystander = { BEADS_ACTOR: "bystander" };

/** Runs a command line within this process, on the real disk: many times as fast as a process of its own. */
export async function runHere(
  directory: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = bystander,
): Promise<Answer> {
  const output: Record<number, string> = { 1: "", 2: "" };
  const world: World = {
    ...systemWorld(),
    env: { HOME: directory, ...env },
    calledAs: "bz",
    currentDirectory: () => directory,
    changeDirectory: () => {
      throw new Error("all stay where they are");
    },
    isTerminal: () => false,
    write: (descriptor, text) => {
      output[descriptor] += text;
      return "written";
    },
  };
  const code = await runCommandLine(words, world);
  return { code, stdout: output[1] ?? "", stderr: output[2] ?? "" };
}

/** The same, where it has to end with 0. */
export async function succeedHere(
  directory: string,
  words: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, stdout, stderr } = await runHere(directory, words, env);
  if (code !== 0) throw new Error(`bz ${words.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}
