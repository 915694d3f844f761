import { findCommandWord, findVerbWord, isFlag } from "../arguments";
import { findVerb } from "../command-entry";
import { globalArguments } from "../global-arguments";
import { findCommand } from "../main";
import { literalText } from "../text-arguments";
import type { FlagMeaning } from "./flag-meaning";
import { globalMeanings, type Spelling, spellings } from "./spellings";

/** A command line of bd in the words of bz. */
export interface Respelled {
  readonly words: readonly string[];
  /** Which form of bd the answer has; undefined: that of the command that runs. */
  readonly form?: string | undefined;
  /** Said instead of doing anything. */
  readonly needless?: string | undefined;
}

/**
 * Whatever nobody knows is left as it stands, for bz to refuse.
 * @throws BzError USAGE for an unknown flag before the command
 */
export function respell(words: readonly string[]): Respelled {
  const plain = replaceFlags(words, globalMeanings);
  const at = findCommandWord(plain, globalArguments);
  const name = plain[at];
  if (name === undefined) return { words: plain };
  const rest = plain.toSpliced(at, 1);
  const verbAt = findVerbWord(rest, globalArguments, at);
  const calls = callsOf(name, rest[verbAt]);
  const spelling = spellings.find((one) => calls.includes(one.call) && isMeant(one, plain));
  if (spelling === undefined) return { words: plain };
  const { as, call, form = as === undefined ? undefined : call, needless } = spelling;
  const isTwoWords = call.includes(" ");
  const others = as !== undefined && isTwoWords ? rest.toSpliced(verbAt, 1) : rest;
  const flags = replaceFlags(others, spelling.flags ?? {}, spelling.hasText);
  return { words: [...(as ?? [name]), ...whenAbsent(spelling, flags), ...flags], form, needless };
}

/** How the table may call what was called: with its verb, by name and alias. */
function callsOf(name: string, next: string | undefined): string[] {
  const entry = findCommand(name);
  const noun = entry?.name ?? name;
  const verb =
    entry?.verbs === undefined || next === undefined ? next : (findVerb(entry, next)?.name ?? next);
  const bare =
    entry?.verbs === undefined
      ? undefined
      : entry.bare?.find(({ alias, flag }) => flag === undefined && (alias === undefined || alias === name));
  return [`${noun} ${verb}`, ...(bare === undefined ? [] : [`${noun} ${bare.verb}`]), noun];
}

function isMeant({ with: flags }: Spelling, words: readonly string[]): boolean {
  return (
    flags === undefined ||
    words.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)))
  );
}

function whenAbsent({ without }: Spelling, words: readonly string[]): readonly string[] {
  return without === undefined || words.some((word) => without.flags.includes(word)) ? [] : without.write;
}

function replaceFlags(
  words: readonly string[],
  meanings: Readonly<Record<string, FlagMeaning>>,
  hasText = false,
): string[] {
  const plain = (word: string): string => (hasText && word === "-" ? literalText(word) : word);
  const written: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return [...written, ...words.slice(at).map(plain)];
    const { name, value } = readFlag(word);
    const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
    if (meaning?.takesValue === true && (value !== undefined || at + 1 < words.length)) {
      written.push(...meaning.write(value ?? words[++at] ?? ""));
    } else if (meaning?.takesValue === false && (value === undefined || word.includes("="))) {
      written.push(...meaning.write(value ?? "true"));
    } else {
      written.push(plain(word));
    }
  }
  return written;
}

/** `--name=value`, `-n=value`, `-nvalue`. */
function readFlag(word: string): { name: string; value?: string } {
  if (!isFlag(word)) return { name: word };
  const equals = word.indexOf("=");
  if (word.startsWith("--"))
    return equals === -1 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  const [name, rest] = [word.slice(0, 2), word.slice(2)];
  return rest === "" ? { name } : { name, value: rest.replace(/^=/, "") };
}
