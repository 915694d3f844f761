import { BzError } from "../model/errors";
import { purgedLine } from "../model/issue-json";
import { emptySource, type IssueSource } from "../model/issue-source";
import { isOnIssue, type Operation, saysWholeIssue } from "../model/operation";
import { recordName, type StoredRecord } from "../model/record";
import { State } from "../model/state";
import { stateTaken } from "../model/take-operation";
import type { Checkpoint } from "./checkpoint";
import type { Directory } from "./file-system";
import { type LoggedTransaction, type LogOrigin, readTransactions } from "./history";
import { findKeptBase, isBase } from "./kept-base";
import type { LoadedLog } from "./log";
import { hasSegment } from "./segments";
import type { Snapshot } from "./snapshot";

/** A store as it was loaded, with the lock or without: the past ends where that did. */
export interface PastSource {
  readonly store: Directory;
  readonly loaded: Pick<LoadedLog, "snapshot" | "position">;
}

export interface PastOptions {
  /** Operations on other issues are not visited, and transactions without any of these not even parsed. */
  readonly ids?: ReadonlySet<string> | undefined;
  /** Called when what the snapshot has folded is damaged: the replay then goes on from the snapshot. Without it the damage is thrown. */
  readonly onDamage?: ((damage: BzError) => void) | undefined;
  /** The last sequence that is visited; without it, all are. */
  readonly upTo?: number | undefined;
  /** Called at the end with the state behind the last transaction that was visited. */
  readonly atEnd?: ((past: PastState) => void) | undefined;
}

/** `replayPast` of a store that the caller need not know. */
export type ReplayPast = (
  options: PastOptions,
  visit: (transaction: LoggedTransaction, before: PastState) => void,
) => void;

/**
 * Visits what the store remembers, oldest first: every transaction since the base of its log, with the state right before it. The state is the same object
 * each time, and moves on when `visit` returns. Locks nothing and writes nothing.
 * @throws BzError CORRUPT when a segment is missing or damaged
 */
export function replayPast(
  source: PastSource,
  options: PastOptions,
  visit: (transaction: LoggedTransaction, before: PastState) => void,
): void {
  const { upTo = Infinity, atEnd } = options;
  let last: PastState | undefined;
  for (const { transaction, past } of stepsOf(source, options)) {
    // The one behind the end has not been applied; nor has the snapshot, which may be of a later time.
    if (transaction !== undefined && transaction.sequence > upTo) {
      atEnd?.(past);
      return;
    }
    last = past;
    if (transaction === undefined) continue;
    visit(transaction, past);
    for (const operation of transaction.operations) past.apply(operation, transaction.sequence);
  }
  if (last !== undefined) atEnd?.(last);
}

/** The same of a store that may not be there yet: a clone that has only a face has no past. */
export function replaying(source: PastSource | undefined): ReplayPast {
  return (options, visit) => {
    if (source !== undefined) replayPast(source, options, visit);
  };
}

/** A state that an issue had here, or that a face held. */
export interface RememberedState {
  readonly line: string;
  /** Of one that was taken from a face: the line as it stood there. */
  readonly raw?: string;
}

/**
 * Every state that these issues ever had in this store, oldest first: that of the base, that after each operation, and each that was taken in. Where the record is damaged, what can
 * be read of it: a merge can do with less, and `bz doctor` names the damage.
 */
export function rememberedLines(
  source: PastSource,
  ids: ReadonlySet<string>,
): Map<string, RememberedState[]> {
  const remembered = new Map([...ids].map((id): [string, RememberedState[]] => [id, []]));
  const add = (id: string, state: RememberedState): void => {
    const states = remembered.get(id);
    const last = states?.at(-1);
    if (last?.line !== state.line || last.raw !== state.raw) states?.push(state);
  };
  const addPresent = (id: string, past: PastState): void => {
    const line = past.line(id);
    if (line !== undefined && remembered.get(id)?.at(-1)?.line !== line) add(id, { line });
  };
  for (const { transaction, past } of stepsOf(source, { ids, onDamage: () => {} })) {
    if (transaction === undefined) for (const id of ids) addPresent(id, past);
    for (const operation of transaction?.operations ?? []) {
      if (!isOnIssue(operation)) continue;
      const { id } = operation;
      if (operation.op === "take") add(id, { line: stateTaken(operation), raw: operation.line });
      past.apply(operation, transaction?.sequence ?? 0);
      addPresent(id, past);
    }
  }
  return remembered;
}

/** What every issue was like at one moment, as far as that is known. */
export class PastState {
  #state: State;
  #isComplete: boolean;
  /** Changed although nobody holds what they were. */
  readonly #unknown = new Set<string>();
  readonly #ids: ReadonlySet<string> | undefined;
  /** Names of records that the log has set since the base. */
  readonly #setRecords = new Set<string>();

  /** @param base undefined when it is lost: then an issue is known once the log has put it whole */
  constructor(base: IssueSource | undefined, ids: ReadonlySet<string> | undefined) {
    this.#state = new State(base ?? emptySource);
    this.#isComplete = base !== undefined;
    this.#ids = ids;
  }

  /** Whether `line` answers for certain. It never does for an issue that the replay leaves out. */
  knows(id: string): boolean {
    if (this.#ids?.has(id) === false || this.#unknown.has(id)) return false;
    // What stands above the base was known when it was applied. To work out its line before each change would cost more with every one.
    return this.#state.isTouched(id) || this.#lookUp(id) !== undefined;
  }

  /** Undefined when there was no such issue, or when it is not known. */
  line(id: string): string | undefined {
    return this.#lookUp(id)?.line;
  }

  /** Undefined when it is not known, which no record is to a replay of some issues. */
  record(type: string, key: string): { readonly record: StoredRecord | undefined } | undefined {
    if (this.#ids !== undefined || !(this.#isComplete || this.#setRecords.has(recordName(type, key))))
      return undefined;
    return unlessDamaged(() => ({ record: this.#state.record(type, key) }));
  }

  /** The next operation of the log. A change of an issue that is not known leaves it unknown. */
  apply(operation: Operation, sequence: number): void {
    if (operation.op === "record") {
      this.#setRecords.add(recordName(operation.type, operation.key));
      this.#state.apply(operation, sequence);
      return;
    }
    if (!isOnIssue(operation)) return;
    const { id } = operation;
    if (!saysWholeIssue(operation) && !this.knows(id)) {
      this.#unknown.add(id);
      return;
    }
    this.#unknown.delete(id);
    // What is purged may have been scrubbed from the log before.
    const isScrubbed = operation.op === "purge" && !this.#state.has(id);
    this.#state.apply(
      isScrubbed ? { op: "put", id, line: purgedLine(id, operation.at) } : operation,
      sequence,
    );
  }

  /** A copy that stays when the replay goes on or ends. Undefined when something about it is not known. */
  copy(): State | undefined {
    if (!this.#isComplete || this.#unknown.size > 0 || this.#ids !== undefined) return undefined;
    return unlessDamaged(() => {
      const copy = new State(emptySource);
      for (const id of this.#state.ids()) {
        const line = this.#state.line(id);
        if (line !== undefined) copy.apply({ op: "put", id, line }, this.#state.version(id));
      }
      return copy;
    });
  }

  /** Goes on from a later state, of which everything is known. */
  goOnFrom(base: IssueSource): void {
    this.#state = new State(base);
    this.#isComplete = true;
    this.#unknown.clear();
  }

  /** Undefined when it is not known. A damaged line of the base is not, until something replaces it. */
  #lookUp(id: string): { readonly line: string | undefined } | undefined {
    if (this.#ids?.has(id) === false || this.#unknown.has(id)) return undefined;
    const found = unlessDamaged(() => ({ line: this.#state.line(id) }));
    // From now on: a disk that answers the second time must not make of "not known" that there was none.
    if (found === undefined) this.#unknown.add(id);
    return found?.line === undefined && !this.#isComplete ? undefined : found;
  }
}

function unlessDamaged<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof BzError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}

/** Without a transaction: the state begins here, or begins anew. */
interface Step {
  readonly past: PastState;
  readonly transaction?: LoggedTransaction;
}

/** Whoever takes a step applies its operations to the state before the next one. */
function* stepsOf({ store, loaded }: PastSource, { ids, onDamage }: PastOptions): Generator<Step> {
  const { snapshot, position } = loaded;
  const base = isBase(snapshot.base) ? snapshot.base : usableBase(store, snapshot);
  const past = new PastState(base, ids);
  try {
    yield { past };
    if (base !== snapshot) {
      const origin: LogOrigin = base?.header ?? {
        storeId: snapshot.header.storeId,
        nextGeneration: 0,
        lastSequence: 0,
      };
      try {
        for (const transaction of readTransactions(store, origin, snapshot.header.lastSequence, ids))
          yield { past, transaction };
      } catch (error) {
        if (onDamage === undefined || !(error instanceof BzError) || error.code !== "CORRUPT") throw error;
        onDamage(error);
      }
      // The same state where all went well; where it did not, what was not known is known from here on.
      past.goOnFrom(snapshot);
      yield { past };
    }
    for (const transaction of readTransactions(store, snapshot.header, position.sequence, ids))
      yield { past, transaction };
  } finally {
    if (base !== snapshot.base) base?.close();
  }
}

/** The base that was kept, where the log still begins at it: behind a beginning that is gone, it says nothing of what an issue was. */
function usableBase(store: Directory, snapshot: Checkpoint): Snapshot | undefined {
  const base = findKeptBase(store, snapshot.header);
  if (base === undefined || hasSegment(store, base.header.nextGeneration)) return base;
  base.close();
  return undefined;
}
