import { namedFormats } from "../output/format";
import type { Arguments, Values } from "./command";

/** What every command understands, before or after its name. */
export const globalArguments = {
  json: { type: "boolean", description: "Print exactly one JSON document; errors are one on stderr" },
  format: {
    type: "enum",
    options: [...namedFormats],
    description: "How to print the answer; csv, jsonl: the rows of a list; ids: as -q",
  },
  toon: {
    type: "boolean",
    description: "As --format toon: JSON in fewer tokens; lists are brief without --fields",
  },
  robot: {
    type: "boolean",
    description: "Rows of cells between tabs: id, status, priority, type, title, assignee, created, updated",
  },
  quiet: { type: "boolean", alias: "q", description: "Print ids only" },
  "no-color": { type: "boolean", description: "No colours (as NO_COLOR)" },
  "no-pager": { type: "boolean", description: "Long text goes by; no pager (BZ_PAGER, PAGER, else less)" },
  directory: { type: "string", alias: "C", valueHint: "DIR", description: "Act as if started in DIR" },
  data: { type: "string", alias: "db", valueHint: "PATH", description: "The .beads directory to use" },
  actor: {
    type: "string",
    valueHint: "NAME",
    description: "Who acts (else BEADS_ACTOR, BD_ACTOR, git user.name, USER)",
  },
  session: { type: "string", valueHint: "NAME", description: "The session that acts (else BEADS_SESSION)" },
  "lock-timeout": {
    type: "string",
    valueHint: "MS",
    description: "How long to wait for other writers, in milliseconds",
  },
  readonly: { type: "boolean", description: "Refuse to change anything" },
  help: { type: "boolean", alias: "h", description: "Explain the command" },
  version: { type: "boolean", alias: "V", description: "Print the version" },
} as const satisfies Arguments;

export type GlobalValues = Values<typeof globalArguments>;
