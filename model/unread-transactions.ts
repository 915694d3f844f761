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
  /**
   * Those that do one of two things, in pieces of text: to be gone through in one loop, as they are hundreds.
   * @param sequence of the one before the first
   * @param readOthers has `readOther` told what stands between two of them; returns the sequence of the last one there
   */
  readUsual(
    pieces: readonly (string | undefined)[],
    sequence: number,
    readOthers: (between: string, sequence: number) => number,
  ): void;
  /** Any other. */
  readOther(logged: LoggedOperations): void;
}
