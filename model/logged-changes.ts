import { changesUnknownIssue, type Entry, entryAfter, mentions, setsLink } from "./entry";
import { BzError } from "./errors";
import type { IssueSource } from "./issue-source";
import type { LogOutline } from "./log-outline";
import { isOnIssue, type Operation } from "./operation";
import { recordName, type SetRecord } from "./record";
import type { LoggedOperations, UnreadTransactions } from "./unread-transactions";

const none: readonly LoggedOperations[] = [];

export function noTransactions(): UnreadTransactions {
  return {
    on: () => none,
    mentioning: () => none,
    settingRecords: () => none,
    all: () => none,
    at: (sequence) => ({ sequence, operations: [] }),
    outline: () => {},
    after: () => none,
    roughlyAdded: 0,
    damage: (message, context = {}) => new BzError("CORRUPT", message, { context }),
  };
}

/**
 * What the log says of issues above a base. A question about one issue reads the transactions on it alone; whoever asks about many, or about all, has every
 * transaction read, once. Either way the answer is the same.
 */
export class LoggedChanges {
  readonly #transactions: UnreadTransactions;
  readonly #base: IssueSource;
  /** Of issues that were asked for one by one. */
  readonly #looked = new Map<string, Entry | undefined>();
  #all: ReadonlyMap<string, Entry> | undefined;
  #records: ReadonlyMap<string, SetRecord> | undefined;
  #added: number | undefined;
  #outline: LogOutline | undefined;

  constructor(transactions: UnreadTransactions, base: IssueSource) {
    this.#transactions = transactions;
    this.#base = base;
  }

  /** Undefined for an issue that they do not touch. */
  entry(id: string): Entry | undefined {
    if (this.#all !== undefined) return this.#all.get(id);
    if (this.#looked.has(id)) return this.#looked.get(id);
    if (this.#outline === undefined && this.#looked.size >= mostLooks) return this.entries().get(id);
    let entry: Entry | undefined;
    const { at } = this.#transactions;
    for (const { operations, sequence } of this.#outline?.sequencesOf(id).map(at) ??
      this.#transactions.on(id)) {
      for (const operation of operations) {
        if (isOnIssue(operation) && operation.id === id)
          entry = entryAfter(entry, operation, sequence, this.#requireKnown);
      }
    }
    this.#looked.set(id, entry);
    return entry;
  }

  has(id: string): boolean {
    if (this.#all !== undefined) return this.#all.has(id);
    return this.#outline === undefined ? this.entry(id) !== undefined : this.#outline.has(id);
  }

  /** What they say as far as an order of issues depends on it; from then on no transaction need be searched for. */
  outline(): LogOutline {
    if (this.#outline === undefined) {
      const { LogOutline } = require("./log-outline") as typeof import("./log-outline");
      this.#outline = new LogOutline(this.#transactions);
    }
    return this.#outline;
  }

  /** In the order of first touch. */
  entries(): ReadonlyMap<string, Entry> {
    if (this.#all !== undefined) return this.#all;
    const all = new Map<string, Entry>();
    for (const { operations, sequence } of this.#transactions.all()) {
      for (const operation of operations) {
        if (!isOnIssue(operation)) continue;
        const before = all.get(operation.id);
        const entry =
          "entry" in operation
            ? operation.entry(sequence)
            : entryAfter(before, operation, sequence, this.#requireKnown);
        if (entry !== undefined && entry !== before) all.set(operation.id, entry);
      }
    }
    // Who has parsed one of them keeps it.
    for (const [id, entry] of this.#looked) if (entry !== undefined) all.set(id, entry);
    this.#all = all;
    return all;
  }

  /** Issues that transactions behind that sequence are about. */
  idsAfter(sequence: number): string[] {
    const ids: string[] = [];
    for (const { operations } of this.#transactions.after(sequence))
      for (const operation of operations) if (isOnIssue(operation)) ids.push(operation.id);
    return ids;
  }

  /** Issues that may have got an edge to this one. */
  idsLinking(id: string): string[] {
    const ids: string[] = [];
    for (const { operations } of this.#transactions.mentioning(id))
      for (const operation of operations) if (mayLink(operation, id)) ids.push(operation.id);
    return ids;
  }

  /** By name, the last one that was set. */
  records(): ReadonlyMap<string, SetRecord> {
    if (this.#records !== undefined) return this.#records;
    const records = new Map<string, SetRecord>();
    for (const { operations } of this.#transactions.settingRecords()) {
      for (const operation of operations) {
        if (operation.op === "record") records.set(recordName(operation.type, operation.key), operation);
      }
    }
    this.#records = records;
    return records;
  }

  /** Whether every transaction was looked at already. */
  get areRead(): boolean {
    return (this.#all ?? this.#outline) !== undefined;
  }

  /** How many issues they brought that are not in the base. */
  get added(): number {
    if (this.#added === undefined) {
      const ids = [...this.entries().keys()];
      const news = this.#base.unknownAmong?.(ids) ?? [];
      let next = 0;
      let added = 0;
      for (const id of ids) {
        // They are in the same order.
        const isNew = id === news[next];
        if (isNew) next += 1;
        if (isNew || !this.#base.has(id)) added += 1;
      }
      this.#added = added;
    }
    return this.#added;
  }

  get roughlyAdded(): number {
    return this.#transactions.roughlyAdded;
  }

  readonly #requireKnown = (id: string, sequence: number): void => {
    if (!this.#base.has(id))
      throw this.#transactions.damage(changesUnknownIssue(id, sequence), { id, sequence });
  };
}

/** A search costs a hundredth of reading them all. */
const mostLooks = 32;

type Linking = Extract<Operation, { op: "put" | "take" | "change" }>;

function mayLink(operation: Operation, id: string): operation is Linking {
  if (operation.op === "put") return mentions(operation.line, id);
  if (operation.op === "take") return mentions(operation.result, id);
  return operation.op === "change" && setsLink(operation, id);
}
