import type { AnyCommand } from "./command";

export type CommandGroup = "Workspace" | "Issues" | "Finding" | "Graph" | "Talk" | "Record" | "Program";

/** What the command table says of everything that has a name. */
export interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
  /** One line, without a full stop. */
  readonly summary: string;
}

/** Something that can be run. Only what was asked for is ever loaded. */
export interface VerbEntry extends Named {
  load(): Promise<{ readonly command: AnyCommand }>;
}

/** A command that is a verb itself: `bz close`. */
export interface PlainEntry extends VerbEntry {
  readonly group: CommandGroup;
  readonly verbs?: undefined;
}

/** A noun with verbs of its own, each a file in its folder: `bz dep add`. */
export interface NounEntry extends Named {
  readonly group: CommandGroup;
  readonly verbs: readonly VerbEntry[];
  /** What the noun without a verb means: the first form that fits the call, or nothing. */
  readonly bare?: readonly BareForm[];
}

export interface BareForm {
  /** The name of one of the verbs. */
  readonly verb: string;
  /** Only under this alias of the noun. */
  readonly alias?: string;
  /** Only with this flag: a misspelt verb must not be taken for the first argument of one that writes. */
  readonly flag?: readonly string[];
}

/** A line of the command table. */
export type CommandEntry = PlainEntry | NounEntry;

export function findVerb(noun: NounEntry, name: string): VerbEntry | undefined {
  return noun.verbs.find((verb) => isCalled(verb, name));
}

export function isCalled(entry: Named, name: string): boolean {
  return entry.name === name || entry.aliases.includes(name);
}
