import { changeLineInTurn } from "../model/change-line";
import { differenceOf } from "../model/difference";
import { parseIssue } from "../model/issue-json";
import type { JsonObject, JsonValue } from "../model/json";
import { type ChangeIssue, type IssueOperation, isOnIssue, type TakeLine } from "../model/operation";
import { formatTime } from "../model/time";
import type { Store } from "../storage/store";

/** What one transaction did to one issue, named as a user would name it. */
export interface IssueEvent {
  readonly sequence: number;
  /** What `bz audit label` calls it. */
  readonly entry: string;
  readonly time: string;
  readonly actor: string;
  readonly session?: string;
  readonly command: string;
  readonly id: string;
  readonly action: string;
  /** The numbers of the transactions that this one took back. */
  readonly undoes?: readonly number[];
  /** Field by field what was set; null: removed. Empty for a whole issue. */
  readonly changes: JsonObject;
}

/** An operation as it was logged, and who did it. */
export type LoggedOperation = Awaited<ReturnType<Store["history"]>>[number];

/** Names what the log says of issues, oldest first. */
export function issueEvents(events: readonly LoggedOperation[]): IssueEvent[] {
  const nameEvent = eventNamer();
  return events.flatMap((event) => nameEvent(event) ?? []);
}

/**
 * Names one event after another, oldest first: whether a change closed or reopened shows only beside what was before it. Undefined for one that happened to no
 * issue.
 */
export function eventNamer(): (event: LoggedOperation) => IssueEvent | undefined {
  const statuses = new Map<string, string>();
  const lines = new KnownLines();
  return (event) => {
    const { sequence, timeMs, actor, session, command, undoes, operation } = event;
    if (!isOnIssue(operation)) return undefined;
    const before = statuses.get(operation.id);
    const status = statusAfter(operation) ?? before;
    if (status !== undefined) statuses.set(operation.id, status);
    const changes = operation.op === "change" ? changesOf(operation) : changesTaken(operation, lines);
    lines.apply(operation);
    return {
      sequence,
      entry: entryId(event),
      time: formatTime(timeMs),
      actor,
      ...(session === undefined ? {} : { session }),
      command,
      id: operation.id,
      action: actionOf(operation, command, before, status),
      ...(undoes === undefined ? {} : { undoes }),
      changes,
    };
  };
}

/** An operation's name in the record: it never changes, and is never used again. */
export function entryId({ sequence, number }: Pick<LoggedOperation, "sequence" | "number">): string {
  return `${sequence}.${number}`;
}

export function eventRow({
  sequence,
  entry,
  time,
  actor,
  session,
  command,
  id,
  action,
  undoes,
  changes,
}: IssueEvent): JsonObject {
  return {
    sequence,
    entry,
    time,
    actor,
    ...(session === undefined ? {} : { session }),
    command,
    id,
    action,
    ...(undoes === undefined ? {} : { undoes: [...undoes] }),
    changes,
  };
}

function statusAfter(operation: IssueOperation): string | undefined {
  if (operation.op === "change") return operation.work?.status;
  if (operation.op === "purge") return "tombstone";
  const line = operation.op === "take" ? operation.result : operation.line;
  return line === undefined ? undefined : parseIssue(line).status;
}

function actionOf(
  operation: IssueOperation,
  command: string,
  before: string | undefined,
  after: string | undefined,
): string {
  if (operation.op === "purge") return "purged";
  if (operation.op === "take") return takenAction(operation, before, after);
  if (operation.op === "put")
    return before !== undefined ? "replaced" : command === "import" ? "imported" : "created";
  if (operation.work !== undefined && before !== after) {
    if (after === "closed" || after === "deferred") return after;
    if (after === "tombstone") return "deleted";
    if (after === "in_progress" && operation.claim?.assignee !== undefined) return "claimed";
    if (before === "in_progress" && operation.claim !== undefined && operation.claim.assignee === undefined)
      return "released";
    if (before === "tombstone") return "undeleted";
    if (before === "closed" || (before === undefined && operation.work.reopens > 0)) return "reopened";
  }
  return commentAction(operation) ?? "updated";
}

/** Of a change of comments alone. */
function commentAction(change: ChangeIssue): string | undefined {
  if (change.comments === undefined || Object.keys(changesOf(change)).length > 1) return undefined;
  if (change.comments.some(({ present }) => !present)) return "deleted comment";
  return change.comments.some(({ was }) => was !== undefined) ? "edited comment" : "commented";
}

function takenAction({ result }: TakeLine, before: string | undefined, after: string | undefined): string {
  if (result === undefined) return "taken in, nothing new";
  if (before === undefined || before === after) return "taken in";
  if (after === "closed") return "taken in, closed";
  return before === "closed" ? "taken in, reopened" : "taken in";
}

/** What a line that was taken in changed; nothing where the log does not say what the issue was before. */
function changesTaken(operation: IssueOperation, lines: KnownLines): JsonObject {
  if (operation.op !== "take" || operation.result === undefined) return {};
  const before = lines.get(operation.id);
  return before === undefined ? {} : differenceOf(parseIssue(before), parseIssue(operation.result));
}

/** The issues' lines as far as the log tells them. Changes are worked in when somebody asks, which only a line taken in does. */
class KnownLines {
  readonly #lines = new Map<string, { line: string; changes: ChangeIssue[] }>();

  apply(operation: IssueOperation): void {
    if (operation.op === "change") {
      this.#lines.get(operation.id)?.changes.push(operation);
      return;
    }
    const line =
      operation.op === "put" ? operation.line : operation.op === "take" ? operation.result : undefined;
    if (line !== undefined) this.#lines.set(operation.id, { line, changes: [] });
    else if (operation.op === "purge") this.#lines.delete(operation.id);
  }

  get(id: string): string | undefined {
    const known = this.#lines.get(id);
    if (known === undefined) return undefined;
    const line = changeLineInTurn(known.line, known.changes);
    this.#lines.set(id, { line, changes: [] });
    return line;
  }
}

function changesOf(change: ChangeIssue): JsonObject {
  const changes: JsonObject = { ...change.set };
  const { work, claim, parent, labels, edges, comments } = change;
  if (work !== undefined) Object.assign(changes, plain(work, ["reopens"]));
  if (claim !== undefined) Object.assign(changes, { assignee: claim.assignee ?? null }, plain(claim, []));
  if (parent !== undefined) changes.parent = parent.id;
  if (labels !== undefined) changes.labels = { ...labels };
  if (edges !== undefined) changes.dependencies = edges.map((edge) => plain(edge, []));
  if (comments !== undefined) changes.comments = comments.map((comment) => plain(comment, []));
  return changes;
}

/** An object as plain JSON, without `hidden` keys. */
function plain(value: object, hidden: readonly string[]): JsonObject {
  const entries: [string, JsonValue][] = Object.entries(value);
  return Object.fromEntries(entries.filter(([key, entry]) => entry !== undefined && !hidden.includes(key)));
}
