import { spellingsOf } from "./arguments";
import type { Argument } from "./command";
import type { Named } from "./command-entry";
import { type Candidate, type CompletionStore, valuesOf } from "./completion-values";
import { commandTable } from "./main";
import { type Flag, flagsOf, type UnfinishedLine } from "./unfinished-line";

/** What a shell has to complete with. */
export interface Completion {
  readonly kind: "words" | "files" | "directories";
  /** Each begins with the unfinished word. */
  readonly candidates: Candidate[];
}

/** What may stand in place of `word`, the unfinished one behind the line. */
export function completeWord(line: UnfinishedLine, word: string, store: CompletionStore): Completion {
  if (line.waiting !== undefined) return valuesFor(line, line.waiting, word, "", store);
  if (!line.isPastFlags && /^--[^=]+=/.test(word)) return valuesInWord(line, word, store);
  if (!line.isPastFlags && word.startsWith("-")) return words(flagCandidates(line, word));
  if (line.entry === undefined) return words(nameCandidates(commandTable(), word));
  const verbs = line.noun === undefined ? [] : nameCandidates(line.noun.verbs, word);
  const positional = positionalAt(line);
  const values = positional === undefined ? words([]) : valuesFor(line, positional, word, "", store);
  return { ...values, candidates: [...verbs, ...values.candidates] };
}

function words(candidates: Candidate[]): Completion {
  return { kind: "words", candidates };
}

/** `--flag=value` in one word. */
function valuesInWord(line: UnfinishedLine, word: string, store: CompletionStore): Completion {
  const start = word.indexOf("=") + 1;
  const spelling = word.slice(0, start - 1);
  const found = Object.entries(flagsOf(line.command)).find(([key, argument]) =>
    spellingsOf(key, argument).includes(spelling),
  );
  if (found === undefined) return words([]);
  const [key, argument] = found;
  return valuesFor(line, { key, argument }, word.slice(start), word.slice(0, start), store);
}

/** @param before what of the word stands before the value */
function valuesFor(
  line: UnfinishedLine,
  { key, argument }: Flag,
  text: string,
  before: string,
  store: CompletionStore,
): Completion {
  const values = valuesOf(line.command?.meta.name ?? "", key, argument);
  if (values === undefined) return words([]);
  if (typeof values === "string") return { kind: values, candidates: [] };
  const start = startOfItem(text, argument);
  const prefix = text.slice(start);
  const candidates = values(prefix, store).filter(
    ({ value }) => isOffered(value) && value.startsWith(prefix),
  );
  return words(
    candidates.map(({ value, ...rest }) => ({ value: before + text.slice(0, start) + value, ...rest })),
  );
}

/** Of several values between commas, and of `TYPE:ID`, the last part is what is being written. */
function startOfItem(text: string, argument: Argument): number {
  const comma = argument.repeat === true && argument.type !== "positional" ? text.lastIndexOf(",") : -1;
  const colon = argument.valueHint?.endsWith(":]ID") === true ? text.lastIndexOf(":") : -1;
  return Math.max(comma, colon) + 1;
}

/** What a command line cannot hold in one line is not offered. */
function isOffered(value: string): boolean {
  return value !== "" && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}

function flagCandidates(line: UnfinishedLine, word: string): Candidate[] {
  const flags = Object.entries(flagsOf(line.command)).filter(
    ([key, argument]) => argument.type !== "positional" && (argument.repeat === true || !line.given.has(key)),
  );
  const offered = (pick: (spellings: string[]) => string[]): Candidate[] =>
    flags.flatMap(([key, argument]) =>
      pick(spellingsOf(key, argument))
        .filter((value) => value.startsWith(word))
        .map((value) => ({ value, ...descriptionOf(argument.description) })),
    );
  const names = offered((spellings) => spellings.slice(0, 1));
  return names.length > 0 ? names : offered((spellings) => spellings.slice(1));
}

function nameCandidates(entries: readonly Named[], word: string): Candidate[] {
  const offered = (pick: (entry: Named) => readonly string[]): Candidate[] =>
    entries.flatMap((entry) =>
      pick(entry)
        .filter((value) => value.startsWith(word))
        .map((value) => ({ value, description: entry.summary })),
    );
  const names = offered(({ name }) => [name]);
  return names.length > 0 ? names : offered(({ aliases }) => aliases);
}

function descriptionOf(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

function positionalAt({ command, positionals }: UnfinishedLine): Flag | undefined {
  const declared = Object.entries(command?.args() ?? {}).filter(([, { type }]) => type === "positional");
  const at = declared[positionals] ?? declared.findLast(([, { repeat }]) => repeat === true);
  return at === undefined ? undefined : { key: at[0], argument: at[1] };
}
