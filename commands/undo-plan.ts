import { findCycleOfChange } from "../model/cycles";
import { blockingTypes, parentChild } from "../model/dependency";
import { BzError } from "../model/errors";
import { dependentsOf } from "../model/graph";
import type { JsonObject } from "../model/json";
import { isOnIssue, type Operation, saysWholeIssue } from "../model/operation";
import type { State } from "../model/state";
import { formatTime } from "../model/time";
import { type LaterChange, lineAfter, type PastOperation, type Undoing, undoIssue } from "../model/undo";
import {
  selectUndone,
  type TransactionHead,
  type UndoScope,
  type UndoSelection,
} from "../model/undo-selection";
import type { LoggedTransaction, ReplayPast, TransactionInfo, View } from "../storage/store";
import { type RecordDeed, recordDeedsIn, type UndoneRecord, undoRecords } from "./undo-records";

/** What an undo would do. */
export interface UndoPlan {
  readonly operations: readonly Operation[];
  /** The transactions that it takes back, the newest first. */
  readonly undone: readonly UndoneTransaction[];
  /** Every issue that they changed. */
  readonly issues: readonly UndoneIssue[];
  /** Every record that they changed. */
  readonly records: readonly UndoneRecord[];
}

export interface UndoneTransaction {
  readonly sequence: number;
  readonly command: string;
  readonly timeMs: number;
}

export interface UndoneIssue {
  readonly id: string;
  /** What was brought back; empty where all is as it was already. */
  readonly items: readonly string[];
  readonly isRemoved: boolean;
  readonly isChanged: boolean;
}

/**
 * Works out how to take back the transactions of a scope, from the past of this very view.
 * @throws BzError NOTHING_TO_UNDO, CANNOT_UNDO, UNDO_CONFLICT naming who changed what since
 */
export function planUndo(view: View, replay: ReplayPast, info: TransactionInfo, scope: UndoScope): UndoPlan {
  const heads: Head[] = [];
  const recordDeeds: RecordDeed[] = [];
  replay({}, (transaction, before) => {
    heads.push(headOf(transaction));
    recordDeeds.push(...recordDeedsIn(transaction, before));
  });
  const selection = selectUndone(heads, scope);
  refuseNothing(selection, scope, view.sequence);
  const isUndone = new Set(selection.undone);
  const undone = heads.filter(({ sequence }) => isUndone.has(sequence));
  const ids = new Set(undone.flatMap((head) => head.ids));

  const undoings = new Map<string, Undoing<Deed>>();
  for (const [id, past] of collectPast(replay, ids, selection)) {
    const line = view.state.line(id);
    if (line === undefined) continue;
    undoings.set(id, undoIssue(id, past, { line, nowMs: info.timeMs, actor: info.actor }));
  }
  const records = undoRecords(view, recordDeeds, selection, { nowMs: info.timeMs, actor: info.actor });
  refuseLaterChanges(undoings, records);
  const operations: Operation[] = [...undoings.values(), ...records].flatMap(({ change }) => change ?? []);
  const after = view.state.fork();
  for (const operation of operations) after.apply(operation, view.sequence + 1);
  refuseDependents(after, undoings);
  for (const operation of operations) refuseNewCycles(view.state, after, operation);
  return {
    operations,
    undone: undone.toReversed(),
    issues: [...undoings].map(([id, { items, isRemoved, change }]) => ({
      id,
      items,
      isRemoved,
      isChanged: change !== undefined,
    })),
    records,
  };
}

interface Head extends TransactionHead, UndoneTransaction {
  /** The issues that it changed. */
  readonly ids: readonly string[];
}

function headOf({ operations, undoes, ...who }: LoggedTransaction): Head {
  const deeds = operations.filter((operation) => isDeed(operation, who.command));
  const ids = deeds.filter(isOnIssue).map(({ id }) => id);
  return { ...who, undoes, isDeed: deeds.length > 0 || undoes !== undefined, ids };
}

/** A line of issues.jsonl that comes in with a command is what others did, unless bringing it in was the command. What was recorded changed nothing. */
function isDeed(operation: Operation, command: string): boolean {
  if (operation.op === "entry" || operation.op === "gone") return false;
  return operation.op !== "take" || command === "import";
}

function refuseNothing({ undone, available }: UndoSelection, scope: UndoScope, lastSequence: number): void {
  const { actor, session, extent } = scope;
  const whose = session === undefined ? actor : `${actor} in session ${session}`;
  if ("behind" in extent) {
    if (undone.length > 0) return;
    throw nothingToUndo(`nothing of ${whose} stands behind transaction ${extent.behind}`, {
      last_sequence: lastSequence,
    });
  }
  if (available === 0)
    throw nothingToUndo(`there is nothing of ${whose} to undo`, { last_sequence: lastSequence });
  if (available < extent.last)
    throw new BzError(
      "NOTHING_TO_UNDO",
      `only ${available} ${available === 1 ? "transaction" : "transactions"} of ${whose} can be undone, not ${extent.last}`,
      { hint: `to undo all of them: bz undo ${available}`, context: { available } },
    );
}

function nothingToUndo(message: string, context: JsonObject): BzError {
  return new BzError("NOTHING_TO_UNDO", message, {
    hint: "only your own changes count: --actor and --session say whose; `bz history ID` shows who changed what",
    context,
  });
}

/** An operation, and who did it. */
interface Deed extends PastOperation, UndoneTransaction {
  readonly actor: string;
  readonly session?: string;
}

/** All that ever happened to these issues, operation by operation, oldest first. */
function collectPast(
  replay: ReplayPast,
  ids: ReadonlySet<string>,
  { undone, settled }: UndoSelection,
): Map<string, Deed[]> {
  const isUndone = new Set(undone);
  const past = new Map<string, Deed[]>();
  replay({ ids }, ({ operations, ...who }, before) => {
    const lines = new Map<string, { line: string | undefined; isKnown: boolean }>();
    for (const operation of operations) {
      if (!isOnIssue(operation)) continue;
      const { id } = operation;
      const { line, isKnown } = lines.get(id) ?? { line: before.line(id), isKnown: before.knows(id) };
      const isOwn = isDeed(operation, who.command);
      const isTakenBack = isOwn && isUndone.has(who.sequence);
      const isSettled = isOwn && settled.has(who.sequence);
      const deed: Deed = {
        ...who,
        operation,
        before: line,
        isKnown,
        role: isTakenBack ? "undone" : isSettled ? "settled" : "other",
      };
      const deeds = past.get(id);
      if (deeds === undefined) past.set(id, [deed]);
      else deeds.push(deed);
      lines.set(id, { line: lineAfter(line, operation), isKnown: isKnown || saysWholeIssue(operation) });
    }
  });
  return past;
}

const mostConflictsShown = 5;

function refuseLaterChanges(
  undoings: ReadonlyMap<string, Undoing<Deed>>,
  records: readonly UndoneRecord[],
): void {
  const ofIssues = [...undoings].flatMap(([id, { laterChanges }]) =>
    laterChanges.map((later) => ({ id, spoken: spokenConflict(id, later), row: conflictRow(id, later) })),
  );
  const conflicts = [...ofIssues, ...records.flatMap(({ conflict }) => conflict ?? [])];
  const [first] = ofIssues;
  if (conflicts.length === 0) return;
  const shown = conflicts.slice(0, mostConflictsShown).map(({ spoken }) => spoken);
  const more = conflicts.length > shown.length ? `; and ${conflicts.length - shown.length} more` : "";
  throw new BzError("UNDO_CONFLICT", `others have changed it since: ${shown.join("; ")}${more}`, {
    hint: `nothing was undone; ${first === undefined ? "" : `\`bz history ${first.id}\` shows what happened; `}set what is wrong by hand`,
    context: { conflicts: conflicts.map(({ row }) => row) },
  });
}

function spokenConflict(id: string, { item, stampMs, by }: LaterChange<Deed>): string {
  const time = formatTime(stampMs);
  if (by === undefined) return `${id}: ${item}, elsewhere, at ${time}`;
  if (by.operation.op === "take")
    return `${id}: ${item}, elsewhere, at ${time} (came in with #${by.sequence})`;
  const who = by.session === undefined ? by.actor : `${by.actor} (session ${by.session})`;
  return `${id}: ${item}, by ${who} at ${time} (#${by.sequence})`;
}

function conflictRow(id: string, { item, stampMs, by }: LaterChange<Deed>): JsonObject {
  const row = { id, item, time: formatTime(stampMs) };
  if (by === undefined) return row;
  const { sequence, actor, session } = by;
  if (by.operation.op === "take") return { ...row, sequence };
  return { ...row, sequence, actor, ...(session === undefined ? {} : { session }) };
}

/** An issue that others wait for, or are part of, is theirs as well by now. */
function refuseDependents(after: State, undoings: ReadonlyMap<string, Undoing<Deed>>): void {
  const removed = new Set<string>();
  for (const [id, { isRemoved, change }] of undoings) if (isRemoved && change !== undefined) removed.add(id);
  const held = [...removed]
    .flatMap((id) => dependentsOf(after, id))
    .filter(({ issue }) => issue.status !== "tombstone")
    .filter(({ dependency: { type } }) => blockingTypes.has(type) || type === parentChild)
    .map(({ issue, dependency: { depends_on_id, type } }) => ({ id: issue.id, depends_on_id, type }));
  if (held.length === 0) return;
  const shown = held
    .slice(0, mostConflictsShown)
    .map((each) => `${each.id} on ${each.depends_on_id} (${each.type})`);
  const more = held.length > shown.length ? ` and ${held.length - shown.length} more` : "";
  throw new BzError(
    "UNDO_CONFLICT",
    `others depend by now on what would be deleted: ${shown.join(", ")}${more}`,
    {
      hint: "nothing was undone; remove those dependencies first",
      context: { dependents: held },
    },
  );
}

/** What is brought back may close a circle with what was added since. */
function refuseNewCycles(before: State, after: State, operation: Operation): void {
  if (operation.op !== "change") return;
  const cycle = findCycleOfChange(before, after, operation);
  if (cycle === undefined) return;
  const { fromId, toId, type, path } = cycle;
  throw new BzError(
    "UNDO_CONFLICT",
    `${fromId} and ${toId} would wait for each other: ${path.join(" -> ")}`,
    {
      hint: "nothing was undone; first remove a dependency on the way",
      context: { path: [...path], type },
    },
  );
}
