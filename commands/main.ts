import { nearestSpellings } from "../model/spelling";
import type { AnyCommand } from "./command";

export type CommandGroup = "Workspace" | "Issues" | "Finding" | "Graph" | "Talk" | "Record" | "Program";

/** What the command table says of everything that has a name. */
interface Named {
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

export const commandTable: readonly CommandEntry[] = [
  {
    name: "q",
    aliases: ["quick"],
    group: "Issues",
    summary: "Create an issue from its title and print the id alone",
    load: () => import("./q"),
  },
  {
    name: "create",
    aliases: ["add", "new"],
    group: "Issues",
    summary: "Create an issue",
    load: () => import("./create"),
  },
  {
    name: "show",
    aliases: ["get", "view"],
    group: "Issues",
    summary: "Show everything about issues",
    load: () => import("./show"),
  },
  {
    name: "update",
    aliases: ["edit"],
    group: "Issues",
    summary: "Change fields of issues",
    load: () => import("./update"),
  },
  {
    name: "close",
    aliases: ["done", "finish"],
    group: "Issues",
    summary: "Close issues",
    load: () => import("./close"),
  },
  {
    name: "reopen",
    aliases: [],
    group: "Issues",
    summary: "Open closed issues again",
    load: () => import("./reopen"),
  },
  {
    name: "next",
    aliases: [],
    group: "Issues",
    summary: "Name the issue to begin with, or claim it in the same step",
    load: () => import("./next"),
  },
  {
    name: "claim",
    aliases: [],
    group: "Issues",
    summary: "Take an issue, so that nobody else does",
    load: () => import("./claim"),
  },
  {
    name: "release",
    aliases: [],
    group: "Issues",
    summary: "Give issues back, or free the claims of agents that are gone",
    load: () => import("./release"),
  },
  {
    name: "defer",
    aliases: [],
    group: "Issues",
    summary: "Put issues off; they come back by themselves",
    load: () => import("./defer"),
  },
  {
    name: "undefer",
    aliases: [],
    group: "Issues",
    summary: "Bring deferred issues back at once",
    load: () => import("./undefer"),
  },
  {
    name: "delete",
    aliases: ["rm"],
    group: "Issues",
    summary: "Delete issues, leaving a tombstone",
    load: () => import("./delete"),
  },
  { name: "list", aliases: ["ls"], group: "Finding", summary: "List issues", load: () => import("./list") },
  {
    name: "ready",
    aliases: [],
    group: "Finding",
    summary: "List what can be worked on now, the best first",
    load: () => import("./ready"),
  },
  {
    name: "blocked",
    aliases: [],
    group: "Finding",
    summary: "List what waits for something else, and for what",
    load: () => import("./blocked"),
  },
  {
    name: "why",
    aliases: [],
    group: "Finding",
    summary: "Say why an issue is ready, or why it is not",
    load: () => import("./why"),
  },
  {
    name: "dep",
    aliases: ["deps", "dependency"],
    group: "Graph",
    summary: "Say what waits for what",
    verbs: [
      {
        name: "add",
        aliases: ["new"],
        summary: "Let an issue depend on another one",
        load: () => import("./dep/add"),
      },
      {
        name: "remove",
        aliases: ["rm"],
        summary: "Take a dependency away",
        load: () => import("./dep/remove"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show what an issue depends on, or what depends on it",
        load: () => import("./dep/list"),
      },
      {
        name: "tree",
        aliases: [],
        summary: "Show what an issue depends on, step by step",
        load: () => import("./dep/tree"),
      },
      {
        name: "cycles",
        aliases: [],
        summary: "Show issues that wait for each other",
        load: () => import("./dep/cycles"),
      },
    ],
    bare: [{ verb: "add", flag: ["--blocks", "-b"] }],
  },
  {
    name: "label",
    aliases: ["labels", "tag"],
    group: "Issues",
    summary: "Sort issues by labels",
    verbs: [
      { name: "add", aliases: [], summary: "Add labels to issues", load: () => import("./label/add") },
      {
        name: "remove",
        aliases: ["rm"],
        summary: "Take labels away from issues",
        load: () => import("./label/remove"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show the labels of an issue, or all that are in use",
        load: () => import("./label/list"),
      },
      {
        name: "list-all",
        aliases: ["all"],
        summary: "Show every label and how many issues have it",
        load: () => import("./label/list-all"),
      },
      {
        name: "rename",
        aliases: ["mv"],
        summary: "Give a label another name everywhere",
        load: () => import("./label/rename"),
      },
    ],
  },
  {
    name: "note",
    aliases: [],
    group: "Talk",
    summary: "Add a line to the notes of an issue",
    load: () => import("./note"),
  },
  {
    name: "comments",
    aliases: ["comment"],
    group: "Talk",
    summary: "Talk about an issue",
    verbs: [
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show what was said about an issue",
        load: () => import("./comments/list"),
      },
      {
        name: "add",
        aliases: ["new"],
        summary: "Say something about an issue",
        load: () => import("./comments/add"),
      },
    ],
    bare: [{ alias: "comment", verb: "add" }, { verb: "list" }],
  },
  {
    name: "history",
    aliases: ["log"],
    group: "Record",
    summary: "Show what happened to an issue, and who did it",
    load: () => import("./history"),
  },
  {
    name: "init",
    aliases: [],
    group: "Workspace",
    summary: "Make a workspace in this repository",
    load: () => import("./init"),
  },
  {
    name: "where",
    aliases: [],
    group: "Workspace",
    summary: "Print which workspace is used, and why",
    load: () => import("./where"),
  },
  {
    name: "info",
    aliases: [],
    group: "Workspace",
    summary: "Show counts, sizes and the state of the log",
    load: () => import("./info"),
  },
  {
    name: "import",
    aliases: [],
    group: "Workspace",
    summary: "Take in issues from a JSON Lines file",
    load: () => import("./import"),
  },
  {
    name: "export",
    aliases: [],
    group: "Workspace",
    summary: "Write all issues as JSON Lines",
    load: () => import("./export"),
  },
  {
    name: "sync",
    aliases: [],
    group: "Workspace",
    summary: "Write issues.jsonl, the file that travels with git",
    load: () => import("./sync"),
  },
  {
    name: "compact",
    aliases: [],
    group: "Workspace",
    summary: "Fold the log into the snapshot",
    load: () => import("./compact"),
  },
  {
    name: "doctor",
    aliases: [],
    group: "Workspace",
    summary: "Check every invariant of the store",
    load: () => import("./doctor"),
  },
  {
    name: "stats",
    aliases: ["status"],
    group: "Workspace",
    summary: "Count the issues, and what was done lately",
    load: () => import("./stats"),
  },
  {
    name: "config",
    aliases: [],
    group: "Workspace",
    summary: "Show and change the settings",
    verbs: [
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show every setting, its value and where that comes from",
        load: () => import("./config/list"),
      },
      {
        name: "get",
        aliases: ["show"],
        summary: "Print the value of a setting",
        load: () => import("./config/get"),
      },
      {
        name: "set",
        aliases: [],
        summary: "Write a setting into a config.yaml",
        load: () => import("./config/set"),
      },
      {
        name: "unset",
        aliases: ["remove", "rm"],
        summary: "Take a setting out of a config.yaml",
        load: () => import("./config/unset"),
      },
    ],
    bare: [{ verb: "list" }],
  },
  {
    name: "metrics",
    aliases: [],
    group: "Workspace",
    summary: "Show how long writers waited for each other",
    load: () => import("./metrics"),
  },
  {
    name: "version",
    aliases: [],
    group: "Program",
    summary: "Print the version",
    load: () => import("./version"),
  },
  {
    name: "help",
    aliases: [],
    group: "Program",
    summary: "Explain bz or one of its commands",
    load: () => import("./help"),
  },
];

export function findCommand(name: string): CommandEntry | undefined {
  return commandTable.find((entry) => isCalled(entry, name));
}

export function findVerb(noun: NounEntry, name: string): VerbEntry | undefined {
  return noun.verbs.find((verb) => isCalled(verb, name));
}

/** Names and aliases that a typing slip away from `name` could have meant. */
export function nearestNames(name: string, entries: readonly Named[] = commandTable): string[] {
  return nearestSpellings(
    name,
    entries.flatMap((entry) => [entry.name, ...entry.aliases]),
  );
}

function isCalled(entry: Named, name: string): boolean {
  return entry.name === name || entry.aliases.includes(name);
}
