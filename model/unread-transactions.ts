import type { BzError } from "./errors";
import type { Operation } from "./operation";

export interface LoggedOperations {
  readonly sequence: number;
  readonly operations: readonly Operation[];
}

/**
 * Transactions behind a base that nobody has looked into yet. What is asked for leads to a part of them, in their order: to all that may be meant, and perhaps
 * to others. Every question throws BzError CORRUPT when one of that part holds no transaction.
 */
export interface UnreadTransactions {
  /** Those with an operation on that issue. */
  on(id: string): Iterable<LoggedOperations>;
  /** Those that have the text in any of their texts. */
  mentioning(text: string): Iterable<LoggedOperations>;
  settingRecords(): Iterable<LoggedOperations>;
  all(): Iterable<LoggedOperations>;
  /** The one with that sequence, which is one of them. */
  at(sequence: number): LoggedOperations;
  /** Tells of each, in their order. */
  outline(reader: OutlineReader): void;
  /** Those behind that sequence. */
  after(sequence: number): Iterable<LoggedOperations>;
  /** About as many issues as they bring; none is looked into. */
  readonly roughlyAdded: number;
  /** The error that names damage in them. */
  damage(message: string, context?: Record<string, string | number>): BzError;
}

/** Told of the transactions behind a base, in their order, as far as an order of issues depends on them. */
export interface OutlineReader {
  /** One that does nothing but bring an open issue, which has no edges, is not pinned and not put off. */
  readAdded(id: string, priority: string, createdAt: string, sequence: number): void;
  /** One that does nothing but change fields of one issue, and does not put it off; both are "" unless it sets them. */
  readChanged(id: string, status: string, priority: string, sequence: number): void;
  /** Any other. */
  readOther(logged: LoggedOperations): void;
}
