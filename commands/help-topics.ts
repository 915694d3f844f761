import { BzError, errorCodes } from "../model/errors";
import { settings } from "../model/setting";
import { exitCodeOf } from "../output/exit-code";
import { guideLines, guideRules } from "./agent-guide";
import { spellingsOf } from "./arguments";
import type { Arguments } from "./command";
import type { Named } from "./command-entry";
import { filterArguments } from "./filter-arguments";
import { globalArguments } from "./global-arguments";
import { pageArguments } from "./issue-page";

/** Something about all of bz that is no command. What there is to list comes from the tables that the program itself goes by. */
export interface HelpTopic extends Named {
  /** Paragraphs, and tables of two columns. */
  parts(): readonly TopicPart[];
}

export type TopicPart = string | readonly (readonly [string, string])[];

export const helpTopics: readonly HelpTopic[] = [
  {
    name: "agents",
    aliases: ["loop"],
    summary: "How an agent works with bz",
    parts: () => [
      guideLines,
      ...guideRules,
      "`bz prime` says what you hold and what is ready; `bz setup --list` names the agents that bz can be made known to.",
    ],
  },
  {
    name: "dates",
    aliases: ["times"],
    summary: "How dates, estimates and spans of time are written",
    parts: () => [
      "A date is one of these. Days are UTC days and begin at midnight.",
      dateForms,
      "A flag never takes the next word for its value when that begins with a hyphen, so the past is written with `=`: `bz list --created-after=-7d`. An estimate is `90` (minutes), `45m`, `2h` or `1h30m`. A span of time, as in `bz release --older-than 10m`, takes `s`, `m`, `h`, `d` and `w`.",
    ],
  },
  {
    name: "environment",
    aliases: ["env", "variables"],
    summary: "The variables that bz looks at",
    parts: () => [
      [
        ...variables,
        ...settings.map(({ variable, key, summary }) => [variable, `${summary} (${key})`] as const),
      ],
      "A flag stands above a variable, and that above `.beads/config.yaml` and `~/.config/beads/config.yaml`: `bz config list` says where each value comes from.",
    ],
  },
  {
    name: "exit-codes",
    aliases: ["exit", "errors"],
    summary: "What the exit code says, and which errors there are",
    parts: () => [
      exitCodes.map(([code, meaning]) => [String(code), meaning] as const),
      'Under `--json` and the other forms for programs an error is one document on stderr: {"error":{"code","message","hint","retryable","context"}}. Its code is one of these:',
      [...codesByExit()].map(([exit, codes]) => [String(exit), codes.join(" ")] as const),
      "A command on several ids does what can be done, names the rest, and ends with the code of what could not.",
    ],
  },
  {
    name: "filters",
    aliases: ["filter"],
    summary: "How lists of issues are narrowed down, sorted and cut",
    parts: () => [
      "`list`, `ready`, `blocked`, `search`, `count` and others take these. Different filters all have to hold; of the values of one filter (`-s open,blocked`, or the flag twice) any does, but of `--label` all.",
      optionRows(filterArguments()),
      "And of what is left:",
      optionRows(pageArguments()),
    ],
  },
  {
    name: "formats",
    aliases: ["format", "output"],
    summary: "In which forms answers are printed",
    parts: () => [
      "Text is a table on a terminal and plain lines in a pipe. Answers stand on stdout, everything else is said on stderr.",
      optionRows(globalArguments, ["json", "format", "toon", "robot", "quiet", "no-color", "no-pager"]),
      'Several issues come as {"issues":[...],"total","returned","truncated"}, and all of them unless `-n` says otherwise. `bz schema` prints the JSON Schema of every answer.',
    ],
  },
];

/** Forms, and what they mean; all of them are read by the parser of dates. */
export const dateForms = [
  ["2026-03-31", "that day"],
  ["2026-03-31T09:00:00Z", "that moment (RFC 3339)"],
  ["today, tomorrow, yesterday", "the day"],
  ["friday", "the next one after today"],
  ["+6h, +2d, +3w, +1m", "in so many hours, days, weeks, months"],
  ["-7d", "so long ago"],
] as const;

/** What is looked at in the environment beside the settings. */
const variables = [
  ["BEADS_ACTOR, BD_ACTOR", "Who acts, as --actor; else git's user.name, USER, the name of the user id"],
  ["BEADS_SESSION", "The session that acts, as --session"],
  ["BEADS_DIR", "The .beads directory to use, as --data"],
  ["BZ_COMPAT=bd", "The answers of bd, for programs made for it"],
  ["BZ_PAGER, PAGER", "What shows long text; `cat` for nothing"],
  ["NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM", "Whether there are colours"],
  ["HOME, XDG_CONFIG_HOME", "Where your own settings are"],
] as const;

const exitCodes = [
  [0, "done"],
  [1, "the request cannot be done: look at what was asked for"],
  [2, "the system failed: the disk, the store's own files, the network"],
  [3, "busy: the same command may be done a moment later"],
  [4, "somebody else has it: take another issue, or read it again"],
  [5, "nothing to hand out: nothing is ready, or not yet"],
] as const;

function codesByExit(): Map<number, string[]> {
  const codes = new Map<number, string[]>();
  for (const code of errorCodes()) {
    const exit = exitCodeOf(new BzError(code, ""));
    codes.set(exit, [...(codes.get(exit) ?? []), code]);
  }
  return codes;
}

function optionRows(args: Arguments, only?: readonly string[]): [string, string][] {
  return Object.entries(args)
    .filter(([key]) => only === undefined || only.includes(key))
    .map(([key, argument]) => {
      const [name = "", ...aliases] = spellingsOf(key, argument);
      const short = aliases.filter((spelling) => !spelling.startsWith("--"));
      const value = argument.type === "boolean" ? "" : ` ${argument.valueHint ?? key.toUpperCase()}`;
      const values = argument.type === "enum" ? `: ${(argument.options ?? []).join(", ")}` : "";
      return [[...short, name].join(", ") + value, `${argument.description ?? ""}${values}`];
    });
}
