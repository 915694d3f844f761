import { parseDependencyType } from "../model/dependency";
import { isDigits } from "../model/digits";
import { BzError } from "../model/errors";
import { parseIssueType } from "../model/issue-type";
import type { JsonValue } from "../model/json";
import { onDemand } from "../model/on-demand";
import { parsePriority } from "../model/priority";
import type { Arguments, Values } from "./command";

/** The fields that `create` and `update` both take. */
export const issueFieldArguments = onDemand(
  () =>
    ({
      type: {
        type: "string",
        alias: "t",
        description: "task, bug, feature, epic, chore, docs, question ...",
      },
      priority: {
        type: "string",
        alias: "p",
        description: "0 to 4, P0 to P4, or critical, high, medium, low, backlog",
      },
      description: {
        type: "string",
        alias: ["d", "body", "message"],
        valueHint: "TEXT",
        text: true,
        description: "What it is about (like every text: `-` reads stdin, `@FILE` a file, `@@` is a plain @)",
      },
      design: { type: "string", valueHint: "TEXT", text: true, description: "How it is to be done" },
      acceptance: {
        type: "string",
        alias: "acceptance-criteria",
        valueHint: "TEXT",
        text: true,
        description: "When it counts as done",
      },
      notes: {
        type: "string",
        valueHint: "TEXT",
        text: true,
        description: "Notes; in `update` they replace the old ones",
      },
      assignee: { type: "string", alias: "a", valueHint: "NAME", description: "Who does it" },
      owner: { type: "string", alias: "o", valueHint: "NAME", description: "Who answers for it" },
      parent: { type: "string", valueHint: "ID", description: "The issue that it is a part of" },
      dep: {
        type: "string",
        alias: ["deps", "depends-on"],
        valueHint: "[TYPE:]ID",
        repeat: true,
        description: "What it waits for (blocks), or is linked to as TYPE; repeatable",
      },
      due: { type: "string", valueHint: "DATE", description: "2026-03-31, +2d, +3w, tomorrow, friday ..." },
      defer: { type: "string", valueHint: "DATE", description: "Hidden from work until then" },
      estimate: { type: "string", alias: "e", valueHint: "TIME", description: "Minutes, or 1h30m" },
      "external-ref": { type: "string", valueHint: "REF", description: "Its name in another tracker" },
      ephemeral: { type: "boolean", description: "Never written to issues.jsonl" },
      pinned: { type: "boolean", description: "Kept in view, never handed out as work" },
      metadata: { type: "string", valueHint: "JSON", text: true, description: "Any JSON of your own" },
    }) as const satisfies Arguments,
);

export type IssueFieldValues = Partial<Values<ReturnType<typeof issueFieldArguments>>>;

/** Parsed, but for `parent` and `dep`, which need the store. "" stands for "clear it"; an absent one was not given. */
export interface IssueFields {
  readonly issue_type?: string | undefined;
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance_criteria?: string | undefined;
  readonly notes?: string | undefined;
  readonly assignee?: string | undefined;
  readonly owner?: string | undefined;
  readonly due_at?: string | undefined;
  readonly defer_until?: string | undefined;
  readonly estimated_minutes?: number | null | undefined;
  readonly external_ref?: string | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly metadata?: JsonValue | undefined;
}

/**
 * @param names how errors call what was given, where that is not a flag
 * @throws BzError INVALID naming the valid spellings
 */
export function readIssueFields(
  args: IssueFieldValues,
  nowMs: number,
  names: { readonly defer: string; readonly metadata: string } = flagNames,
): IssueFields {
  const { due, defer, estimate, metadata } = args;
  return {
    issue_type: args.type === undefined ? undefined : parseIssueType(args.type),
    priority: args.priority === undefined ? undefined : parsePriority(args.priority),
    description: args.description,
    design: args.design,
    acceptance_criteria: args.acceptance,
    notes: args.notes,
    assignee: args.assignee?.trim(),
    owner: args.owner?.trim(),
    due_at: due === undefined || due === "" ? due : dates().parseDate(due, nowMs),
    defer_until:
      defer === undefined || defer === "" ? defer : dates().parseFutureDate(names.defer, defer, nowMs),
    estimated_minutes:
      estimate === undefined ? undefined : estimate === "" ? null : dates().parseEstimate(estimate),
    external_ref: args["external-ref"],
    ephemeral: args.ephemeral,
    pinned: args.pinned,
    metadata: metadata === undefined || metadata === "" ? metadata : readMetadata(metadata, names.metadata),
  };
}

function dates(): typeof import("../model/date-input") {
  return require("../model/date-input") as typeof import("../model/date-input");
}

function readMetadata(text: string, name: string): JsonValue {
  const { parseMetadata } = require("./metadata-input") as typeof import("./metadata-input");
  return parseMetadata(text, name);
}

const flagNames = { defer: "--defer", metadata: "--metadata" };

export interface NamedEdge {
  readonly type: string;
  /** As the user wrote the id. */
  readonly target: string;
  /** JSON, as text. */
  readonly metadata?: string | undefined;
}

/** `ID` or `TYPE:ID`. */
export function parseEdge(text: string): NamedEdge {
  const colon = text.indexOf(":");
  if (colon === -1) return { type: "blocks", target: text };
  return { type: parseDependencyType(text.slice(0, colon)), target: text.slice(colon + 1) };
}

/** A whole number from `least` up. `flag` names it in the error. */
export function parseWholeNumber(flag: string, text: string, least = 0): number {
  if (isDigits(text, 15) && Number(text) >= least) return Number(text);
  throw new BzError("USAGE", `${flag} cannot be "${text}"`, {
    hint: `write a whole number, ${least} or more`,
  });
}
