import { BzError } from "./errors";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { everyIn } from "./list";
import { isLogEntry, type LogEntry } from "./log-entry";
import { onDemand } from "./on-demand";
import { isSetRecord, type SetRecord } from "./record";

/** All that can happen. Every operation carries absolute results, so that replaying it needs no context. */
export type Operation = IssueOperation | SetRecord | LogEntry | Gone;

/** All that can happen to an issue. */
export type IssueOperation = PutIssue | ChangeIssue | PurgeIssue | TakeLine;

/** A whole state of an issue: new or imported. `line` is its JSON text without a line end. */
export interface PutIssue {
  readonly op: "put";
  readonly id: string;
  readonly line: string;
}

/** Sets what it names and nothing else. */
export interface ChangeIssue {
  readonly op: "change";
  readonly id: string;
  /** The stamp of everything that this change sets, ms. */
  readonly at: number;
  /** Plain fields; null removes. */
  readonly set?: Readonly<Record<string, JsonValue>>;
  readonly work?: Work;
  readonly claim?: Claim;
  readonly parent?: ParentChange;
  /** True: present; false: absent. */
  readonly labels?: Readonly<Record<string, boolean>>;
  readonly edges?: readonly EdgeChange[];
  readonly comments?: readonly CommentChange[];
}

/** Removes the text of an issue for good; a bare tombstone remains. */
export interface PurgeIssue {
  readonly op: "purge";
  readonly id: string;
  readonly at: number;
}

/**
 * A line of a face, taken in. It is logged even when it changes nothing, so that what other tools make of it later can be found
 * out.
 */
export interface TakeLine {
  readonly op: "take";
  readonly id: string;
  /** As it stood in the face. */
  readonly line: string;
  /** The line as a state with stamps, if that differs. {}: the result. */
  readonly state?: string;
  /** The issue's line afterwards; absent when the issue did not change. */
  readonly result?: string;
}

/** What stands in the place of an operation whose text was purged, so that the others keep their numbers. */
export interface Gone {
  readonly op: "gone";
  /** It was a line of a face. */
  readonly take?: true;
}

/** Whether it happens to an issue. */
export function isOnIssue(operation: Operation): operation is IssueOperation {
  const { op } = operation;
  return op === "put" || op === "change" || op === "purge" || op === "take";
}

/** The issue that it happens to, or that it tells of. */
export function issueOf(operation: Operation): string | undefined {
  if (isOnIssue(operation)) return operation.id;
  return operation.op === "entry" ? operation.issue_id : undefined;
}

/** Whether the operation needs no issue to be there: it says all of it. */
export function saysWholeIssue(operation: IssueOperation): boolean {
  return operation.op === "take" ? operation.result !== undefined : operation.op !== "change";
}

/** Always whole: what is absent here is removed from the line. */
export interface Work {
  /** How often the issue was reopened or undeleted; only those two raise it. */
  readonly reopens: number;
  readonly status: string;
  readonly closed_at?: string;
  readonly close_reason?: string;
  readonly closed_by_session?: string;
  readonly deleted_at?: string;
  readonly deleted_by?: string;
  readonly delete_reason?: string;
  readonly original_type?: string;
  readonly original_status?: string;
  readonly defer_until?: string;
}

/** Always whole, like Work. */
export interface Claim {
  readonly assignee?: string;
  readonly claim_session?: string;
  readonly started_at?: string;
}

export interface ParentChange {
  readonly id: string | null;
  readonly created_at: string;
  readonly created_by?: string;
}

/** An edge other than parent-child, which is the field `parent`. */
export interface EdgeChange {
  readonly depends_on_id: string;
  readonly type: string;
  readonly present: boolean;
  readonly created_at?: string;
  readonly created_by?: string;
  readonly metadata?: string;
}

/** A comment is known by its id and time together: other tools count ids from one in every clone, or give none. */
export interface CommentChange {
  readonly id: string;
  readonly created_at: string;
  readonly present: boolean;
  readonly author?: string;
  readonly text?: string;
  /** What it said before an edit or a deletion, for whoever reads the log; replay does not look at it. */
  readonly was?: string;
}

/** Keys that `set` may not name: they are items of their own, or derived. */
const reservedKeys = onDemand(
  (): ReadonlySet<string> =>
    new Set([
      "_stamp",
      "_type",
      "assignee",
      "claim_session",
      "close_reason",
      "closed_at",
      "closed_by_session",
      "comments",
      "defer_until",
      "delete_reason",
      "deleted_at",
      "deleted_by",
      "dependencies",
      "id",
      "labels",
      "original_status",
      "original_type",
      "started_at",
      "status",
      "updated_at",
    ]),
);

/**
 * Checks the shape of an operation that was read back from disk.
 * @throws BzError CORRUPT: the checksum held, so whoever wrote this was not this program.
 */
export function parseOperation(value: unknown): Operation {
  if (isOperation(value)) return value;
  // Only what says what it is can be a later version's.
  const isNewer = isJsonObject(value) && typeof value.op === "string" && !knownNames.includes(value.op);
  throw new BzError(
    isNewer ? "UNSUPPORTED" : "CORRUPT",
    `an operation in the log has a shape that this version does not know: ${excerpt(value)}`,
  );
}

const knownNames: readonly string[] = ["put", "change", "purge", "take", "record", "entry", "gone"];

/** What is undefined in it is not logged. */
export function isOperation(value: unknown): value is Operation {
  if (!isJsonObject(value)) return false;
  switch (value.op) {
    case "put":
      return isId(value.id) && isLine(value.line);
    case "change":
      return isChange(value);
    case "purge":
      return isId(value.id) && isStamp(value.at);
    case "take":
      return isTake(value);
    case "record":
      return isSetRecord(value);
    case "entry":
      return isLogEntry(value);
    case "gone":
      return value.take === undefined || value.take === true;
    default:
      return false;
  }
}

function isTake(value: JsonObject): boolean {
  return (
    isId(value.id) &&
    isLine(value.line) &&
    (value.state === undefined || isLine(value.state)) &&
    (value.result === undefined || isLine(value.result))
  );
}

function isChange(value: JsonObject): boolean {
  return (
    isId(value.id) &&
    isStamp(value.at) &&
    (value.set === undefined || isFields(value.set)) &&
    (value.work === undefined || isWork(value.work)) &&
    (value.claim === undefined || isTexts(value.claim)) &&
    (value.parent === undefined || isParent(value.parent)) &&
    (value.labels === undefined || isLabels(value.labels)) &&
    (value.edges === undefined || isListOf(value.edges, isEdge)) &&
    (value.comments === undefined || isListOf(value.comments, isComment))
  );
}

function isId(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** A line end inside would make two lines of one issue. */
function isLine(text: unknown): boolean {
  // `includes` takes several times as long as `indexOf` before the engine has compiled it, and a log has thousands of lines.
  return typeof text === "string" && text.startsWith("{") && text.endsWith("}") && text.indexOf("\n") === -1;
}

function isStamp(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isFields(value: unknown): boolean {
  return isJsonObject(value) && everyIn(Object.keys(value), (key) => !reservedKeys().has(key));
}

function isWork(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { reopens, status, ...texts } = value;
  return isStamp(reopens) && isId(status) && isTexts(texts);
}

function isTexts(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    everyIn(Object.values(value), (text) => text === undefined || typeof text === "string")
  );
}

function isParent(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { id, ...texts } = value;
  return (id === null || isId(id)) && typeof texts.created_at === "string" && isTexts(texts);
}

function isLabels(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((present) => typeof present === "boolean");
}

function isEdge(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { present, ...texts } = value;
  return typeof present === "boolean" && isId(texts.depends_on_id) && isId(texts.type) && isTexts(texts);
}

function isComment(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { present, ...texts } = value;
  return (
    typeof present === "boolean" &&
    typeof texts.id === "string" &&
    typeof texts.created_at === "string" &&
    isTexts(texts)
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 120);
}
