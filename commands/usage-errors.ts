import { BzError } from "../model/errors";
import { nearestSpellings, spellingHint } from "../model/spelling";
import type { Arguments } from "./command";
import type { CommandEntry, Named, NounEntry, VerbEntry } from "./command-entry";

/** What is said of a command line that cannot be carried out. Loaded when there is one. `name` is the command's, "bz" stands for none. */

export function usageError(
  name: string,
  message: string,
  details: { hint?: string; nearest?: readonly string[] } = {},
): BzError {
  return new BzError("USAGE", message, {
    hint: details.hint ?? helpHint(name),
    context: { command: name, nearest: [...(details.nearest ?? [])] },
  });
}

/** @param known the spellings of all flags */
export function unknownFlag(name: string, spelling: string, known: Iterable<string>): BzError {
  const isLong = spelling.startsWith("--");
  const nearest = isLong ? nearestSpellings(spelling, known) : [];
  const words = isLong || !/\s/.test(spelling) ? "" : `; if it is text, put \`--\` in front of it`;
  const hint = nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `${helpHint(name)}${words}`;
  const message =
    name === "bz"
      ? `${spelling} is not a global flag; flags of a command stand behind its name`
      : `${name} has no flag ${spelling}`;
  return usageError(name, message, { hint, nearest });
}

export function missingArgument(name: string, key: string): BzError {
  return usageError(name, `${name} needs ${key.toUpperCase()}`);
}

/** @param next the word that follows the flag, if there is one */
export function missingValue(name: string, spelling: string, next: string | undefined): BzError {
  if (next === undefined) return usageError(name, `${spelling} needs a value`);
  return usageError(name, `${spelling} needs a value, but ${next} follows`, {
    hint: `if ${next} is the value, write ${spelling}=${next}`,
  });
}

export function valueGivenTwice(name: string, spelling: string): BzError {
  return usageError(name, `${spelling} is given twice`, {
    hint: "it takes one value; leave one of the two out",
  });
}

export function surplusWord(name: string, word: string, args: Arguments): BzError {
  const takesText = Object.values(args).some((argument) => argument.type === "positional");
  return usageError(name, `${name} has no use for "${word}"`, {
    hint: takesText ? `put text with spaces in quotes; ${helpHint(name)}` : helpHint(name),
  });
}

export function wrongSwitch(spelling: string, text: string): BzError {
  return new BzError("USAGE", `${spelling} is a switch and cannot be "${text}"`, {
    hint: `write ${spelling} or ${spelling}=false`,
  });
}

export function wrongOption(spelling: string, value: string, options: readonly string[]): BzError {
  return new BzError("USAGE", `${spelling} cannot be "${value}"`, {
    hint: spellingHint(value, options),
    context: { valid: [...options], nearest: nearestSpellings(value, options) },
  });
}

export function unknownCommand(name: string, known: readonly Named[]): BzError {
  const nearest = nearestNames(name, known);
  const meant = nearest.map((other) => `\`bz ${other}\``).join(" or ");
  return new BzError("USAGE", `there is no command "${name}"`, {
    hint: nearest.length > 0 ? `did you mean ${meant}?` : "run `bz help`",
    context: { command: name, nearest },
  });
}

export function unknownVerb(noun: NounEntry, name: string): BzError {
  const nearest = nearestNames(name, noun.verbs);
  return new BzError("USAGE", `${noun.name} has no verb "${name}"`, {
    hint:
      nearest.length > 0 ? `did you mean ${listCalls(nearest, noun.name)}?` : `use one of ${listVerbs(noun)}`,
    context: { command: noun.name, verb: name, nearest },
  });
}

/** For a noun that means nothing without one. */
export function missingVerb(entry: CommandEntry): BzError {
  return new BzError("USAGE", `${entry.name} needs a verb: ${listVerbs(entry)}`, {
    hint: `\`bz ${entry.name} --help\` explains them`,
    context: { command: entry.name, valid: (entry.verbs ?? []).map((known) => known.name) },
  });
}

/** An error of a form without a verb, when what stood there may have been meant as one. */
export function withMeantVerb(error: BzError, { entry }: { entry: CommandEntry }, meant: string): BzError {
  if (error.code !== "USAGE" && error.context.id !== meant) return error;
  const nearest = nearestNames(meant, entry.verbs ?? []);
  if (nearest.length === 0) return error;
  return new BzError(error.code, error.message, {
    hint: `did you mean ${listCalls(nearest, entry.name)}?`,
    excerpt: error.excerpt,
    context: { ...error.context, nearest },
    cause: error.cause,
  });
}

/** Names and aliases that a typing slip away from `name` could have meant. */
export function nearestNames(name: string, entries: Iterable<Named>): string[] {
  return nearestSpellings(
    name,
    [...entries].flatMap((entry) => [entry.name, ...entry.aliases]),
  );
}

function helpHint(name: string): string {
  return name === "bz" ? "run `bz help`" : `run \`bz ${name} --help\``;
}

function listCalls(verbs: readonly string[], noun: string): string {
  return verbs.map((verb) => `\`bz ${noun} ${verb}\``).join(" or ");
}

function listVerbs(entry: CommandEntry): string {
  return (entry.verbs ?? []).map((verb: VerbEntry) => verb.name).join(", ");
}
