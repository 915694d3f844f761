import { isAboutLinks } from "./entry";
import { isAboutPlace } from "./line-facts";
import { lastIn } from "./list";
import { type IssueOperation, isOnIssue } from "./operation";
import type { LoggedOperations, OutlineReader, UnreadTransactions } from "./unread-transactions";

/** What a log says of one issue, as far as an order depends on it; the rest is in its transactions. */
export interface OutlinedIssue {
  readonly id: string;
  /** The first transaction that is about it, and the others; where one brings all of it alone, what stands before that may be left out. */
  readonly sequence: number;
  readonly later: readonly number[] | undefined;
  /**
   * What is told of all that an order asks: "all" where it asks nothing but status, priority and age, for it has no edges, is not pinned and not put off; "changes" where it has what it had but
   * for the status and the priority, "" and -1 where it keeps these, too.
   */
  readonly told: "all" | "changes" | "nothing";
  readonly status: string;
  readonly priority: number;
  /** "" where it is not told. */
  readonly created_at: string;
  /** Nothing is about its edges. */
  readonly keepsLinks: boolean;
}

/** Whether nothing is about where it stands in an order, or how it is judged. */
export function keepsPlace({ told, status, priority }: OutlinedIssue): boolean {
  return told === "changes" && status === "" && priority < 0;
}

/**
 * So many for each usual frame, and one behind the last: what stands before it, the id, and of a new issue its priority and when it was made, of one that is changed the priority and the status that
 * it is given. A new one is open, has no edges, is not pinned and not put off; a change is of fields, and puts nothing off.
 */
export const piecesOfFrame = 6;

type Growing = { -readonly [Key in keyof Omit<OutlinedIssue, "later">]: OutlinedIssue[Key] } & {
  later: number[] | undefined;
};

/** What a log says of each issue that it is about. */
export class LogOutline implements OutlineReader {
  readonly #issues = new Map<string, Growing>();
  /** Those that may have got other edges. */
  readonly #linking = new Set<string>();

  constructor(transactions: UnreadTransactions) {
    transactions.outline(this);
  }

  has(id: string): boolean {
    return this.#issues.has(id);
  }

  /** All of them, and those that were applied since, which may be the same: of these it tells nothing. */
  withApplied(applied: ReadonlyMap<string, unknown>): readonly OutlinedIssue[] {
    if (applied.size === 0) return [...this.#issues.values()];
    const all: OutlinedIssue[] = [];
    for (const issue of this.#issues.values()) if (!applied.has(issue.id)) all.push(issue);
    for (const id of applied.keys()) all.push({ ...unknown, id });
    return all;
  }

  /** The transactions that say all there is to know of an issue. */
  sequencesOf(id: string): readonly number[] {
    const issue = this.#issues.get(id);
    return issue === undefined ? [] : [issue.sequence, ...(issue.later ?? [])];
  }

  /** Of which it is not known that they have the edges that they had, or none. */
  linking(): ReadonlySet<string> {
    return this.#linking;
  }

  readonly keepsLinks = (id: string): boolean => this.#issues.get(id)?.keepsLinks !== false;

  readUsual(
    pieces: readonly (string | undefined)[],
    before: number,
    readOthers: (between: string, sequence: number) => number,
  ): void {
    const issues = this.#issues;
    const linking = this.#linking;
    let sequence = before;
    let isAnyLinking = linking.size > 0;
    for (let at = 0; ; at += piecesOfFrame) {
      const between = pieces[at];
      if (between !== undefined && between !== "") {
        sequence = readOthers(between, sequence);
        isAnyLinking = linking.size > 0;
      }
      const id = pieces[at + 1];
      if (id === undefined) return;
      sequence += 1;
      const created_at = pieces[at + 3];
      if (created_at !== undefined) {
        if (isAnyLinking) linking.delete(id);
        issues.set(id, {
          id,
          sequence,
          later: undefined,
          told: "all",
          status: "open",
          priority: Number(pieces[at + 2]),
          created_at,
          keepsLinks: false,
        });
        continue;
      }
      const issue = issues.get(id) ?? this.#begin(id, sequence);
      const priority = pieces[at + 4];
      const status = pieces[at + 5];
      if (issue.sequence !== sequence) enter(issue, sequence);
      if (priority !== undefined) issue.priority = Number(priority);
      if (status !== undefined) issue.status = status;
    }
  }

  readOther({ operations, sequence }: LoggedOperations): void {
    for (const operation of operations) if (isOnIssue(operation)) this.#read(operation, sequence);
  }

  #read(operation: IssueOperation, sequence: number): void {
    const { op, id } = operation;
    // A line of a face that changed nothing.
    if (op === "take" && operation.result === undefined) return;
    const issue = this.#issues.get(id) ?? this.#begin(id, sequence);
    enter(issue, sequence);
    if (op !== "change" || isAboutPlace(operation)) {
      issue.told = "nothing";
      issue.created_at = "";
    }
    if (op !== "change" || isAboutLinks(operation)) {
      issue.keepsLinks = false;
      this.#linking.add(id);
    }
  }

  #begin(id: string, sequence: number): Growing {
    // Spelled out: to spread the other into each of hundreds takes several times as long.
    const issue: Growing = {
      id,
      sequence,
      later: undefined,
      told: "changes",
      status: "",
      priority: -1,
      created_at: "",
      keepsLinks: true,
    };
    this.#issues.set(id, issue);
    return issue;
  }
}

const unknown = {
  sequence: 0,
  later: undefined,
  told: "nothing",
  status: "",
  priority: -1,
  created_at: "",
  keepsLinks: false,
} as const satisfies Omit<OutlinedIssue, "id">;

function enter(issue: Growing, sequence: number): void {
  const { later } = issue;
  if ((later === undefined ? issue.sequence : lastIn(later)) === sequence) return;
  if (later === undefined) issue.later = [sequence];
  else later.push(sequence);
}
