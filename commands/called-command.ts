import { findCommandWord, findVerbWord } from "./arguments";
import { type CommandEntry, findVerb, type NounEntry, type VerbEntry } from "./command-entry";
import { globalArguments } from "./global-arguments";
import { commandTable, findCommand } from "./main";

/** What a command line calls. */
export interface CalledCommand {
  readonly entry: CommandEntry;
  /** What can be run: the entry itself, or a verb of it. Undefined: a noun that means nothing without a verb. */
  readonly verb: VerbEntry | undefined;
  /** How help finds what was called: a noun alone, whose bare form was used, is explained as a whole. */
  readonly topic: readonly string[];
  /** Everything but the names. */
  readonly words: readonly string[];
  /** What stood where a verb could have stood, when a form without a verb was taken. */
  readonly insteadOfVerb?: string;
}

/**
 * Finds the command among the words of a command line; help, when there is none.
 * @throws BzError USAGE for an unknown command or verb, naming the nearest one
 */
export function findCalledCommand(words: readonly string[]): CalledCommand {
  const at = findCommandWord(words, globalArguments);
  const name = words[at] ?? "help";
  const entry = findCommand(name);
  if (entry === undefined) throw usageErrors().unknownCommand(name, commandTable());
  if (at === -1) return { entry, verb: plainVerb(entry), topic: [], words };
  if (entry.verbs === undefined) {
    return { entry, verb: entry, topic: [entry.name], words: words.toSpliced(at, 1) };
  }
  return findCalledVerb(entry, name, words.toSpliced(at, 1), at);
}

/** The command itself, asked for by its name alone: help and version run without being named. */
export function namedCommand(name: "help" | "version"): VerbEntry {
  const entry = findCommand(name);
  const verb = entry === undefined ? undefined : plainVerb(entry);
  if (verb === undefined) throw usageErrors().unknownCommand(name, commandTable());
  return verb;
}

/** @throws BzError USAGE when the noun means nothing without a verb */
export function calledVerb({ entry, verb }: CalledCommand): VerbEntry {
  if (verb !== undefined) return verb;
  throw usageErrors().missingVerb(entry);
}

/** The words of a noun's call without its name, which stood at `at`. */
function findCalledVerb(
  noun: NounEntry,
  calledAs: string,
  words: readonly string[],
  at: number,
): CalledCommand {
  const verbAt = findVerbWord(words, globalArguments, at);
  const word = words[verbAt];
  const verb = word === undefined ? undefined : findVerb(noun, word);
  if (verb !== undefined)
    return { entry: noun, verb, topic: [noun.name, verb.name], words: words.toSpliced(verbAt, 1) };
  const bare = findBareVerb(noun, calledAs, words);
  if (bare === undefined && word !== undefined) throw usageErrors().unknownVerb(noun, word);
  return {
    entry: noun,
    verb: bare,
    topic: [noun.name],
    words,
    ...(word === undefined ? {} : { insteadOfVerb: word }),
  };
}

function findBareVerb(noun: NounEntry, calledAs: string, words: readonly string[]): VerbEntry | undefined {
  const form = noun.bare?.find(
    ({ alias, flag }) =>
      (alias === undefined || alias === calledAs) && (flag === undefined || hasFlag(words, flag)),
  );
  return form === undefined ? undefined : findVerb(noun, form.verb);
}

function hasFlag(words: readonly string[], spellings: readonly string[]): boolean {
  const ending = words.indexOf("--");
  const flags = ending === -1 ? words : words.slice(0, ending);
  return flags.some((word) => spellings.includes(word.split("=", 1)[0] ?? ""));
}

function plainVerb(entry: CommandEntry): VerbEntry | undefined {
  return entry.verbs === undefined ? entry : undefined;
}

function usageErrors(): typeof import("./usage-errors") {
  return require("./usage-errors") as typeof import("./usage-errors");
}
