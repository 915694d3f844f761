import { compareBytes } from "./compare";
import { type Dependency, normaliseDependencyType, parentChild } from "./dependency";
import { BzError } from "./errors";
import {
  validateEstimate,
  validateLabel,
  validateMetadata,
  validatePriority,
  validateTitle,
} from "./field-input";
import { defaultIssueType } from "./issue-type";
import type { JsonValue } from "./json";
import { hashText } from "./line-stamps";
import { filterIn, mappedIn } from "./list";
import type { PutIssue } from "./operation";
import { defaultPriority } from "./priority";
import { formatTime } from "./time";

/** What a user says about a new issue. Absent and "" are the same; times are RFC 3339; ids are resolved. */
export interface NewIssue {
  readonly title: string;
  readonly description?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance_criteria?: string | undefined;
  readonly notes?: string | undefined;
  readonly status?: string | undefined;
  readonly priority?: number | undefined;
  readonly issue_type?: string | undefined;
  readonly assignee?: string | undefined;
  readonly owner?: string | undefined;
  readonly estimated_minutes?: number | undefined;
  readonly due_at?: string | undefined;
  readonly defer_until?: string | undefined;
  readonly external_ref?: string | undefined;
  readonly pinned?: boolean | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly metadata?: JsonValue | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly parent?: string | undefined;
  readonly edges?: readonly EdgeInput[] | undefined;
}

export interface EdgeInput {
  readonly depends_on_id: string;
  readonly type: string;
  readonly metadata?: string | undefined;
}

export interface NewIssueContext {
  readonly id: string;
  readonly nowMs: number;
  readonly actor: string;
}

/** What a user says about a new issue, checked and written as it will stand in its line, around what only its creation knows. */
export interface NewIssueText {
  readonly status: string;
  /** Members of the line, from the title on. */
  readonly first: string;
  /** Those behind its times; "" for none. */
  readonly last: string;
}

/**
 * Keys in their one order, empty ones left out.
 * @throws BzError INVALID
 */
export function writeNewIssue(input: Omit<NewIssue, "parent" | "edges">): NewIssueText {
  const { metadata, estimated_minutes: estimate } = input;
  const status = input.status ?? (input.defer_until ? "deferred" : "open");
  if (status === "tombstone") throw new BzError("INVALID", "a new issue cannot be deleted already");
  const title = validateTitle(input.title);
  const first = membersText({
    title,
    description: input.description || undefined,
    design: input.design || undefined,
    acceptance_criteria: input.acceptance_criteria || undefined,
    notes: input.notes || undefined,
    status: status || undefined,
    priority: validatePriority(input.priority ?? defaultPriority),
    issue_type: (input.issue_type ?? defaultIssueType) || undefined,
    assignee: input.assignee || undefined,
    owner: input.owner || undefined,
    estimated_minutes: estimate === undefined ? undefined : validateEstimate(estimate),
  });
  const last = membersText({
    due_at: input.due_at || undefined,
    defer_until: input.defer_until || undefined,
    external_ref: input.external_ref || undefined,
    pinned: input.pinned || undefined,
    ephemeral: input.ephemeral || undefined,
    metadata: metadata === undefined || metadata === null ? undefined : writtenMetadata(metadata),
    labels: input.labels === undefined ? undefined : labelsOf(input.labels),
  });
  return { status, first, last };
}

/** Of an object, without its braces. */
function membersText(members: object): string {
  return JSON.stringify(members).slice(1, -1);
}

/**
 * The operation that brings an issue into being. All its stamps are its creation time, so that the line needs no `_stamp`.
 * @throws BzError INVALID
 */
export function createIssue(input: NewIssue, context: NewIssueContext): PutIssue {
  const text = writeNewIssue(input);
  const links = input.parent || input.edges ? writeLinks(input, context) : "";
  return createWritten(text, links, birthMembers(text.status, context), context.id);
}

/** The same of what is written already: what a user says, its links, and its times. */
export function createWritten(
  { first, last }: NewIssueText,
  links: string,
  birth: string,
  id: string,
): PutIssue {
  let line = `{"id":${JSON.stringify(id)},${first},${birth}`;
  if (last !== "") line += `,${last}`;
  if (links !== "") line += `,${links}`;
  return { op: "put", id, line: signNewLine(`${line}}`) };
}

/** The members of a line that tell of its birth. */
export function birthMembers(status: string, { nowMs, actor }: Omit<NewIssueContext, "id">): string {
  const now = formatTime(nowMs);
  return membersText({
    created_at: now,
    created_by: actor || undefined,
    updated_at: now,
    started_at: status === "in_progress" ? now : undefined,
    closed_at: status === "closed" ? now : undefined,
  });
}

/**
 * The edges of a new issue and its parent as they stand in its line; "" for none.
 * @throws BzError INVALID for what cannot be
 */
export function writeLinks(
  links: Pick<NewIssue, "parent" | "edges">,
  { id, nowMs, actor }: NewIssueContext,
): string {
  const dependencies = newDependencies(links, id, formatTime(nowMs), actor);
  return dependencies.length === 0 ? "" : `"dependencies":${JSON.stringify(dependencies)}`;
}

/** An empty one is left out, as every empty field. */
function writtenMetadata(metadata: JsonValue): JsonValue | undefined {
  return validateMetadata(metadata) === "" ? undefined : metadata;
}

/** Undefined for none. */
function labelsOf(texts: readonly string[]): string[] | undefined {
  if (texts.length === 0) return undefined;
  const labels = mappedIn(texts, validateLabel);
  return labels.length < 2 ? labels : [...new Set(labels)].sort(compareBytes);
}

/** @throws BzError INVALID for an edge from an issue to itself */
export function refuseSelfEdge(id: string, dependsOnId: string): void {
  if (id === dependsOnId)
    throw new BzError("INVALID", `${id} cannot depend on itself`, {
      hint: "name another issue at one of the two ends",
      context: { id },
    });
}

/** One edge per type and target, one parent at most, in the order of a touched line. */
function newDependencies(
  input: Pick<NewIssue, "parent" | "edges">,
  id: string,
  now: string,
  actor: string,
): Dependency[] {
  if (!input.parent && (input.edges ?? []).length === 0) return [];
  const found = new Map<string, Dependency>();
  const inputs = [...(input.edges ?? [])];
  if (input.parent) inputs.push({ depends_on_id: input.parent, type: parentChild });
  for (const edge of inputs) {
    const type = normaliseDependencyType(edge.type);
    refuseSelfEdge(id, edge.depends_on_id);
    found.set(`${type} ${edge.depends_on_id}`, {
      issue_id: id,
      depends_on_id: edge.depends_on_id,
      type,
      created_at: now,
      ...(actor === "" ? {} : { created_by: actor }),
      ...(edge.metadata ? { metadata: edge.metadata } : {}),
    });
  }
  const dependencies = [...found.values()];
  if (filterIn(dependencies, (edge) => edge.type === parentChild).length > 1) {
    throw new BzError("INVALID", "an issue has one parent at most");
  }
  return dependencies.sort(
    (left, right) =>
      compareBytes(left.depends_on_id, right.depends_on_id) || compareBytes(left.type, right.type),
  );
}

/**
 * The line of a new issue, signed: all its items have the time of its birth, which needs no words, but a tool that edits the line
 * and keeps the key gives away what it began with.
 */
export function signNewLine(line: string): string {
  const signed = `${line.slice(0, -1)},"_stamp":"#${hashText(line)}"}`;
  // A text that is looked at becomes one piece; else it would hold the line it was made of, too, as long as it lives.
  signed.charCodeAt(0);
  return signed;
}
