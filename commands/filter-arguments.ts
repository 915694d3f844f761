import { parseDate } from "../model/date-input";
import { BzError } from "../model/errors";
import {
  type IssueFilter,
  type MetadataFilter,
  type TimeFilter,
  type TimeRange,
  timeFilterNames,
} from "../model/issue-filter";
import { resolveId } from "../model/issue-id";
import { parseIssueType } from "../model/issue-type";
import { findIn, givenIn, someIn } from "../model/list";
import { onDemand } from "../model/on-demand";
import { parsePriority } from "../model/priority";
import type { State } from "../model/state";
import { parseStatus } from "../model/status";
import { instantMs } from "../model/time";
import type { View } from "../storage/store";
import type { Arguments, Values } from "./command";
import type { Context } from "./context";

function contentArguments() {
  return {
    status: {
      type: "string",
      alias: ["s", "state"],
      repeat: true,
      description: "Any of these (`tombstone`: deleted ones)",
    },
    type: { type: "string", alias: "t", repeat: true, description: "Any of these" },
    "exclude-type": { type: "string", repeat: true, valueHint: "TYPE", description: "None of these" },
    priority: { type: "string", alias: "p", repeat: true, description: "Any of these" },
    "priority-min": { type: "string", valueHint: "P", description: "P or a greater number: less urgent" },
    "priority-max": { type: "string", valueHint: "P", description: "P or a smaller number: more urgent" },
    assignee: { type: "string", alias: "a", valueHint: "NAME", description: "Assigned to NAME" },
    unassigned: { type: "boolean", alias: ["u", "no-assignee"], description: "Assigned to nobody" },
    mine: { type: "boolean", description: "Assigned to you" },
    label: { type: "string", alias: ["l", "labels"], repeat: true, description: "With all of these" },
    "label-any": { type: "string", repeat: true, description: "With any of these" },
    "exclude-label": {
      type: "string",
      repeat: true,
      valueHint: "LABEL",
      description: "With none of these",
    },
    "label-pattern": {
      type: "string",
      repeat: true,
      valueHint: "GLOB",
      description: "With a label that fits: `area-*`; `*` is anything, `?` one character",
    },
    "no-labels": { type: "boolean", description: "Without labels" },
    id: { type: "string", repeat: true, description: "These and no others" },
    "title-contains": {
      type: "string",
      alias: "title",
      valueHint: "TEXT",
      description: "TEXT is in the title, in any case",
    },
    "desc-contains": {
      type: "string",
      alias: "description-contains",
      valueHint: "TEXT",
      description: "... in the description",
    },
    "notes-contains": { type: "string", valueHint: "TEXT", description: "... in the notes" },
    "empty-description": { type: "boolean", description: "Without a description" },
  } as const satisfies Arguments;
}

function timeAndPlaceArguments() {
  return {
    "created-after": {
      type: "string",
      valueHint: "DATE",
      description: "Then or later: 2026-03-31, yesterday, +2d; `--created-after=-7d` for the past",
    },
    "created-before": { type: "string", valueHint: "DATE", description: "Before DATE" },
    "updated-after": { type: "string", valueHint: "DATE", description: "Last changed then or later" },
    "updated-before": { type: "string", valueHint: "DATE", description: "Last changed before DATE" },
    "closed-after": {
      type: "string",
      valueHint: "DATE",
      description: "Closed then or later; --all is implied",
    },
    "closed-before": {
      type: "string",
      valueHint: "DATE",
      description: "Closed before DATE; --all is implied",
    },
    "due-after": { type: "string", valueHint: "DATE", description: "Due then or later" },
    "due-before": { type: "string", valueHint: "DATE", description: "Due before DATE" },
    "defer-after": { type: "string", valueHint: "DATE", description: "Put off until then or later" },
    "defer-before": { type: "string", valueHint: "DATE", description: "Put off until before DATE" },
    overdue: {
      type: "boolean",
      description: "Due by now, and neither closed nor deleted; --no-overdue: all others",
    },
    deferred: {
      type: "boolean",
      description: "Put off, and the time has not come; --no-deferred: all others",
    },
    pinned: { type: "boolean", description: "Pinned, by the flag or by status; --no-pinned: all others" },
    parent: { type: "string", alias: "filter-parent", valueHint: "ID", description: "The parts of ID" },
    recursive: { type: "boolean", alias: "r", description: "With --parent: parts of its parts, too" },
    "no-parent": { type: "boolean", description: "Part of nothing" },
    "has-metadata-key": {
      type: "string",
      repeat: true,
      valueHint: "KEY",
      description: "With each of these in the metadata; `a.b` for one further down",
    },
    "metadata-field": {
      type: "string",
      repeat: true,
      valueHint: "KEY=VALUE",
      description: "With each of these values in the metadata",
    },
    "external-ref": { type: "string", valueHint: "REF", description: "Its name in another tracker" },
  } as const satisfies Arguments;
}

/** What every command that lists issues filters by. */
export const filterArguments = onDemand(() => ({ ...contentArguments(), ...timeAndPlaceArguments() }));

/** A command need not declare all of them. */
export type FilterValues = Partial<Values<ReturnType<typeof filterArguments>>>;

/**
 * Reads the filters. What has to do with the issues themselves (ids, statuses that only they know) is read from the view later.
 * @throws BzError USAGE or INVALID naming the valid spellings; the function throws NOT_FOUND and AMBIGUOUS_ID, too
 */
export async function readFilters(
  context: Context,
  args: FilterValues,
): Promise<(view: View) => IssueFilter> {
  refuseEmpty(args);
  refuseContradictions(args);
  const plain: IssueFilter = {
    priority: args.priority?.map(parsePriority),
    priorityMin: optional(args["priority-min"], parsePriority),
    priorityMax: optional(args["priority-max"], parsePriority),
    assignee: args.mine === true ? context.actor() : args.assignee,
    unassigned: args.unassigned,
    labels: args.label,
    labelsAny: args["label-any"],
    excludeLabels: args["exclude-label"],
    labelPatterns: args["label-pattern"],
    noLabels: args["no-labels"],
    titleContains: args["title-contains"],
    descriptionContains: args["desc-contains"],
    notesContains: args["notes-contains"],
    emptyDescription: args["empty-description"],
    times: readTimes(args, context.nowMs),
    overdue: args.overdue,
    deferred: args.deferred,
    pinned: args.pinned,
    recursive: args.recursive,
    noParent: args["no-parent"],
    metadata: [
      ...(args["has-metadata-key"] ?? []).map((key) => ({ key })),
      ...(args["metadata-field"] ?? []).map(readMetadataField),
    ],
    externalRef: args["external-ref"],
  };
  return ({ state, prefix }) => {
    const resolve = (text: string) => resolveId(state, text, prefix);
    return {
      ...plain,
      status: args.status?.map(statusReader(context, state)),
      type: args.type?.map(typeReader(state)),
      excludeType: args["exclude-type"]?.map(typeReader(state)),
      ids: args.id?.map(resolve),
      parent: optional(args.parent, resolve),
    };
  };
}

/** Reads a status: one of ours, one that the workspace declares, or one that a line holds. */
export function statusReader(context: Context, state: State): (text: string) => string {
  const others = () => [...context.customStatuses(), ...valuesIn(state, "status")];
  return (text) => parseStatus(text, others);
}

/** Lines may hold types that nobody declared; whoever sees one can ask for it. */
export function typeReader(state: State): (text: string) => string {
  return (text) => {
    try {
      return parseIssueType(text);
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      return parseIssueType(text, [...valuesIn(state, "issue_type")]);
    }
  };
}

/** Whether the caller has left any issue out on purpose. */
export function isFiltering(args: FilterValues): boolean {
  return someIn(Object.entries(args), ([name, value]) => value !== undefined && name in filterArguments());
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

/** A variable of a shell that turned out to be empty must not list everything. */
function refuseEmpty(args: FilterValues): void {
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === "boolean" || value === undefined || !(name in filterArguments())) continue;
    if (value.length > 0 && value !== "") continue;
    throw new BzError("USAGE", `--${name} is empty`, {
      hint: emptyHints.get(name) ?? `leave --${name} out to list all`,
    });
  }
}

const emptyHints: ReadonlyMap<string, string> = new Map([
  ["assignee", "--unassigned lists what is assigned to nobody"],
  ["label", "--no-labels lists what has no label"],
]);

function refuseContradictions(args: FilterValues): void {
  const assignments = givenIn([
    args.assignee === undefined ? undefined : "--assignee",
    args.unassigned === true ? "--unassigned" : undefined,
    args.mine === true ? "--mine" : undefined,
  ]);
  if (assignments.length > 1) throw contradiction(assignments);
  const labelled = findIn(
    ["label", "label-any", "label-pattern"] as const,
    (name) => args[name] !== undefined,
  );
  if (args["no-labels"] === true && labelled !== undefined)
    throw contradiction([`--${labelled}`, "--no-labels"]);
  if (args["no-parent"] === true && args.parent !== undefined)
    throw contradiction(["--parent", "--no-parent"]);
  if (args["empty-description"] === true && args["desc-contains"] !== undefined)
    throw contradiction(["--desc-contains", "--empty-description"]);
  if (args.recursive === true && args.parent === undefined) {
    throw new BzError("USAGE", "--recursive is about the parts of an issue", {
      hint: "name the issue with --parent ID; for the other order write --reverse",
    });
  }
  const { "priority-min": least, "priority-max": most } = args;
  if (least !== undefined && most !== undefined && parsePriority(least) > parsePriority(most)) {
    throw new BzError("USAGE", `no priority is ${least} or more and ${most} or less`, {
      hint: "0 is the most urgent and 4 the least: --priority-min 0 --priority-max 1 lists the urgent ones",
    });
  }
}

function contradiction(flags: readonly string[]): BzError {
  return new BzError("USAGE", `${flags.join(" and ")} contradict each other`, {
    hint: "leave all of them out but one",
  });
}

function readTimes(args: FilterValues, nowMs: number): IssueFilter["times"] {
  const read = (text: string) => instantMs(parseDate(text, nowMs));
  const times: Partial<Record<TimeFilter, TimeRange>> = {};
  for (const name of timeFilterNames) {
    const after = args[`${name}-after`];
    const before = args[`${name}-before`];
    if (after === undefined && before === undefined) continue;
    times[name] = { afterMs: optional(after, read), beforeMs: optional(before, read) };
  }
  return times;
}

function readMetadataField(text: string): MetadataFilter {
  const equals = text.indexOf("=");
  if (equals > 0) return { key: text.slice(0, equals), value: text.slice(equals + 1) };
  throw new BzError("USAGE", `--metadata-field cannot be "${text}"`, {
    hint: "write KEY=VALUE; --has-metadata-key KEY takes any value",
  });
}

function valuesIn(state: State, key: "status" | "issue_type"): Set<string> {
  const values = new Set<string>();
  for (const issue of state.allFacts()) values.add(issue[key]);
  return values;
}
