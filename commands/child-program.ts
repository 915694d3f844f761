import { BzError } from "../model/errors";

/**
 * Runs a program without a shell and waits for it. Its output goes to stderr, as stdout belongs to our own answer.
 * @throws BzError FILE_UNREADABLE when there is no such program
 */
export async function runProgram(words: readonly string[], directory: string): Promise<number> {
  try {
    return await Bun.spawn([...words], { cwd: directory, stdio: ["ignore", 2, 2] }).exited;
  } catch (error) {
    throw new BzError("FILE_UNREADABLE", `${words[0]} cannot be run`, {
      hint: `is it installed? The command is \`${words.join(" ")}\``,
      context: { command: [...words], directory },
      cause: error,
    });
  }
}
