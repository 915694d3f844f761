import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
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
  /** Another program that holds the flock on this file, where the system can tell. */
  findHolder(lockFile: OpenFile): number | undefined;
}

/** How long a busy segment is waited for before it counts as held through another lock file. */
const tripWireTimeoutMs = 1000;

/**
 * The writers' lock: flock on `store/lock`, waited for in the kernel's queue. The file is opened before any segment and a segment's lock is released
 * first: when a process is killed its descriptors are closed in the order of their numbers, and in the other order the next holder found the
 * segment still busy.
 */
export class WriterLock {
  #walState: WalState | undefined;
  #acquiredAtMs = 0;

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
    const startMs = clocks.monotonicMs();
    const contended = !this.#flock(() => this.file.tryLock());
    if (contended) this.#waitInQueue(timeoutMs);
    if (!this.#isPublished()) {
      this.file.unlock();
      return false;
    }
    this.#completeLockFile();
    this.#acquiredAtMs = clocks.monotonicMs();
    this.walState?.acquired((this.#acquiredAtMs - startMs) * 1000, contended, command, clocks.wallMs());
    return true;
  }

  /** Never fails: what was done under the lock stands, and the lock ends with the descriptor at the latest. */
  release(): void {
    this.walState?.released((this.environment.clocks.monotonicMs() - this.#acquiredAtMs) * 1000);
    try {
      this.file.unlock();
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
    }
  }

  /**
   * The trip-wire: a lock on the segment itself, which only a holder of another lock file can have.
   * @throws BzError LOCK_FAILED when it stays busy
   */
  holdSegment(segment: OpenFile): void {
    if (this.#flock(() => segment.tryLock()) || this.#flock(() => segment.lock(tripWireTimeoutMs))) return;
    throw new BzError(
      "LOCK_FAILED",
      `Another process writes ${segment.path} without holding ${this.file.path}. Nothing was saved.`,
      {
        hint: "The lock file was replaced while that process ran. Run the command again when it has ended.",
        context: { file: segment.path },
      },
    );
  }

  #waitInQueue(timeoutMs: number): void {
    const leave = this.walState?.wait();
    try {
      if (this.#flock(() => this.file.lock(timeoutMs))) return;
    } finally {
      leave?.();
    }
    this.walState?.timedOut();
    throw this.#timeout(timeoutMs);
  }

  /** A descriptor and the path must be one file with a name: a lock on a file that was unlinked or replaced excludes nobody. */
  #isPublished(): boolean {
    const ours = this.file.status();
    const published = this.store.status(lockName);
    return ours.links > 0 && published?.inode === ours.inode && published.device === ours.device;
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
