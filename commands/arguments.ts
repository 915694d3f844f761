import { BzError } from "../model/errors";
import { nearestSpellings, spellingHint } from "../model/spelling";
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

/** `-` alone and words like "- fix it" are values. */
export function isFlag(word: string): boolean {
  return /^--?[^\s-]/.test(word) || word === "--";
}

interface Flag {
  readonly key: string;
  readonly argument: Argument;
  readonly isGlobal: boolean;
}

class Reading {
  readonly #name: string;
  readonly #args: Arguments;
  readonly #isScanning: boolean;
  readonly #flags = new Map<string, Flag>();
  readonly #values: ParsedValues = {};
  readonly #globals: ParsedValues = {};
  readonly #positionals: string[] = [];

  constructor(name: string, args: Arguments, globals: Arguments, { isScanning = false } = {}) {
    this.#name = name;
    this.#args = args;
    this.#isScanning = isScanning;
    this.#declare(globals, true);
    this.#declare(args, false);
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
    return this.#flags.has(spelling) || this.#flags.has(spelling.replace(/^--no-/, "--"));
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
      if (argument.required === true && this.#values[key] === undefined) throw this.#missing(key);
    }
    const [surplus] = rest;
    if (surplus !== undefined) throw this.#surplus(surplus);
    return { values: this.#values, globals: this.#globals };
  }

  #declare(args: Arguments, isGlobal: boolean): void {
    for (const [key, argument] of Object.entries(args)) {
      if (argument.type === "positional") continue;
      for (const spelling of spellingsOf(key, argument))
        this.#flags.set(spelling, { key, argument, isGlobal });
    }
  }

  #takeLong(word: string, words: readonly string[], at: number): number {
    const equals = word.indexOf("=");
    const spelling = equals === -1 ? word : word.slice(0, equals);
    const inline = equals === -1 ? undefined : word.slice(equals + 1);
    const flag = this.#flags.get(spelling);
    if (flag === undefined) {
      const negated = spelling.startsWith("--no-") ? this.#flags.get(`--${spelling.slice(5)}`) : undefined;
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
      const flag = this.#flags.get(spelling);
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
    if (next === undefined) throw this.#usage(`${spelling} needs a value`);
    if (isFlag(next)) {
      throw this.#usage(`${spelling} needs a value, but ${next} follows`, {
        hint: `if ${next} is the value, write ${spelling}=${next}`,
      });
    }
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
    if (before !== undefined) {
      throw this.#usage(`${spelling} is given twice`, {
        hint: "it takes one value; leave one of the two out",
      });
    }
    values[flag.key] = value;
  }

  #switch(flag: Flag, spelling: string, value: boolean): void {
    const values = flag.isGlobal ? this.#globals : this.#values;
    const before = values[flag.key];
    if (before !== undefined && before !== value)
      throw this.#usage(`${spelling} contradicts an earlier flag`);
    values[flag.key] = value;
  }

  #unknownFlag(spelling: string): BzError {
    const isLong = spelling.startsWith("--");
    const nearest = isLong ? nearestSpellings(spelling, this.#flags.keys()) : [];
    const words = isLong || !/\s/.test(spelling) ? "" : `; if it is text, put \`--\` in front of it`;
    const hint = nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `${this.#helpHint()}${words}`;
    const message =
      this.#name === "bz"
        ? `${spelling} is not a global flag; flags of a command stand behind its name`
        : `${this.#name} has no flag ${spelling}`;
    return this.#usage(message, { hint, nearest });
  }

  #missing(key: string): BzError {
    return this.#usage(`${this.#name} needs ${key.toUpperCase()}`);
  }

  #surplus(word: string): BzError {
    const takesText = Object.values(this.#args).some((argument) => argument.type === "positional");
    return this.#usage(`${this.#name} has no use for "${word}"`, {
      hint: takesText ? `put text with spaces in quotes; ${this.#helpHint()}` : this.#helpHint(),
    });
  }

  #usage(message: string, details: { hint?: string; nearest?: readonly string[] } = {}): BzError {
    return new BzError("USAGE", message, {
      hint: details.hint ?? this.#helpHint(),
      context: { command: this.#name, nearest: [...(details.nearest ?? [])] },
    });
  }

  #helpHint(): string {
    return this.#name === "bz" ? "run `bz help`" : `run \`bz ${this.#name} --help\``;
  }
}

/** All ways to write a flag, its name first. */
export function spellingsOf(key: string, argument: Argument): string[] {
  const alias = "alias" in argument ? argument.alias : undefined;
  const aliases = alias === undefined ? [] : typeof alias === "string" ? [alias] : alias;
  return [`--${key}`, ...aliases.map((other) => (other.length === 1 ? `-${other}` : `--${other}`))];
}

function parseSwitch(spelling: string, text: string): boolean {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new BzError("USAGE", `${spelling} is a switch and cannot be "${text}"`, {
    hint: `write ${spelling} or ${spelling}=false`,
  });
}

function checkOption(spelling: string, value: string, options: readonly string[]): void {
  if (options.includes(value)) return;
  throw new BzError("USAGE", `${spelling} cannot be "${value}"`, {
    hint: spellingHint(value, options),
    context: { valid: [...options], nearest: nearestSpellings(value, options) },
  });
}
