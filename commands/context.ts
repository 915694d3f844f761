import { isDigits } from "../model/digits";
import { BzError } from "../model/errors";
import type { OnProgress } from "../model/progress";
import type { Format } from "../output/format";
import type { Progress } from "../output/progress";
import type { Result } from "../output/result";
import type { Decision, ReplayPast, Store, StoreRequest, TransactionInfo, View } from "../storage/store";
import { findActor } from "./actor";
import type { GlobalValues } from "./global-arguments";
import { lagNote } from "./lag-note";
import type { World } from "./world";

/** A state, and the moment at which it is shown: a deferred issue may be open by then. */
export interface TimedView extends View {
  readonly nowMs: number;
}

/** What a write answered, and the state right after it. */
export interface Written<T> {
  readonly result: T;
  readonly view: TimedView;
}

/** What the adapter knows of a call beside its arguments. */
export interface Call {
  readonly command: string;
  readonly globals: GlobalValues;
  readonly format: Format;
  /** Whether the caller can tell which of several agents of one name it is. */
  readonly knowsSessions: boolean;
  /** Undefined where nobody waits in front of a terminal. */
  openProgress(): Promise<Progress | undefined>;
  /** Works out the part of a result that will be shown. */
  evaluate(result: Result): Result;
}

/** What a command is given. The store is opened when it is first asked for, the actor looked up when something is written. */
export class Context {
  readonly world: World;
  /** The moment of this call, ms: every time that it writes is derived from it. */
  readonly nowMs: number;
  readonly #call: Call;
  #store: Store | undefined;
  #progress: Progress | undefined;
  #hasWritten = false;
  #tellsLag = false;

  constructor(world: World, call: Call) {
    this.world = world;
    this.nowMs = world.nowMs();
    this.#call = call;
  }

  get store(): Store {
    this.#store ??= this.world.openStore(this.storeRequest());
    return this.#store;
  }

  /** For work that may take long, before the store is opened. Answers with whom to tell of what does not happen in the store. */
  async showProgress(): Promise<OnProgress | undefined> {
    this.#progress = await this.#call.openProgress();
    return this.#progress?.report;
  }

  get session(): string | undefined {
    return this.#call.globals.session || this.world.env.BEADS_SESSION || undefined;
  }

  /** Where nobody knows of sessions, an actor's name is all that a claim goes by. */
  get claimsBySession(): boolean {
    return this.#call.knowsSessions;
  }

  /** Text is for eyes, which a list of thousands does not help; a program gets everything. */
  get isForReading(): boolean {
    return this.#call.format === "text";
  }

  get isForIds(): boolean {
    return this.#call.format === "ids";
  }

  /** Whoever has changed something wants to go on, not to read. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** What the store has to tell beside the answer. */
  get notices(): readonly string[] {
    return this.#store?.notices ?? [];
  }

  /** Statuses that the workspace declares beside those of bz. */
  readonly customStatuses = (): readonly string[] => this.store.settings.customStatuses.value;

  /** Which store the caller means. */
  storeRequest(): StoreRequest {
    const progress = this.#progress;
    const { data, "lock-timeout": timeout, readonly } = this.#call.globals;
    return {
      cwd: this.world.currentDirectory(),
      env: this.world.env,
      ...(data === undefined ? {} : { data }),
      ...(readonly === undefined ? {} : { readonly }),
      ...(progress === undefined ? {} : { onProgress: progress.report }),
      ...(timeout === undefined ? {} : { lockTimeoutMs: parseMilliseconds(timeout) }),
    };
  }

  /** Answers from one state. It is open only while `answer` runs, so what will be shown is worked out in there, too. */
  read(answer: (view: TimedView) => Result): Result {
    return this.store.read((view) => this.#call.evaluate(answer({ ...view, nowMs: this.nowMs })));
  }

  /** The same with the past. */
  readWithPast(answer: (view: TimedView, replay: ReplayPast) => Result): Promise<Result> {
    return this.store.readWithPast((view, replay) =>
      this.#call.evaluate(answer({ ...view, nowMs: this.nowMs }, replay)),
    );
  }

  /** One transaction. `decide` may be called again on a newer state, so it changes nothing but its own variables. */
  write<T>(decide: (view: View, info: TransactionInfo) => Decision<T>): Written<T> {
    const info = this.transaction();
    const { result, view, sequence } = this.store.write(info, (current) => decide(current, info));
    if (sequence !== undefined) this.#hasWritten = true;
    return { result, view: { ...view, nowMs: this.nowMs } };
  }

  /** The same with the past. */
  async writeWithPast<T>(
    decide: (view: View, replay: ReplayPast, info: TransactionInfo) => Decision<T>,
  ): Promise<Written<T>> {
    const info = this.transaction();
    const { result, view, sequence } = await this.store.writeWithPast(info, (current, replay) =>
      decide(current, replay, info),
    );
    if (sequence !== undefined) this.#hasWritten = true;
    return { result, view: { ...view, nowMs: this.nowMs } };
  }

  actor(): string {
    return this.#call.globals.actor?.trim() || findActor(this.world);
  }

  /** Who acts now, and through which command. */
  transaction(): TransactionInfo {
    const session = this.session;
    return {
      timeMs: this.nowMs,
      actor: this.actor(),
      ...(session === undefined ? {} : { session }),
      command: this.#call.command,
    };
  }

  /** The end of a piece of work is when somebody commits: then it is worth saying that issues.jsonl does not show it yet. */
  tellLag(): void {
    this.#tellsLag = true;
  }

  /** What the store has to do for later calls, after this one has answered. Nothing unless something was written. Returns a note. */
  async settle(): Promise<string | undefined> {
    const { lag } = this.#hasWritten ? await this.store.settle(this.#tellsLag) : {};
    return lag !== undefined && this.#tellsLag ? lagNote(lag) : undefined;
  }
}

function parseMilliseconds(text: string): number {
  if (isDigits(text, 9)) return Number(text);
  throw new BzError("USAGE", `--lock-timeout cannot be "${text}"`, {
    hint: "write milliseconds: 30000 is half a minute",
  });
}
