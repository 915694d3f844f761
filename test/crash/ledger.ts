import { BzError } from "../../model/errors";
import type { Operation } from "../../model/operation";
import type { State } from "../../model/state";
import { loadLog } from "../../storage/log";
import { decodeTransaction } from "../../storage/logged-transaction";
import { readSegments } from "../../storage/segments";
import { openForReading, openPlace } from "../../storage/session";
import {
  attempt,
  type Outcome,
  type SimulatedProcess,
  type SimulatedWorld,
  workspace,
} from "../helpers/simulated-world";

/** One transaction; its name is the command that stands in the history. */
export interface Transaction {
  readonly name: string;
  readonly timeMs: number;
  readonly operations: readonly Operation[];
}

interface Attempt {
  readonly transaction: Transaction;
  isAcknowledged: boolean;
  /** An error said that nothing was saved: within this boot it must not come up again. */
  isDenied: boolean;
  /** A reader was shown it: from then on it must stay. */
  isSeen: boolean;
}

/** What a store says after transactions in that order when nothing ever goes wrong. Asked of a world of its own, once for each order. */
export class Expectation {
  readonly #known = new Map<string, bigint>();

  /** @param origin a store that holds these transactions */
  constructor(
    readonly origin: SimulatedWorld,
    readonly standing: readonly string[],
  ) {}

  after(transactions: readonly Transaction[]): bigint {
    const key = transactions.map(({ name }) => name).join();
    const known = this.#known.get(key) ?? this.#play(transactions);
    this.#known.set(key, known);
    return known;
  }

  #play(transactions: readonly Transaction[]): bigint {
    const begins = this.standing.every((name, index) => transactions[index]?.name === name);
    if (!begins) throw new Error(`${transactions.map(({ name }) => name)} does not begin as the store did`);
    const world = this.origin.fork();
    for (const transaction of transactions.slice(this.standing.length)) {
      const outcome = commit(world.start(), transaction);
      if (outcome.kind === "failed") throw outcome.error;
    }
    return world
      .start()
      .store()
      .read(({ state }) => digestOf(state));
  }
}

/** What was asked of a store and what was answered, independent of the store. */
export class Ledger {
  #attempts: Attempt[] = [];
  /** False while readers cannot know what is confirmed. */
  #isSeenKept = true;

  constructor(readonly expectation: Expectation) {}

  fork(): Ledger {
    const twin = new Ledger(this.expectation);
    twin.#attempts = this.#attempts.map((each) => ({ ...each }));
    twin.#isSeenKept = this.#isSeenKept;
    return twin;
  }

  /** After a power cut a write that failed may turn out to have reached the disk. */
  afterPowerCut(): Ledger {
    const twin = this.fork();
    for (const each of twin.#attempts) {
      each.isDenied = false;
      each.isSeen &&= twin.#isSeenKept;
    }
    twin.#isSeenKept = true;
    return twin;
  }

  /** Until the next boot readers may show what can vanish, and a frame that was denied may come up. */
  withoutStatusPage(): Ledger {
    const twin = this.fork();
    twin.#isSeenKept = false;
    for (const each of twin.#attempts) each.isDenied = false;
    return twin;
  }

  /** The same promises by a store that should say something else. */
  on(expectation: Expectation): Ledger {
    const twin = new Ledger(expectation);
    twin.#attempts = this.#attempts.map((each) => ({ ...each }));
    return twin;
  }

  get names(): string[] {
    return this.#attempts.map(({ transaction }) => transaction.name);
  }

  /** What was promised, as far as the next check depends on it. */
  get key(): string {
    const flags = this.#attempts.map(
      (each) => `${each.transaction.name}${each.isAcknowledged}${each.isDenied}${each.isSeen}`,
    );
    return `${flags.join()} ${this.#isSeenKept}`;
  }

  get size(): number {
    return this.#attempts.length;
  }

  write(process: SimulatedProcess, transaction: Transaction): Outcome<unknown> {
    const own: Attempt = { transaction, isAcknowledged: false, isDenied: false, isSeen: false };
    this.#attempts.push(own);
    const outcome = commit(process, transaction);
    own.isAcknowledged = outcome.kind === "done";
    if (outcome.kind === "failed") {
      if (!(outcome.error instanceof BzError)) throw outcome.error;
      own.isDenied = outcome.error.message.includes("Nothing was saved");
    }
    return outcome;
  }

  /** The same behind a write that nothing stood in the way of, without another look at the history. */
  checkState(world: SimulatedWorld, names: readonly string[]): void {
    const process = world.start();
    const digest = process.store().read(({ state }) => digestOf(state));
    process.kill();
    this.#compare(
      digest,
      this.#attempts.filter(({ transaction }) => names.includes(transaction.name)),
    );
  }

  #compare(digest: bigint, visible: readonly Attempt[]): void {
    const transactions = visible.map(({ transaction }) => transaction);
    if (digest === this.expectation.after(transactions)) return;
    throw new Error(`the state is not the one after ${transactions.map(({ name }) => name)}`);
  }

  /** Reads as a new process and holds what it sees against all answers; returns the names of the transactions that are there, in order. */
  check(world: SimulatedWorld): string[] {
    const process = world.start();
    const digest = process.store().read(({ state }) => digestOf(state));
    const logged = loggedIn(process);
    if (process.handles.size > 0) throw new Error(`${process.handles.size} files were left open`);
    process.kill();
    const names = logged.filter((name) => name !== "sync");
    const visible = names.map((name) => {
      const found = this.#attempts.find((each) => each.transaction.name === name);
      if (found === undefined) throw new Error(`transaction ${name} was never asked for`);
      return found;
    });
    if (new Set(visible).size < visible.length) throw new Error(`a transaction is there twice: ${names}`);
    for (const each of this.#attempts) {
      const { name } = each.transaction;
      const isVisible = visible.includes(each);
      if (each.isAcknowledged && !isVisible) throw new Error(`${name} was acknowledged and is lost`);
      if (each.isDenied && isVisible) throw new Error(`${name} was denied and is there`);
      if (each.isSeen && this.#isSeenKept && !isVisible) throw new Error(`${name} was shown and is gone`);
      each.isSeen ||= isVisible;
    }
    this.#compare(digest, visible);
    return names;
  }
}

function commit(process: SimulatedProcess, { name, timeMs, operations }: Transaction): Outcome<unknown> {
  const info = { timeMs, actor: "tester", command: name };
  return attempt(() => process.store().write(info, () => ({ operations, result: undefined })));
}

function digestOf(state: State): bigint {
  let sum = 0n;
  for (const id of state.ids()) sum ^= Bun.hash.wyhash(`${state.line(id)}`);
  for (const { type, key, value, at, by } of state.records())
    sum ^= Bun.hash.wyhash([type, key, value, at, by].join("\n"));
  return sum;
}

/** The commands in the log and its history, by sequence, none of which may be missing. */
function loggedIn({ environment }: SimulatedProcess): string[] {
  const place = openPlace(workspace, environment);
  const session = openForReading(place.owner, environment);
  const names: string[] = [];
  try {
    const loaded = session && loadLog(session.store, session.readStatus);
    if (session === undefined || loaded === undefined) return [];
    const { storeId } = loaded.snapshot.header;
    const { sequence: last } = loaded.position;
    loaded.snapshot.close();
    let before = 0;
    for (const { frames } of readSegments(session.store, storeId, last))
      for (const frame of frames) {
        if (frame.sequence <= before) throw new Error(`sequence ${frame.sequence} stands behind ${before}`);
        before = frame.sequence;
        names.push(decodeTransaction(frame).command);
      }
    return names;
  } finally {
    session?.close();
    place.close();
  }
}
