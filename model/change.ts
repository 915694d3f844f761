import { commentId, validateCommentText } from "./comment";
import { type EdgeInput, refuseSelfEdge } from "./create-issue";
import { normaliseDependencyType, parentChild } from "./dependency";
import { BzError } from "./errors";
import {
  validateEstimate,
  validateLabel,
  validateMetadata,
  validatePriority,
  validateTitle,
} from "./field-input";
import { claimKeys, type Issue, workKeys } from "./issue";
import { isSameJson, type JsonValue } from "./json";
import { filterIn, someIn } from "./list";
import type { ChangeIssue, Claim, EdgeChange, PurgeIssue, Work } from "./operation";
import { nextStamp, type Recency } from "./recency";
import { shownStatus } from "./status";
import { formatTime } from "./time";

/** What the builders know of the moment. */
export interface ChangeContext {
  /** Of the issue as it is now: stamps come from it. */
  readonly recency: Recency;
  readonly nowMs: number;
  readonly actor: string;
}

/** What a user wants changed. Absent: leave; null or "": clear. Times are RFC 3339, ids are resolved. */
export interface IssueEdits {
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  readonly design?: string | null | undefined;
  readonly acceptance_criteria?: string | null | undefined;
  readonly notes?: string | null | undefined;
  /** A further line below the notes. */
  readonly append_notes?: string | undefined;
  readonly priority?: number | undefined;
  readonly issue_type?: string | undefined;
  readonly owner?: string | null | undefined;
  readonly estimated_minutes?: number | null | undefined;
  readonly due_at?: string | null | undefined;
  readonly external_ref?: string | null | undefined;
  readonly pinned?: boolean | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly metadata?: JsonValue | undefined;
  readonly assignee?: string | null | undefined;
  readonly claim_session?: string | null | undefined;
  readonly status?: string | undefined;
  /** With status `closed`. */
  readonly close_reason?: string | undefined;
  readonly closed_by_session?: string | undefined;
  readonly defer_until?: string | null | undefined;
  readonly parent?: string | null | undefined;
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
  readonly set_labels?: readonly string[] | undefined;
  readonly add_edges?: readonly EdgeInput[] | undefined;
  /** Without a type: every edge to that issue but the parent's. */
  readonly remove_edges?:
    | readonly { readonly depends_on_id: string; readonly type?: string | undefined }[]
    | undefined;
}

/**
 * The operation that makes the edits true, undefined when they are already.
 * @throws BzError INVALID, for a deleted issue too
 */
export function editIssue(issue: Issue, edits: IssueEdits, context: ChangeContext): ChangeIssue | undefined {
  refuseDeleted(issue);
  const at = nextStamp(context.recency, context.nowMs);
  const set = changedFields(issue, edits);
  const work = changedWork(issue, edits, context, at);
  const claim = changedClaim(issue, edits, at);
  const labels = changedLabels(issue, edits);
  const edges = changedEdges(issue, edits, context, at);
  const parent = parentFrom(issue, edits);
  const change: ChangeIssue = {
    op: "change",
    id: issue.id,
    at,
    ...(set.length > 0 ? { set: Object.fromEntries(set) } : {}),
    ...(work === undefined ? {} : { work }),
    ...(claim === undefined ? {} : { claim }),
    ...(parent === undefined || parent === (issue.parent ?? null)
      ? {}
      : { parent: { id: parent, created_at: formatTime(at), ...by(context) } }),
    ...(labels.length > 0 ? { labels: Object.fromEntries(labels) } : {}),
    ...(edges.length > 0 ? { edges } : {}),
  };
  if (typeof parent === "string") refuseSelfEdge(issue.id, parent);
  return Object.keys(change).length > 3 ? change : undefined;
}

/** Closes; on a closed issue only a new reason changes anything. */
export function closeIssue(
  issue: Issue,
  options: { readonly reason?: string | undefined; readonly session?: string | undefined },
  context: ChangeContext,
): ChangeIssue | undefined {
  refuseDeleted(issue);
  const at = nextStamp(context.recency, context.nowMs);
  const edits = { status: "closed", close_reason: options.reason, closed_by_session: options.session };
  const work = changedWork(issue, edits, context, at);
  return work === undefined ? undefined : { op: "change", id: issue.id, at, work };
}

/** Opens a closed issue again; undefined for one that is not closed. */
export function reopenIssue(issue: Issue, context: ChangeContext): ChangeIssue | undefined {
  refuseDeleted(issue);
  return issue.status === "closed" ? editIssue(issue, { status: "open" }, context) : undefined;
}

/** Makes a tombstone, which keeps all else that the issue says; undefined for one that is a tombstone already. */
export function deleteIssue(
  issue: Issue,
  options: { readonly reason?: string | undefined },
  context: ChangeContext,
): ChangeIssue | undefined {
  if (issue.status === "tombstone") return undefined;
  const at = nextStamp(context.recency, context.nowMs);
  const work: Work = {
    ...workOf(issue, context.recency.reopens),
    status: "tombstone",
    deleted_at: formatTime(at),
    ...(context.actor === "" ? {} : { deleted_by: context.actor }),
    ...(options.reason ? { delete_reason: options.reason } : {}),
    original_type: issue.issue_type,
    ...(issue.status === "open" ? {} : { original_status: issue.status }),
  };
  return { op: "change", id: issue.id, at, work };
}

/** Removes the issue's text for good. */
export function purgeIssue(issue: Issue, context: ChangeContext): PurgeIssue {
  return { op: "purge", id: issue.id, at: nextStamp(context.recency, context.nowMs) };
}

/** @throws BzError INVALID for a comment without text, or on a deleted issue */
export function addComment(
  issue: Issue,
  comment: { readonly text: string; readonly author?: string | undefined },
  context: ChangeContext,
): ChangeIssue {
  refuseDeleted(issue);
  const at = nextStamp(context.recency, context.nowMs);
  const text = validateCommentText(comment.text);
  const author = comment.author ?? context.actor;
  const id = commentId(issue.id, at, author, text);
  return {
    op: "change",
    id: issue.id,
    at,
    comments: [{ id, created_at: formatTime(at), present: true, author, text }],
  };
}

const textKeys = [
  "description",
  "design",
  "acceptance_criteria",
  "notes",
  "owner",
  "due_at",
  "external_ref",
] as const;

function changedFields(issue: Issue, edits: IssueEdits): [string, JsonValue][] {
  const wanted: [keyof Issue, JsonValue][] = [];
  for (const key of textKeys) {
    const text = edits[key];
    if (text !== undefined) wanted.push([key, text === "" ? null : text]);
  }
  if (edits.append_notes) {
    const notes = (edits.notes === undefined ? issue.notes : edits.notes) ?? "";
    wanted.push(["notes", notes === "" ? edits.append_notes : `${notes}\n${edits.append_notes}`]);
  }
  if (edits.title !== undefined) wanted.push(["title", validateTitle(edits.title)]);
  if (edits.priority !== undefined) wanted.push(["priority", validatePriority(edits.priority)]);
  if (edits.issue_type !== undefined) wanted.push(["issue_type", edits.issue_type]);
  if (edits.pinned !== undefined) wanted.push(["pinned", edits.pinned || null]);
  if (edits.ephemeral !== undefined) wanted.push(["ephemeral", edits.ephemeral || null]);
  if (edits.metadata !== undefined)
    wanted.push(["metadata", edits.metadata === "" ? null : validateMetadata(edits.metadata)]);
  if (edits.estimated_minutes !== undefined) {
    wanted.push([
      "estimated_minutes",
      edits.estimated_minutes === null ? null : validateEstimate(edits.estimated_minutes),
    ]);
  }
  return filterIn([...new Map(wanted)], ([key, value]) => !isSameJson(plainValue(issue, key), value));
}

/** The present value of a field of JSON; null when absent. */
function plainValue(issue: Issue, key: keyof Issue): JsonValue {
  const value = issue[key];
  if (value === undefined) return null;
  return key === "metadata" ? (issue.metadata ?? null) : typeof value === "object" ? null : value;
}

function changedWork(issue: Issue, edits: IssueEdits, context: ChangeContext, at: number): Work | undefined {
  const deferUntil = edits.defer_until === undefined ? (issue.defer_until ?? "") : (edits.defer_until ?? "");
  const status = edits.status ?? statusFromDefer(issue, edits);
  if (status === "tombstone") {
    throw new BzError("INVALID", "an issue is deleted with the command for it, not by its status", {
      hint: "`bz delete --help` says how",
    });
  }
  const { reopens } = context.recency;
  const wasClosed = issue.status === "closed";
  if (status === "closed" && wasClosed && edits.defer_until) {
    throw new BzError("INVALID", `${issue.id} is closed and cannot be deferred`, {
      hint: `\`bz reopen ${issue.id}\` if there is more to do`,
    });
  }
  if (status === "closed") {
    const { defer_until, close_reason, closed_by_session, ...rest } = workOf(issue, reopens);
    const reason = edits.close_reason || (wasClosed ? close_reason : undefined);
    if (wasClosed && reason === close_reason) return undefined;
    const session = edits.closed_by_session || (wasClosed ? closed_by_session : undefined);
    return {
      ...rest,
      status,
      closed_at: wasClosed && rest.closed_at !== undefined ? rest.closed_at : formatTime(at),
      ...(reason ? { close_reason: reason } : {}),
      ...(session ? { closed_by_session: session } : {}),
    };
  }
  // Once its time has come it is shown as open; whoever defers it then does not mean the date that is over.
  const isOver = edits.status === "deferred" && shownStatus(issue, context.nowMs) !== issue.status;
  const keepsDate = status === "deferred" ? !isOver : status === issue.status;
  const date = keepsDate || edits.defer_until !== undefined ? deferUntil : "";
  if (status === issue.status && date === (issue.defer_until ?? "")) return undefined;
  return {
    reopens: wasClosed ? reopens + 1 : reopens,
    status,
    ...(date === "" ? {} : { defer_until: date }),
  };
}

/** A date to defer to defers an open issue; taking the date away opens it. */
function statusFromDefer(issue: Issue, edits: IssueEdits): string {
  if (edits.defer_until && issue.status === "open") return "deferred";
  if ((edits.defer_until === null || edits.defer_until === "") && issue.status === "deferred") return "open";
  return issue.status;
}

function changedClaim(issue: Issue, edits: IssueEdits, at: number): Claim | undefined {
  const assignee = (edits.assignee === undefined ? issue.assignee : edits.assignee) || undefined;
  // A session belongs to whoever held the issue; it does not pass on to the next one.
  const kept = assignee === issue.assignee ? issue.claim_session : undefined;
  const session = (edits.claim_session === undefined ? kept : edits.claim_session) || undefined;
  const startedAt = issue.started_at ?? (edits.status === "in_progress" ? formatTime(at) : undefined);
  const claim: Claim = {
    ...(assignee === undefined ? {} : { assignee }),
    ...(session === undefined ? {} : { claim_session: session }),
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
  };
  return someIn(claimKeys, (key) => claim[key] !== issue[key]) ? claim : undefined;
}

function changedLabels(issue: Issue, edits: IssueEdits): [string, boolean][] {
  const wanted = new Set(edits.set_labels === undefined ? issue.labels : edits.set_labels.map(validateLabel));
  for (const label of edits.add_labels ?? []) wanted.add(validateLabel(label));
  for (const label of edits.remove_labels ?? []) wanted.delete(label.trim());
  const present = new Set(issue.labels);
  const changed: [string, boolean][] = [];
  for (const label of wanted) if (!present.has(label)) changed.push([label, true]);
  for (const label of present) if (!wanted.has(label)) changed.push([label, false]);
  return changed;
}

function changedEdges(issue: Issue, edits: IssueEdits, context: ChangeContext, at: number): EdgeChange[] {
  const changes: EdgeChange[] = [];
  for (const edge of edits.remove_edges ?? []) {
    const type = edge.type === undefined ? undefined : normaliseDependencyType(edge.type);
    for (const { depends_on_id, type: present } of issue.dependencies) {
      if (depends_on_id !== edge.depends_on_id || present === parentChild) continue;
      if (type === undefined || type === present)
        changes.push({ depends_on_id, type: present, present: false });
    }
  }
  for (const edge of edits.add_edges ?? []) {
    const type = normaliseDependencyType(edge.type);
    const { depends_on_id, metadata } = edge;
    if (type === parentChild) continue;
    refuseSelfEdge(issue.id, depends_on_id);
    const found = issue.dependencies.find(
      (other) => other.type === type && other.depends_on_id === depends_on_id,
    );
    if (found !== undefined && (!metadata || found.metadata === metadata)) continue;
    changes.push({
      depends_on_id,
      type,
      present: true,
      created_at: formatTime(at),
      ...by(context),
      ...(metadata ? { metadata } : {}),
    });
  }
  return changes;
}

/** An edge of type parent-child is the field `parent`, whichever way it was asked for. Undefined: leave it. */
function parentFrom(issue: Issue, edits: IssueEdits): string | null | undefined {
  if (edits.parent !== undefined) return edits.parent === "" ? null : edits.parent;
  const isParentEdge = (edge: { readonly type?: string | undefined }) =>
    edge.type !== undefined && normaliseDependencyType(edge.type) === parentChild;
  const added = edits.add_edges?.findLast(isParentEdge);
  if (added !== undefined) return added.depends_on_id;
  const isRemoved = edits.remove_edges?.some(
    (edge) => isParentEdge(edge) && edge.depends_on_id === issue.parent,
  );
  return isRemoved === true ? null : undefined;
}

/** The present work of an issue, whole, as an operation that leaves it alone has to repeat it. */
export function workOf(issue: Issue, reopens: number): Work {
  const texts: { -readonly [K in (typeof workKeys)[number]]?: string } = {};
  for (const key of workKeys) {
    const text = issue[key];
    if (text !== undefined) texts[key] = text;
  }
  return { ...texts, reopens, status: issue.status };
}

function by(context: ChangeContext): { created_by?: string } {
  return context.actor === "" ? {} : { created_by: context.actor };
}

/** @throws BzError INVALID */
export function refuseDeleted(issue: Issue): void {
  if (issue.status !== "tombstone") return;
  throw new BzError("INVALID", `${issue.id} is deleted`, {
    hint: `\`bz undelete ${issue.id}\` brings it back`,
    context: { id: issue.id },
  });
}
