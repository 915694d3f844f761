import { isFlag, spellingsOf } from "./arguments";
import type { AnyCommand, Argument, Arguments } from "./command";
import { type CommandEntry, findVerb, type NounEntry, type VerbEntry } from "./command-entry";
import { globalArguments } from "./global-arguments";
import { findCommand } from "./main";

/** What a command line that somebody is still typing says before the word that they are at. */
export interface UnfinishedLine {
  /** Undefined as long as no command is named. */
  readonly entry: CommandEntry | undefined;
  /** The noun, when its verb could come next. */
  readonly noun: NounEntry | undefined;
  readonly command: AnyCommand | undefined;
  /** The flag that waits for its value. */
  readonly waiting: Flag | undefined;
  /** Keys of the flags that are written already. */
  readonly given: ReadonlySet<string>;
  /** How many positional words are written. */
  readonly positionals: number;
  /** Behind `--` nothing is a flag. */
  readonly isPastFlags: boolean;
  /** Values of flags, the last of each. */
  readonly values: ReadonlyMap<string, string>;
}

export interface Flag {
  readonly key: string;
  readonly argument: Argument;
}

/** Understands as much as there is. Nothing is refused: a line may be wrong and still have an end that can be completed. */
export async function readUnfinishedLine(words: readonly string[]): Promise<UnfinishedLine> {
  const first = scan(words, {}, 1);
  const [name] = first.positionals;
  const entry = name === undefined ? undefined : findCommand(name);
  if (entry === undefined) return lineOf(first, first.positionals.length, {});
  if (entry.verbs === undefined) return lineWith(words, entry, entry, 1);
  const second = scan(words, {}, 2).positionals[1];
  const verb = second === undefined ? undefined : findVerb(entry, second);
  if (verb !== undefined) return lineWith(words, entry, verb, 2);
  const bare = entry.bare?.find(
    ({ alias, flag }) =>
      (alias === undefined || alias === name) &&
      (flag === undefined || words.some((word) => flag.includes(word))),
  );
  const form = bare === undefined ? undefined : findVerb(entry, bare.verb);
  const noun = second === undefined ? entry : undefined;
  if (form === undefined) return lineOf(first, 0, { entry, noun });
  return { ...(await lineWith(words, entry, form, 1)), noun };
}

/** All flags that stand behind this command, or before one is named. */
export function flagsOf(command: AnyCommand | undefined): Arguments {
  return { ...command?.args(), ...globalArguments };
}

async function lineWith(
  words: readonly string[],
  entry: CommandEntry,
  verb: VerbEntry,
  names: number,
): Promise<UnfinishedLine> {
  const { command } = await verb.load();
  const scanned = scan(words, command.args(), Infinity);
  return lineOf(scanned, scanned.positionals.length - names, { entry, command });
}

function lineOf(
  { waiting, given, isPastFlags, values }: Scanned,
  positionals: number,
  found: { entry?: CommandEntry; noun?: NounEntry | undefined; command?: AnyCommand },
): UnfinishedLine {
  const { entry, noun, command } = found;
  return { entry, noun, command, waiting, given, positionals, isPastFlags, values };
}

interface Scanned {
  readonly positionals: readonly string[];
  readonly waiting: Flag | undefined;
  readonly given: ReadonlySet<string>;
  readonly isPastFlags: boolean;
  readonly values: ReadonlyMap<string, string>;
}

/** Reads up to `most` positional words: what a flag behind them means depends on the command that they name. */
function scan(words: readonly string[], args: Arguments, most: number): Scanned {
  const flags = flagsBySpelling({ ...args, ...globalArguments });
  const positionals: string[] = [];
  const given = new Set<string>();
  const values = new Map<string, string>();
  let waiting: Flag | undefined;
  let isPastFlags = false;
  for (const word of words) {
    if (positionals.length === most) break;
    if (waiting !== undefined) {
      values.set(waiting.key, word);
      waiting = undefined;
    } else if (isPastFlags || !isFlag(word)) {
      positionals.push(word);
    } else if (word === "--") {
      isPastFlags = true;
    } else {
      const { flag, value } = readFlag(word, flags);
      if (flag === undefined) continue;
      given.add(flag.key);
      if (value !== undefined) values.set(flag.key, value);
      else if (flag.argument.type !== "boolean") waiting = flag;
    }
  }
  return { positionals, waiting, given, isPastFlags, values };
}

function flagsBySpelling(args: Arguments): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [key, argument] of Object.entries(args)) {
    if (argument.type === "positional") continue;
    for (const spelling of spellingsOf(key, argument)) flags.set(spelling, { key, argument });
  }
  return flags;
}

/** `--flag`, `--flag=value`, `-p1`, and of switches in one word the last letter: `-fr`. */
function readFlag(word: string, flags: ReadonlyMap<string, Flag>): { flag?: Flag; value?: string } {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    const flag = flags.get(equals === -1 ? word : word.slice(0, equals));
    if (flag === undefined) return {};
    return { flag, ...(equals === -1 ? {} : { value: word.slice(equals + 1) }) };
  }
  for (let at = 1; at < word.length; at++) {
    const flag = flags.get(`-${word[at]}`);
    if (flag === undefined) return {};
    const rest = word.slice(at + 1);
    if (rest === "") return { flag };
    if (flag.argument.type !== "boolean") return { flag, value: rest.replace(/^=/, "") };
  }
  return {};
}
