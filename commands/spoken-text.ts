import { BzError } from "../model/errors";
import type { Arguments, Values } from "./command";
import { decodeText, readNamedFile } from "./named-text";
import type { World } from "./world";

/** The ways in which agents and people hand over something to say. */
export const spokenTextArguments = {
  text: {
    type: "positional",
    required: false,
    repeat: true,
    text: true,
    description: "What is said; `-` reads it from stdin",
  },
  message: {
    type: "string",
    alias: "m",
    valueHint: "TEXT",
    text: true,
    description: "The same as a flag (`-` reads stdin, `@FILE` a file)",
  },
  file: { type: "string", alias: "f", valueHint: "FILE", description: "The same from a file" },
} as const satisfies Arguments;

/** @throws BzError USAGE unless the text is given in exactly one way; FILE_UNREADABLE, INVALID */
export async function readSpokenText(
  name: string,
  { text, message, file }: Values<typeof spokenTextArguments>,
  world: World,
): Promise<string> {
  const given = [text, message, file].filter((value) => value !== undefined);
  if (given.length === 0)
    throw new BzError("USAGE", `${name} needs TEXT`, { hint: `run \`bz ${name} --help\`` });
  if (given.length > 1) {
    throw new BzError("USAGE", "the text is given twice", {
      hint: "give it as an argument, or with --message, or with --file",
    });
  }
  if (file !== undefined) return decodeText(await readNamedFile(file, world), file).replace(/\r?\n$/, "");
  return message ?? (text ?? []).join(" ");
}
