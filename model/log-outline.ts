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
  /** An order asks nothing of it but status, priority and age, and these are told: it has no edges, is not pinned and not put off. */
  readonly isPlain: boolean;
  /** Of what an order asks, status and priority are all that is changed of it, and they are told: "" and -1 for what it keeps. */
  readonly isUsual: boolean;
  readonly status: string;
  readonly priority: number;
  /** "" where it is not told. */
  readonly created_at: string;
  /** Nothing is about where it stands in an order, or how it is judged. */
  readonly keepsPlace: boolean;
  /** Nothing is about its edges. */
  readonly keepsLinks: boolean;
}

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

  readAdded(id: string, priority: string, createdAt: string, sequence: number): void {
    if (this.#linking.size > 0) this.#linking.delete(id);
    this.#issues.set(id, {
      id,
      sequence,
      later: undefined,
      isPlain: true,
      isUsual: false,
      status: "open",
      priority: Number(priority),
      created_at: createdAt,
      keepsPlace: false,
      keepsLinks: false,
    });
  }

  readChanged(id: string, status: string, priority: string, sequence: number): void {
    const issue = this.#issues.get(id) ?? this.#begin(id, sequence);
    enter(issue, sequence);
    if (status !== "") issue.status = status;
    if (priority !== "") issue.priority = Number(priority);
    if (status !== "" || priority !== "") issue.keepsPlace = false;
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
      issue.isPlain = false;
      issue.isUsual = false;
      issue.created_at = "";
      issue.keepsPlace = false;
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
      isPlain: false,
      isUsual: true,
      status: "",
      priority: -1,
      created_at: "",
      keepsPlace: true,
      keepsLinks: true,
    };
    this.#issues.set(id, issue);
    return issue;
  }
}

const unknown = {
  sequence: 0,
  later: undefined,
  isPlain: false,
  isUsual: false,
  status: "",
  priority: -1,
  created_at: "",
  keepsPlace: false,
  keepsLinks: false,
} as const satisfies Omit<OutlinedIssue, "id">;

function enter(issue: Growing, sequence: number): void {
  const { later } = issue;
  if ((later === undefined ? issue.sequence : lastIn(later)) === sequence) return;
  if (later === undefined) issue.later = [sequence];
  else later.push(sequence);
}
