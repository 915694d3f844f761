import type { BzError } from "../model/errors";
import type { Argument, Arguments } from "./command";

/** Values by the key of their declaration: text, several texts, or a switch. */
export type ParsedValues = Record<string, string | readonly string[] | boolean>;

export interface ParsedArguments {
  readonly values: ParsedValues;
  readonly globals: ParsedValues;
}

/**
 * Reads the words of a command line against the declarations and nothing else: citty alone would accept unknown flags and
 * surplus words and keep the last of several values without a sound.
 * @throws BzError USAGE naming the nearest valid spelling
 */
export function parseArguments(
  name: string,
  words: readonly string[],
  args: Arguments,
  globals: Arguments,
): ParsedArguments {
  const reading = new Reading(name, args, globals);
  for (let at = 0; at < words.length; ) at = reading.take(words, at);
  return reading.finish();
}

/**
 * Where the command's name stands among the words; -1 when there is none. Only global flags may come before it. What their values
 * may be is not looked at yet: the command may have a flag of the same name.
 * @throws BzError USAGE
 */
export function findCommandWord(words: readonly string[], globals: Arguments): number {
  const reading = new Reading("bz", {}, globals, { isScanning: true });
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? "";
    if (word === "--") return -1;
    if (!isFlag(word)) return at;
    at = reading.take(words, at);
  }
  return -1;
}

/**
 * Where a noun's verb may stand: at the first word from `start` on that is no flag; -1 when there is none, or a flag that only a
 * verb can know comes first.
 */
export function findVerbWord(words: readonly string[], globals: Arguments, start: number): number {
  const reading = new Reading("bz", {}, globals, { isScanning: true });
  for (let at = start; at < words.length; ) {
    const word = words[at] ?? "";
    if (word === "--") return -1;
    if (!isFlag(word)) return at;
    if (!reading.knows(word)) return -1;
    at = reading.take(words, at);
  }
  return -1;
}

/** `-` alone and words like "- fix it" or "---" are values; `---json` is a flag that nobody knows. */
export function isFlag(word: string): boolean {
  if (!word.startsWith("-")) return false;
  let at = 1;
  while (word[at] === "-") at += 1;
  return word === "--" || (word[at] ?? "").trim() !== "";
}

interface Flag {
  readonly key: string;
  readonly argument: Argument;
  readonly isGlobal: boolean;
}

class Reading {
  readonly #name: string;
  readonly #args: Arguments;
  readonly #globalArgs: Arguments;
  readonly #isScanning: boolean;
  readonly #values: ParsedValues = {};
  readonly #globals: ParsedValues = {};
  readonly #positionals: string[] = [];

  constructor(name: string, args: Arguments, globals: Arguments, { isScanning = false } = {}) {
    this.#name = name;
    this.#args = args;
    this.#globalArgs = globals;
    this.#isScanning = isScanning;
  }

  /** What a spelling stands for. A flag of the command hides a global one. */
  #find(spelling: string): Flag | undefined {
    return findFlag(this.#args, spelling, false) ?? findFlag(this.#globalArgs, spelling, true);
  }

  /** Reads the word at `at` and what belongs to it; where the next one stands. */
  take(words: readonly string[], at: number): number {
    const word = words[at] ?? "";
    if (word === "--") {
      this.#positionals.push(...words.slice(at + 1));
      return words.length;
    }
    if (!isFlag(word)) {
      this.#positionals.push(word);
      return at + 1;
    }
    return word.startsWith("--") ? this.#takeLong(word, words, at) : this.#takeShort(word, words, at);
  }

  knows(word: string): boolean {
    const spelling = word.startsWith("--") ? (word.split("=", 1)[0] ?? "") : word.slice(0, 2);
    return [spelling, spelling.replace(/^--no-/, "--")].some((known) => this.#find(known) !== undefined);
  }

  finish(): ParsedArguments {
    const rest = [...this.#positionals];
    for (const [key, argument] of Object.entries(this.#args)) {
      if (argument.type !== "positional") continue;
      if (argument.repeat === true) {
        if (rest.length > 0) this.#values[key] = rest.splice(0);
      } else {
        const value = rest.shift();
        if (value !== undefined) this.#values[key] = value;
      }
      if (argument.required === true && this.#values[key] === undefined)
        throw usageErrors().missingArgument(this.#name, key);
    }
    const [surplus] = rest;
    if (surplus !== undefined) throw usageErrors().surplusWord(this.#name, surplus, this.#args);
    return { values: this.#values, globals: this.#globals };
  }

  #takeLong(word: string, words: readonly string[], at: number): number {
    const equals = word.indexOf("=");
    const spelling = equals === -1 ? word : word.slice(0, equals);
    const inline = equals === -1 ? undefined : word.slice(equals + 1);
    const flag = this.#find(spelling);
    if (flag === undefined) {
      const negated = spelling.startsWith("--no-") ? this.#find(`--${spelling.slice(5)}`) : undefined;
      if (negated?.argument.type !== "boolean" || inline !== undefined) throw this.#unknownFlag(spelling);
      this.#switch(negated, spelling, false);
      return at + 1;
    }
    if (flag.argument.type === "boolean") {
      this.#switch(flag, spelling, inline === undefined ? true : parseSwitch(spelling, inline));
      return at + 1;
    }
    if (inline !== undefined) {
      this.#store(flag, spelling, inline);
      return at + 1;
    }
    this.#store(flag, spelling, this.#following(spelling, words, at));
    return at + 2;
  }

  /** `-f`, `-p1`, `-p 1`, `-p=1`, and switches in front of one of these: `-fr REASON`. */
  #takeShort(word: string, words: readonly string[], at: number): number {
    for (let letter = 1; letter < word.length; letter++) {
      const spelling = `-${word[letter]}`;
      const flag = this.#find(spelling);
      if (flag === undefined) throw this.#unknownFlag(letter === 1 ? word : spelling);
      const rest = word.slice(letter + 1);
      if (flag.argument.type !== "boolean") {
        if (rest !== "") {
          this.#store(flag, spelling, rest.startsWith("=") ? rest.slice(1) : rest);
          return at + 1;
        }
        this.#store(flag, spelling, this.#following(spelling, words, at));
        return at + 2;
      }
      if (rest.startsWith("=")) {
        this.#switch(flag, spelling, parseSwitch(spelling, rest.slice(1)));
        return at + 1;
      }
      this.#switch(flag, spelling, true);
    }
    return at + 1;
  }

  /** A flag never swallows the next flag; text that begins with a hyphen is written with `=`. */
  #following(spelling: string, words: readonly string[], at: number): string {
    const next = words[at + 1];
    if (next === undefined || isFlag(next)) throw usageErrors().missingValue(this.#name, spelling, next);
    return next;
  }

  #store(flag: Flag, spelling: string, value: string): void {
    const values = flag.isGlobal ? this.#globals : this.#values;
    const before = values[flag.key];
    if (flag.argument.type === "enum" && !this.#isScanning)
      checkOption(spelling, value, flag.argument.options ?? []);
    if (flag.argument.repeat === true) {
      const parts = value.split(",").map((part) => part.trim());
      const given = parts.filter((part) => part !== "");
      values[flag.key] = [...(Array.isArray(before) ? before : []), ...given];
      return;
    }
    if (before !== undefined) throw usageErrors().valueGivenTwice(this.#name, spelling);
    values[flag.key] = value;
  }

  #switch(flag: Flag, spelling: string, value: boolean): void {
    const values = flag.isGlobal ? this.#globals : this.#values;
    const before = values[flag.key];
    if (before !== undefined && before !== value)
      throw usageErrors().usageError(this.#name, `${spelling} contradicts an earlier flag`);
    values[flag.key] = value;
  }

  #unknownFlag(spelling: string): BzError {
    const known = new Set([...flagSpellings(this.#globalArgs), ...flagSpellings(this.#args)]);
    return usageErrors().unknownFlag(this.#name, spelling, known);
  }
}

/** Looked up, rather than found in a map of all of them, which a command line with one flag has no use for. */
function findFlag(args: Arguments, spelling: string, isGlobal: boolean): Flag | undefined {
  const isLong = spelling.startsWith("--");
  const name = spelling.slice(isLong ? 2 : 1);
  const named = isLong && Object.hasOwn(args, name) ? args[name] : undefined;
  if (named !== undefined && named.type !== "positional") return { key: name, argument: named, isGlobal };
  if (isLong === (name.length === 1)) return undefined;
  for (const key in args) {
    const argument = args[key];
    if (argument === undefined || argument.type === "positional") continue;
    if (aliasesOf(argument).includes(name)) return { key, argument, isGlobal };
  }
  return undefined;
}

function flagSpellings(args: Arguments): string[] {
  return Object.entries(args).flatMap(([key, argument]) =>
    argument.type === "positional" ? [] : spellingsOf(key, argument),
  );
}

function aliasesOf(argument: Argument): readonly string[] {
  const alias = "alias" in argument ? argument.alias : undefined;
  if (alias === undefined) return [];
  return typeof alias === "string" ? [alias] : alias;
}

/** All ways to write a flag, its name first. */
export function spellingsOf(key: string, argument: Argument): string[] {
  const others = aliasesOf(argument).map((other) => (other.length === 1 ? `-${other}` : `--${other}`));
  return [`--${key}`, ...others];
}

function parseSwitch(spelling: string, text: string): boolean {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw usageErrors().wrongSwitch(spelling, text);
}

function checkOption(spelling: string, value: string, options: readonly string[]): void {
  if (!options.includes(value)) throw usageErrors().wrongOption(spelling, value, options);
}

function usageErrors(): typeof import("./usage-errors") {
  return require("./usage-errors") as typeof import("./usage-errors");
}
