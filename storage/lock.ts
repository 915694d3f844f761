import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import { encoder } from "../native/utf8";
import type { Directory, OpenFile } from "./file-system";
import { lockName } from "./paths";
import { lockFileLength } from "./status-page";
import { type Holder, mapWalState, type Processes, type WalState } from "./wal-state";

/** Monotonic and wall time, in milliseconds. */
export interface Clocks {
  monotonicMs(): number;
  wallMs(): number;
}

export interface LockEnvironment {
  readonly processes: Processes;
  readonly clocks: Clocks;
  /** For salts and names that must not collide. */
  randomBytes(length: number): Uint8Array;
  /** Another program that holds the flock on this file, where the system can tell. */
  findHolder(lockFile: OpenFile): number | undefined;
}

/** How long a busy trip-wire is waited for before it counts as held through another lock file. */
const tripWireTimeoutMs = 1000;

/**
 * The writers' lock: flock on `store/lock`, waited for in the kernel's queue, and behind it a trip-wire: flock on the directory `store/` itself. A lock file can be
 * removed or replaced while it is held, and then excludes nobody; whoever holds the new one meets the old holder at the directory, births included.
 * The directory is opened before the lock file and released before it: when a process is killed its descriptors are closed in the order of their
 * numbers, so that the next holder of the lock never finds the trip-wire still busy.
 */
export class WriterLock {
  #walState: WalState | undefined;
  #acquiredAtMs = 0;
  #waitedMs = 0;

  constructor(
    readonly file: OpenFile,
    readonly store: Directory,
    readonly environment: LockEnvironment,
  ) {
    this.#walState = mapWalState(file, environment.processes);
  }

  /** Undefined until the lock file has its full size. */
  get walState(): WalState | undefined {
    return this.#walState;
  }

  /**
   * Takes the lock. False when the file that was locked is no longer the one at `store/lock`: open it again and start over.
   * @throws BzError LOCK_TIMEOUT naming the holder, LOCK_FAILED when the file system does not do flock
   */
  acquire(command: string, timeoutMs: number): boolean {
    const { clocks } = this.environment;
    const name = encoder.encode(command);
    const startMs = clocks.monotonicMs();
    const startWallMs = clocks.wallMs();
    const wasContended = !this.#flock(() => this.file.tryLock());
    if (wasContended) this.#waitInQueue(timeoutMs);
    try {
      if (!this.#passTripWire()) {
        this.#unlock();
        return false;
      }
      this.#completeLockFile();
    } catch (error) {
      this.#unlock();
      throw error;
    }
    this.#acquiredAtMs = clocks.monotonicMs();
    this.#waitedMs = this.#acquiredAtMs - startMs;
    this.#walState?.acquired(name, wasContended, startWallMs + this.#waitedMs);
    return true;
  }

  release(): void {
    const heldMs = this.environment.clocks.monotonicMs() - this.#acquiredAtMs;
    this.#walState?.released();
    this.#unlock();
    this.#walState?.record(this.#waitedMs * 1000, heldMs * 1000);
  }

  /** A descriptor and the path must be one file with a name: a lock on a file that was unlinked or replaced excludes nobody. */
  isPublished(): boolean {
    const ours = this.file.status();
    const published = this.store.status(lockName);
    return ours.links > 0 && published?.inode === ours.inode && published.device === ours.device;
  }

  /**
   * False when the lock file was replaced before the trip-wire was ours.
   * @throws BzError LOCK_FAILED when the trip-wire stays busy
   */
  #passTripWire(): boolean {
    if (this.#flock(() => this.store.tryLock())) return this.isPublished();
    // Most often by the holder of the lock file that replaced ours, for whom it would be useless to wait.
    if (!this.isPublished()) return false;
    if (this.#flock(() => this.store.lock(tripWireTimeoutMs))) return this.isPublished();
    throw new BzError(
      "LOCK_FAILED",
      `Another process writes in ${this.store.path} without holding ${this.file.path}. Nothing was saved.`,
      {
        hint: "The lock file was replaced while that process ran. Run the command again when it has ended.",
        context: { directory: this.store.path },
      },
    );
  }

  /**
   * Never fails: what was done under the lock stands. Closing the file would not do, since its map keeps the lock until the process ends.
   */
  #unlock(): void {
    for (const held of [this.store, this.file]) {
      try {
        held.unlock();
      } catch (error) {
        if (!(error instanceof SystemCallError)) throw error;
      }
    }
  }

  #waitInQueue(timeoutMs: number): void {
    // Whoever holds the lock of a new store has completed the file by now.
    this.#walState ??= mapWalState(this.file, this.environment.processes);
    const leave = this.#walState?.wait();
    try {
      if (this.#flock(() => this.file.lock(timeoutMs))) return;
    } finally {
      leave?.();
    }
    this.walState?.timedOut();
    throw this.#timeout(timeoutMs);
  }

  /**
   * Fills a new lock file: its status page is then overwritten in place, which needs no space on a full disk, and it can be mapped. Only under the lock:
   * elsewhere the zeros could land on a page that the holder has written meanwhile.
   */
  #completeLockFile(): void {
    if (this.#walState !== undefined) return;
    const { size } = this.file.status();
    if (size < lockFileLength) this.file.writeAt(size, new Uint8Array(lockFileLength - size));
    this.#walState = mapWalState(this.file, this.environment.processes);
  }

  #flock(call: () => boolean): boolean {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      throw new BzError(
        "LOCK_FAILED",
        `The file system cannot lock ${this.file.path} (${error.syscall}: ${error.code}). Nothing was saved.`,
        {
          hint: "bz needs flock; some network file systems do not offer it. Keep the repository on a local disk.",
          cause: error,
        },
      );
    }
  }

  #timeout(timeoutMs: number): BzError {
    const holder = this.walState?.holder() ?? this.#foreignHolder();
    const waited = `Waited ${timeoutMs} ms for ${this.file.path}`;
    if (holder === undefined)
      return new BzError("LOCK_TIMEOUT", `${waited}, which another program holds. Nothing was saved.`, {
        hint: "Run the command again, or with a longer --lock-timeout.",
        context: { timeout_ms: timeoutMs },
      });
    const ageMs = Math.max(0, Math.round(this.environment.clocks.wallMs() - holder.sinceMs));
    const who =
      holder.command === ""
        ? `process ${holder.processId}`
        : `process ${holder.processId} (bz ${holder.command}, for ${ageMs} ms)`;
    return new BzError("LOCK_TIMEOUT", `${waited}, held by ${who}. Nothing was saved.`, {
      hint: `Run the command again. If process ${holder.processId} is stopped, \`kill -CONT ${holder.processId}\` lets it finish; the lock is free as soon as it ends.`,
      context: {
        timeout_ms: timeoutMs,
        holder_pid: holder.processId,
        holder_command: holder.command,
        holder_age_ms: holder.command === "" ? null : ageMs,
      },
    });
  }

  #foreignHolder(): Holder | undefined {
    const processId = this.environment.findHolder(this.file);
    return processId === undefined
      ? undefined
      : { processId, sinceMs: this.environment.clocks.wallMs(), command: "" };
  }
}
