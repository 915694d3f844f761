import { BzError } from "./errors";
import type { Issue } from "./issue";
import type { IssueFacts } from "./issue-facts";
import { parseIssue, purgedLine } from "./issue-json";
import type { ChangeIssue, IssueOperation } from "./operation";

/**
 * One issue above a base. `line` is as of before `pending` (undefined: the line of the base), so that a replay which only
 * asks for ids parses nothing.
 */
export interface Entry {
  readonly id: string;
  line: string | undefined;
  pending: Pending | undefined;
  readonly version: number;
  issue: Issue | undefined;
  /** What is asked of many issues at a time, without all of the rest. */
  facts?: IssueFacts;
}

/** A line, and changes that are not worked into it, the first one first. */
export interface Unsettled {
  readonly line: string;
  readonly changes: readonly ChangeIssue[];
}

/** Changes not yet worked into the line, the last one first. A list of links costs the same for one change and for thousands. */
interface Pending {
  readonly change: ChangeIssue;
  readonly before: Pending | undefined;
}

/**
 * The issue with the operation in it.
 * @param before undefined while the issue stands in the base alone
 * @param requireKnown called where the operation changes what stands in the base: throws when nothing does
 */
export function entryAfter(
  before: Entry | undefined,
  operation: IssueOperation,
  version: number,
  requireKnown: (id: string, sequence: number) => void,
): Entry | undefined {
  const { op, id } = operation;
  const line = op === "put" ? operation.line : op === "take" ? operation.result : undefined;
  if (line !== undefined) return wholeEntry(id, line, version);
  if (before === undefined) requireKnown(id, version);
  if (op === "purge") return wholeEntry(id, purgedLine(id, operation.at), version);
  if (op !== "change") return before;
  const pending = { change: operation, before: before?.pending };
  return { id, line: before?.line, pending, version, issue: undefined };
}

/** One of which all is said anew. */
function wholeEntry(id: string, line: string, version: number): Entry {
  return { id, line, pending: undefined, version, issue: undefined };
}

/** What a change of an issue that does not exist says of the log. */
export function changesUnknownIssue(id: string, sequence: number): string {
  return `transaction ${sequence} changes ${id}, which does not exist`;
}

/** The line with all changes in it. Entries are shared by forks: settling one changes how it is kept, never what it says. */
export function settledLine(entry: Entry, lineOfBase: LineOfBase): string {
  const own = entry.line;
  if (entry.pending === undefined && own !== undefined) return own;
  const line = lineChanges().changeLineInTurn(lineBefore(entry, lineOfBase), changesOf(entry));
  entry.line = line;
  entry.pending = undefined;
  return line;
}

/** What that line says. It is not made for this: that takes several times as long, and of most issues nobody asks for it. */
export function settledIssue(entry: Entry, lineOfBase: LineOfBase): Issue {
  const line = lineBefore(entry, lineOfBase);
  entry.issue ??=
    entry.pending === undefined ? parseIssue(line) : changedIssues().changedIssue(line, changesOf(entry));
  return entry.issue;
}

/** Kept: to look a module up takes longer than to read a line. */
export function lineFacts(): typeof import("./line-facts") {
  lineFactsModule ??= require("./line-facts") as typeof import("./line-facts");
  return lineFactsModule;
}

let lineFactsModule: typeof import("./line-facts") | undefined;

/** Most issues that are looked at stand in a snapshot as they are. */
function lineChanges(): typeof import("./change-line") {
  lineChangesModule ??= require("./change-line") as typeof import("./change-line");
  return lineChangesModule;
}

let lineChangesModule: typeof import("./change-line") | undefined;

function changedIssues(): typeof import("./changed-issue") {
  changedIssuesModule ??= require("./changed-issue") as typeof import("./changed-issue");
  return changedIssuesModule;
}

let changedIssuesModule: typeof import("./changed-issue") | undefined;

export type LineOfBase = (id: string) => string | undefined;

function lineBefore({ id, line: own }: Entry, lineOfBase: LineOfBase): string {
  const line = own ?? lineOfBase(id);
  if (line === undefined) throw goneFromBase(id);
  return line;
}

export function goneFromBase(id: string): BzError {
  return new BzError("CORRUPT", `the line of ${id} is gone from the snapshot`);
}

export function changesOf(entry: Entry): ChangeIssue[] {
  const changes: ChangeIssue[] = [];
  for (let { pending } = entry; pending !== undefined; pending = pending.before) changes.push(pending.change);
  return changes.reverse();
}

/** Whether the issue may have an edge to that one. Its line is not made for this. */
export function mayLink(entry: Entry, id: string, lineOfBase: LineOfBase): boolean {
  for (let { pending } = entry; pending !== undefined; pending = pending.before)
    if (setsLink(pending.change, id)) return true;
  return mentions(lineBefore(entry, lineOfBase), id);
}

/** Whether all links are those of the line, or of the base. */
export function keepsLinks({ pending }: Entry): boolean {
  for (let each = pending; each !== undefined; each = each.before)
    if (isAboutLinks(each.change)) return false;
  return true;
}

export function isAboutLinks({ edges, parent }: ChangeIssue): boolean {
  return (edges ?? parent) !== undefined;
}

/** Whether the change may bring an edge to that issue. */
export function setsLink({ parent, edges = [] }: ChangeIssue, id: string): boolean {
  for (const edge of edges) if (edge.depends_on_id === id) return true;
  return parent?.id === id;
}

/** An escape may spell the id in another way, so a line with one has to be parsed to know. */
export function mentions(line: string | undefined, id: string): boolean {
  return line?.includes(id) === true || line?.includes("\\u") === true;
}
