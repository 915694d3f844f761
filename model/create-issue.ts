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
import { formatNewIssue } from "./issue-json";
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

/**
 * The operation that brings an issue into being. All its stamps are its creation time, so that the line needs no `_stamp`.
 * @throws BzError INVALID
 */
export function createIssue(input: NewIssue, context: NewIssueContext): PutIssue {
  const { id, nowMs, actor } = context;
  const now = formatTime(nowMs);
  const status = input.status ?? (input.defer_until ? "deferred" : "open");
  if (status === "tombstone") throw new BzError("INVALID", "a new issue cannot be deleted already");
  const line = formatNewIssue({
    id,
    title: validateTitle(input.title),
    ...texts(input),
    status,
    priority: validatePriority(input.priority ?? defaultPriority),
    issue_type: input.issue_type ?? defaultIssueType,
    ...(input.estimated_minutes === undefined
      ? {}
      : { estimated_minutes: validateEstimate(input.estimated_minutes) }),
    created_at: now,
    ...(actor === "" ? {} : { created_by: actor }),
    updated_at: now,
    ...(status === "in_progress" ? { started_at: now } : {}),
    ...(status === "closed" ? { closed_at: now } : {}),
    pinned: input.pinned === true,
    ephemeral: input.ephemeral === true,
    ...(input.metadata === undefined || input.metadata === null
      ? {}
      : { metadata: validateMetadata(input.metadata) }),
    labels: labelsOf(input.labels ?? []),
    dependencies: newDependencies(input, id, now, actor),
    comments: [],
  });
  return { op: "put", id, line: signNewLine(line) };
}

function labelsOf(texts: readonly string[]): string[] {
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

const textKeys = [
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "assignee",
  "owner",
  "due_at",
  "defer_until",
  "external_ref",
] as const;

function texts(input: NewIssue): Partial<Record<(typeof textKeys)[number], string>> {
  const given: Partial<Record<(typeof textKeys)[number], string>> = {};
  for (const key of textKeys) {
    const text = input[key];
    if (text !== undefined && text !== "") given[key] = text;
  }
  return given;
}

/** One edge per type and target, one parent at most, in the order of a touched line. */
function newDependencies(input: NewIssue, id: string, now: string, actor: string): Dependency[] {
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
