import { addComment, editIssue, reopenIssue } from "../model/change";
import { releaseIssue } from "../model/claim";
import { validateCommentText, validateNoteText } from "../model/comment";
import { parseFutureDate } from "../model/date-input";
import { deferIssue, undeferIssue } from "../model/defer";
import { normaliseDependencyType, parseDependencyType } from "../model/dependency";
import { BzError } from "../model/errors";
import { resolveId } from "../model/issue-id";
import type { JsonObject } from "../model/json";
import type { Operation } from "../model/operation";
import { undeleteIssue } from "../model/undelete";
import type { Decision, TransactionInfo, View } from "../storage/store";
import type { BatchRecord } from "./batch-record";
import { changeContext, currentOf } from "./current-issue";
import { decideAddedEdge } from "./decisions/added-edge";
import { decideClaim } from "./decisions/claim";
import { decideClosing } from "./decisions/close";
import { decideDeletion } from "./decisions/delete";
import { decideRemovedEdges } from "./decisions/removed-edges";
import { type BatchItem, decideBatch, explained } from "./issue-batch";
import { validLabels } from "./label-change";
import { parseMetadata } from "./metadata-input";

/** What a line needs to know of the call that it stands in. */
export interface BatchCaller {
  readonly nowMs: number;
  readonly session: string | undefined;
  readonly bySession: boolean;
}

export interface LineOutcome {
  readonly ids: readonly string[];
  /** Further keys of the line's answer. */
  readonly facts?: JsonObject;
  /** The other ends of new edges, which may hold nobody up. */
  readonly targets?: readonly string[];
}

export interface BatchVerb {
  readonly keys: readonly string[];
  decide(record: BatchRecord, view: View, info: TransactionInfo, caller: BatchCaller): Decision<LineOutcome>;
}

/** Each does what the command of its name does, by the same decision. `create` and `update` stand in `batch-issues.ts`. */
export const batchVerbs: ReadonlyMap<string, BatchVerb> = new Map<string, BatchVerb>([
  [
    "close",
    verb(["reason", "force", "session"], (record, info, { session }) => {
      const request = {
        reason: record.text("reason"),
        force: record.switch("force"),
        session: record.text("session") ?? session,
      };
      return (item) => decideClosing(item, request, info);
    }),
  ],
  [
    "reopen",
    verb(["reason"], (record, info) => (item) => {
      const change = reopenIssue(item.issue, changeContext(item.line, info));
      return change === undefined ? [] : explained(item, change, reasonOf(record), whoOf(info));
    }),
  ],
  [
    "undelete",
    verb(["reason"], (record, info) => (item) => {
      const change = undeleteIssue(item.issue, { line: item.line, nowMs: info.timeMs });
      return change === undefined ? [] : explained(item, change, reasonOf(record), whoOf(info));
    }),
  ],
  [
    "claim",
    verb(["force", "session"], (record, info, { nowMs, session, bySession }) => {
      const force = record.switch("force");
      const claiming = { nowMs, bySession, force, session: record.text("session") ?? session };
      return (item) => listOf(decideClaim(item, claiming, info));
    }),
  ],
  [
    "release",
    verb(["force"], (record, info) => {
      const force = record.switch("force") === true;
      return (item) => listOf(releaseIssue(item.issue, { force }, changeContext(item.line, info)));
    }),
  ],
  [
    "defer",
    verb(["until", "reason"], (record, info, { nowMs }) => {
      const text = record.text("until");
      const until = text === undefined ? undefined : parseFutureDate("until", text, nowMs);
      return (item) =>
        explained(
          item,
          deferIssue(item.issue, { until }, changeContext(item.line, info)),
          reasonOf(record),
          whoOf(info),
        );
    }),
  ],
  [
    "undefer",
    verb([], (_, info) => (item) => listOf(undeferIssue(item.issue, changeContext(item.line, info)))),
  ],
  [
    "note",
    verb(["text", "message"], (record, info) => {
      const append_notes = validateNoteText(record.required("text", "message"));
      return (item) => listOf(editIssue(item.issue, { append_notes }, changeContext(item.line, info)));
    }),
  ],
  ["label add", labelVerb("added")],
  ["label remove", labelVerb("removed")],
  ["comment", { keys: ["id", "text", "message", "author"], decide: decideComment }],
  [
    "dep add",
    { keys: ["id", "issue", "on", "blocked_by", "depends_on", "type", "metadata"], decide: decideEdge },
  ],
  ["dep remove", { keys: ["id", "issue", "on", "blocked_by", "depends_on", "type"], decide: decideNoEdge }],
  ["delete", { keys: ["id", "ids", "reason", "cascade", "force"], decide: decideDelete }],
]);

export const verbAliases: ReadonlyMap<string, string> = new Map([
  ["q", "create"],
  ["add", "create"],
  ["new", "create"],
  ["edit", "update"],
  ["done", "close"],
  ["finish", "close"],
  ["rm", "delete"],
  ["comments add", "comment"],
  ["comment add", "comment"],
  ["label rm", "label remove"],
  ["dep rm", "dep remove"],
]);

type ItemDecision = (item: BatchItem) => readonly Operation[];

/** A verb on one or several issues. A line is done as a whole or not at all. */
function verb(
  keys: readonly string[],
  read: (record: BatchRecord, info: TransactionInfo, caller: BatchCaller) => ItemDecision,
): BatchVerb {
  return {
    keys: ["id", "ids", ...keys],
    decide(record, view, info, caller) {
      const { operations, result } = decideBatch(view, record.ids(), read(record, info, caller));
      const [failure] = result.failures;
      if (failure !== undefined) throw failure;
      return { operations, result: { ids: result.done } };
    },
  };
}

function labelVerb(action: "added" | "removed"): BatchVerb {
  return verb(["labels", "label"], (record, info) => {
    const named = record.names("labels", "label");
    if (named === undefined)
      throw new BzError("INVALID", '"labels" is missing', { context: { key: "labels" } });
    const labels = validLabels(named, action);
    const edits = action === "added" ? { add_labels: labels } : { remove_labels: labels };
    return (item) => listOf(editIssue(item.issue, edits, changeContext(item.line, info)));
  });
}

function decideComment(record: BatchRecord, view: View, info: TransactionInfo): Decision<LineOutcome> {
  const text = validateCommentText(record.required("text", "message"));
  const author = record.text("author")?.trim() || undefined;
  const { state, prefix } = view;
  const { issue, line } = currentOf(state, resolveId(state, record.issue("id"), prefix));
  const change = addComment(issue, { text, author }, changeContext(line, info));
  const comment_id = change.comments?.[0]?.id ?? "";
  return { operations: [change], result: { ids: [issue.id], facts: { comment_id } } };
}

const otherEnd = ["on", "depends_on", "blocked_by"];

function decideEdge(record: BatchRecord, view: View, info: TransactionInfo): Decision<LineOutcome> {
  const metadata = record.text("metadata") || undefined;
  if (metadata !== undefined) parseMetadata(metadata, "metadata");
  const request = {
    issue: record.issue("id", "issue"),
    on: record.issue(...otherEnd),
    type: parseDependencyType(record.text("type") || "blocks"),
    metadata,
  };
  const { operations, result } = decideAddedEdge(view, info, request);
  const { id, target, status } = result;
  return { operations, result: { ids: [id], facts: { depends_on_id: target, status }, targets: [target] } };
}

function decideNoEdge(record: BatchRecord, view: View, info: TransactionInfo): Decision<LineOutcome> {
  const type = record.text("type");
  const { operations, result } = decideRemovedEdges(view, info, {
    issue: record.issue("id", "issue"),
    on: record.issue(...otherEnd),
    type: type === undefined ? undefined : normaliseDependencyType(type),
  });
  return {
    operations,
    result: { ids: [result.id], facts: { depends_on_id: result.target, status: "removed" } },
  };
}

/** Never `--hard`: that goes on in the sealed parts of the log once the lock is free again. */
function decideDelete(record: BatchRecord, view: View, info: TransactionInfo): Decision<LineOutcome> {
  const { operations, result } = decideDeletion(view, info, {
    texts: record.ids(),
    listed: new Set(),
    reason: record.text("reason"),
    isHard: false,
    isCascading: record.switch("cascade") === true,
    isForced: record.switch("force") === true,
  });
  const [failure] = result.failures;
  if (failure !== undefined) throw failure;
  return { operations, result: { ids: result.done } };
}

function reasonOf(record: BatchRecord): string {
  return record.text("reason")?.trim() ?? "";
}

function whoOf(info: TransactionInfo): { nowMs: number; actor: string } {
  return { nowMs: info.timeMs, actor: info.actor };
}

function listOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
