import { SystemCallError } from "../../native/errno";
import { mapSharedForGood } from "../../native/file";
import { lockBefore, tryLock, unlock } from "../../native/file-lock";
import { overwritesElsewhere, status, statusAt } from "../../native/file-status";
import { isProcessAlive, processId } from "../../native/process";
import { encoder } from "../../native/utf8";
import { lockName } from "../paths";
import { processStartTime } from "../process-start";
import { lockFileLength } from "../status-page";
import { type Waiter, type WalState, walStateIn } from "../wal-state";
import { type FastPlace, isSameFile } from "./place";
import { giveUp } from "./unusual";

/** The writers' lock, as `WriterLock` takes it: flock on the lock file, then the trip-wire on the directory. */
export class FastLock {
  readonly #place: FastPlace;
  readonly #walState: WalState | undefined;
  #acquiredAtMs = 0;
  #waitedMs = 0;

  constructor(place: FastPlace) {
    const { lock } = place;
    this.#place = place;
    // One that is not complete yet is completed under the lock.
    if (status(lock).size < lockFileLength) giveUp();
    const processes = { id: processId(), isAlive: isProcessAlive, startTime: processStartTime };
    this.#walState = overwritesElsewhere(lock)
      ? undefined
      : walStateIn(mapSharedForGood(lock, lockFileLength), processes);
  }

  acquire(command: string, timeoutMs: number): void {
    const { lock, store } = this.#place;
    const name = encoder.encode(command);
    this.#walState?.rehearse(name);
    const startMs = performance.now();
    const startWallMs = Date.now();
    const isFree = tryLock(lock);
    if (!isFree) this.#wait(timeoutMs);
    try {
      // Whoever holds the trip-wire holds a lock file that was replaced since.
      if (!tryLock(store) || !this.isPublished()) giveUp();
    } catch (error) {
      // The whole program waits for it next, in this process.
      this.#unlock();
      throw error;
    }
    this.#acquiredAtMs = performance.now();
    this.#waitedMs = this.#acquiredAtMs - startMs;
    this.#walState?.acquired(name, !isFree, startWallMs + this.#waitedMs);
  }

  release(): void {
    const heldMs = performance.now() - this.#acquiredAtMs;
    this.#walState?.released();
    this.#unlock();
    this.#walState?.record(this.#waitedMs * 1000, heldMs * 1000);
  }

  /** A lock on a file that was unlinked or replaced excludes nobody. */
  isPublished(): boolean {
    const { lock, store } = this.#place;
    const ours = status(lock);
    return ours.links > 0 && isSameFile(statusAt(store, lockName), ours);
  }

  waiting(): number {
    return this.#walState?.waiting() ?? 0;
  }

  /** See `WalState`. */
  aWaiter(): Waiter | undefined {
    return this.#walState?.aWaiter();
  }

  /** Whether that one has the lock behind us, or will have it. */
  getsTheLock(waiter: Waiter): boolean {
    return this.#walState?.getsTheLock(waiter) === true;
  }

  #wait(timeoutMs: number): void {
    const { lock } = this.#place;
    const leave = this.#walState?.wait();
    try {
      // Who has waited in vain waits all of the time in the whole program, which says for whom.
      if (!lockBefore(lock, timeoutMs / 10)) giveUp();
    } finally {
      leave?.();
    }
  }

  /** Never fails: what was done under the lock stands, and must not be done again. */
  #unlock(): void {
    for (const held of [this.#place.store, this.#place.lock]) {
      try {
        unlock(held);
      } catch (error) {
        if (!(error instanceof SystemCallError)) throw error;
      }
    }
  }
}
