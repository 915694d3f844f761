import { entryDetails, labelKind } from "../model/entry-input";
import type { JsonObject } from "../model/json";
import type { LogEntry } from "../model/log-entry";
import { issueOf } from "../model/operation";
import type { SetRecord } from "../model/record";
import { formatTime } from "../model/time";
import { entryId, eventNamer, type LoggedOperation } from "./issue-events";

/** Anything that stands in the record. */
export interface AuditEvent {
  readonly id: string;
  readonly sequence: number;
  readonly timeMs: number;
  readonly actor: string;
  readonly session?: string;
  readonly command: string;
  /** What was done to an issue or a record; of an entry, its kind. */
  readonly action: string;
  readonly issueId?: string;
  readonly undoes?: readonly number[];
  /** What it set, or what the entry says. */
  readonly details: JsonObject;
  /** Given to it later, oldest first. */
  readonly labels: readonly AuditLabel[];
}

export interface AuditLabel {
  readonly label: string;
  readonly reason?: string;
  readonly actor: string;
  readonly timeMs: number;
}

/** Names all that the log says, oldest first. */
export function auditEvents(logged: readonly LoggedOperation[]): AuditEvent[] {
  const nameEvent = eventNamer();
  const labels = labelsIn(logged);
  return logged.map((event) => {
    const { sequence, timeMs, actor, session, command, undoes, operation } = event;
    const id = entryId(event);
    const issueId = issueOf(operation);
    const named = nameEvent(event);
    const { action, details } =
      named === undefined ? otherEvent(event) : { action: named.action, details: named.changes };
    return {
      id,
      sequence,
      timeMs,
      actor,
      ...(session === undefined ? {} : { session }),
      command,
      action,
      ...(issueId === undefined ? {} : { issueId }),
      ...(undoes === undefined ? {} : { undoes }),
      details,
      labels: labels.get(id) ?? [],
    };
  });
}

export function auditRow({ timeMs, issueId, undoes, details, labels, ...row }: AuditEvent): JsonObject {
  const { id, sequence, actor, session, command, action } = row;
  return {
    id,
    sequence,
    time: formatTime(timeMs),
    actor,
    ...(session === undefined ? {} : { session }),
    command,
    action,
    ...(issueId === undefined ? {} : { issue_id: issueId }),
    ...(undoes === undefined ? {} : { undoes: [...undoes] }),
    details,
    ...(labels.length === 0 ? {} : { labels: labels.map(labelRow) }),
  };
}

function labelRow({ label, reason, actor, timeMs }: AuditLabel): JsonObject {
  return { label, ...(reason === undefined ? {} : { reason }), actor, time: formatTime(timeMs) };
}

function otherEvent({ operation }: LoggedOperation): { action: string; details: JsonObject } {
  if (operation.op === "record") return recordEvent(operation);
  if (operation.op === "entry") return entryEvent(operation);
  // An issue's own operations have been named; what is left was purged.
  return { action: "purged from the record", details: {} };
}

function recordEvent({ type, key, value }: SetRecord): { action: string; details: JsonObject } {
  const [set, removed] = type === "memory" ? ["remembered", "forgot"] : [`saved ${type}`, `removed ${type}`];
  return value === null
    ? { action: removed ?? "", details: { key } }
    : { action: set ?? "", details: { key, value } };
}

function entryEvent(entry: LogEntry): { action: string; details: JsonObject } {
  return { action: entry.kind === labelKind ? "labelled" : entry.kind, details: entryDetails(entry) };
}

function labelsIn(logged: readonly LoggedOperation[]): Map<string, AuditLabel[]> {
  const labels = new Map<string, AuditLabel[]>();
  for (const { operation, actor, timeMs } of logged) {
    if (operation.op !== "entry" || operation.kind !== labelKind) continue;
    const { entry, label, reason } = operation;
    if (entry === undefined || label === undefined) continue;
    const given = { label, ...(reason === undefined ? {} : { reason }), actor, timeMs };
    const known = labels.get(entry);
    if (known === undefined) labels.set(entry, [given]);
    else known.push(given);
  }
  return labels;
}
