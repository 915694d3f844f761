import { standardError, writeText } from "./writer";

/** Tells a person who waits what takes so long. Nothing is said unless stderr is a terminal. */
export async function sayProgress(isTerminal: boolean, sentence: string): Promise<void> {
  if (!isTerminal) return;
  const { createConsola } = await import("consola/core");
  const consola = createConsola({
    level: 3,
    throttle: 0,
    reporters: [{ log: ({ args }) => void writeText(standardError, `${args.join(" ")}\n`) }],
  });
  consola.info(sentence);
}
