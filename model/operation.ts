import type { Entry } from "./entry";
import type { JsonValue } from "./json";
import type { LogEntry } from "./log-entry";
import type { SetRecord } from "./record";

/** All that can happen. Every operation carries absolute results, so that replaying it needs no context. */
export type Operation = IssueOperation | SetRecord | LogEntry | Gone;

/** All that can happen to an issue. */
export type IssueOperation = PutIssue | UnreadPut | ChangeIssue | PurgeIssue | TakeLine;

/** A whole state of an issue: new or imported. `line` is its JSON text without a line end. */
export interface PutIssue {
  readonly op: "put";
  readonly id: string;
  readonly line: string;
}

/**
 * Many new issues, each made when it is come to, and anew whenever they are gone through: nobody holds the lines of all of them.
 */
export interface NewIssues extends Iterable<PutIssue> {
  readonly length: number;
  /** About as long as all of their lines, in letters. */
  readonly roughLength: number;
}

/** One whose line is read when it is asked for, each time anew. */
export interface UnreadPut extends PutIssue {
  entry(version: number): Entry;
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
