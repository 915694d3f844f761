import { decoder } from "../native/utf8";
import type { OpenFile } from "./file-system";
import { lockFileLength } from "./status-page";

/**
 * Lock-free coordination between processes: the part of `store/lock` behind the status page, mapped by everyone and changed with atomic
 * operations. Who holds the lock, who waits, how often and how long. Nothing here is ever needed for correctness: a page of zeros, or none,
 * only makes messages and `bz metrics` poorer.
 *
 * 32-bit words, from byte 4096 of the file:
 *    0  acquisitions      3  waiters without a slot   6  holder's process id         9  holder since, ms, high word
 *    1  contended         4  longest wait, us         7  holder's start time        10  length of the holder's command
 *    2  timeouts          5  longest hold, us         8  holder since, ms, low     11  the command, up to 52 bytes
 *   32  histogram of waits, 32 words: word k counts waits under 2^k us
 *   64  histogram of holds, the same
 *  128  slots for 256 waiters, 2 words each: process id, start time
 */
const mapOffset = 4096;
const word = {
  acquisitions: 0,
  contended: 1,
  timeouts: 2,
  unslotted: 3,
  longestWait: 4,
  longestHold: 5,
  holder: 6,
  holderStart: 7,
  holderSinceLow: 8,
  holderSinceHigh: 9,
  commandLength: 10,
  command: 11,
  waits: 32,
  holds: 64,
  slots: 128,
} as const;
const histogramLength = 32;
const slotCount = 256;
const fewSlots = 16;
const commandLimitBytes = 52;

/** What walstate asks of the system: whether a process still lives, told apart from a later one with the same id. */
export interface Processes {
  readonly id: number;
  isAlive(processId: number): boolean;
  /** Any number that differs between two processes with one id; 0 where the system does not tell. */
  startTime(processId: number): number;
}

export interface LockMetrics {
  readonly acquisitions: number;
  readonly contended: number;
  readonly timeouts: number;
  /** Waiting at this moment. */
  readonly waiting: number;
  readonly wait: Distribution;
  readonly hold: Distribution;
}

/** Microseconds; percentiles are upper bounds, exact to a factor of two. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Holder {
  readonly processId: number;
  readonly sinceMs: number;
  readonly command: string;
}

/** One of those who wait, as it stands in a slot. */
export interface Waiter {
  readonly at: number;
  readonly processId: number;
}

export class WalState {
  constructor(
    readonly words: Int32Array,
    readonly processes: Processes,
  ) {}

  /**
   * What is done for the first time in a process takes many times as long: before the lock is taken it is done to memory of nobody, rather than while others wait. And our own is made writable,
   * for which the kernel may wait for a sync of somebody else.
   */
  rehearse(command: Uint8Array): void {
    const nobodys = new WalState(new Int32Array(new ArrayBuffer(4 * word.waits)), this.processes);
    nobodys.acquired(command, false, 0);
    nobodys.released();
    Atomics.add(this.words, word.acquisitions, 0);
  }

  /** @param command in UTF-8 */
  acquired(command: Uint8Array, wasContended: boolean, nowMs: number): void {
    Atomics.add(this.words, word.acquisitions, 1);
    if (wasContended) Atomics.add(this.words, word.contended, 1);
    const bytes = command.subarray(0, commandLimitBytes);
    Atomics.store(this.words, word.holder, 0);
    this.#commandBytes().set(bytes);
    Atomics.store(this.words, word.commandLength, bytes.length);
    // The start time costs a read of /proc, which only a waiter has the time for; 0 says that it is not known.
    Atomics.store(this.words, word.holderStart, 0);
    Atomics.store(this.words, word.holderSinceLow, nowMs | 0);
    Atomics.store(this.words, word.holderSinceHigh, Math.floor(nowMs / 0x1_0000_0000));
    Atomics.store(this.words, word.holder, this.processes.id);
  }

  released(): void {
    Atomics.store(this.words, word.holder, 0);
  }

  /** How long it took, once it is over: nobody has to wait for that. */
  record(waitUs: number, holdUs: number): void {
    this.#record(word.waits, word.longestWait, waitUs);
    this.#record(word.holds, word.longestHold, holdUs);
  }

  timedOut(): void {
    Atomics.add(this.words, word.timeouts, 1);
  }

  /** Registers this process as a waiter; the function returned ends that. */
  wait(): () => void {
    const { id } = this.processes;
    const start = this.processes.startTime(id) | 0;
    const at = this.#takeSlot(id);
    if (at === undefined) {
      Atomics.add(this.words, word.unslotted, 1);
      return () => {
        Atomics.sub(this.words, word.unslotted, 1);
      };
    }
    Atomics.store(this.words, at + 1, start);
    return () => {
      Atomics.store(this.words, at + 1, 0);
      Atomics.compareExchange(this.words, at, id, 0);
    };
  }

  /** How many wait now. Slots of waiters that died are freed on the way. */
  waiting(): number {
    let count = Math.max(0, Atomics.load(this.words, word.unslotted));
    for (let slot = 0; slot < slotCount; slot += 1) {
      const at = word.slots + slot * 2;
      const processId = Atomics.load(this.words, at);
      if (processId === 0) continue;
      if (this.#livesIn(at, processId)) count += 1;
      else Atomics.compareExchange(this.words, at, processId, 0);
    }
    return count;
  }

  /**
   * Somebody who waits, or died of it: asked under the lock, where it would take too long to find out which. Undefined where nobody is among the first slots, which are taken first.
   */
  aWaiter(): Waiter | undefined {
    for (let slot = 0; slot < fewSlots; slot += 1) {
      const at = word.slots + slot * 2;
      const processId = Atomics.load(this.words, at);
      if (processId !== 0) return { at, processId };
    }
    return undefined;
  }

  /** Whether that one has had the lock by now, or lives and waits still. */
  getsTheLock({ at, processId }: Waiter): boolean {
    return Atomics.load(this.words, at) !== processId || this.#livesIn(at, processId);
  }

  /** Who took the lock last and has not released it; undefined when nobody of us holds it. */
  holder(): Holder | undefined {
    const processId = Atomics.load(this.words, word.holder);
    if (processId === 0 || !this.processes.isAlive(processId)) return undefined;
    const start = Atomics.load(this.words, word.holderStart);
    if (start !== 0 && start !== (this.processes.startTime(processId) | 0)) return undefined;
    const sinceMs =
      (Atomics.load(this.words, word.holderSinceHigh) >>> 0) * 0x1_0000_0000 +
      (Atomics.load(this.words, word.holderSinceLow) >>> 0);
    const length = Math.min(Math.max(Atomics.load(this.words, word.commandLength), 0), commandLimitBytes);
    return { processId, sinceMs, command: decoder.decode(this.#commandBytes().slice(0, length)) };
  }

  metrics(): LockMetrics {
    return {
      acquisitions: this.#counter(word.acquisitions),
      contended: this.#counter(word.contended),
      timeouts: this.#counter(word.timeouts),
      waiting: this.waiting(),
      wait: this.#distribution(word.waits, word.longestWait),
      hold: this.#distribution(word.holds, word.longestHold),
    };
  }

  /** Clears counters and histograms; the holder and the waiters stay. */
  reset(): void {
    for (const at of [word.acquisitions, word.contended, word.timeouts, word.longestWait, word.longestHold])
      Atomics.store(this.words, at, 0);
    for (let bucket = 0; bucket < histogramLength; bucket += 1) {
      Atomics.store(this.words, word.waits + bucket, 0);
      Atomics.store(this.words, word.holds + bucket, 0);
    }
  }

  /** Undefined where all are taken by the living. To ask whether another waiter lives takes longer than the rest, while many want the processors: it is done only where no slot is left. */
  #takeSlot(id: number): number | undefined {
    for (const isLastTry of [false, true]) {
      for (let slot = 0; slot < slotCount; slot += 1) {
        const at = word.slots + slot * 2;
        if (Atomics.compareExchange(this.words, at, 0, id) === 0) return at;
      }
      // Frees the slots of those who died.
      if (!isLastTry) this.waiting();
    }
    return undefined;
  }

  /** Where it is known when it was started, that tells as well whether it is there. */
  #livesIn(at: number, processId: number): boolean {
    const start = Atomics.load(this.words, at + 1);
    if (start === 0) return this.processes.isAlive(processId);
    return start === (this.processes.startTime(processId) | 0);
  }

  #commandBytes(): Uint8Array {
    return new Uint8Array(this.words.buffer, this.words.byteOffset + word.command * 4, commandLimitBytes);
  }

  #record(histogram: number, longest: number, microseconds: number): void {
    const value = Math.min(Math.max(Math.round(microseconds), 0), 0x7fff_ffff);
    const bucket = Math.min(32 - Math.clz32(value), histogramLength - 1);
    Atomics.add(this.words, histogram + bucket, 1);
    for (let known = Atomics.load(this.words, longest); value > known; ) {
      const seen = Atomics.compareExchange(this.words, longest, known, value);
      if (seen === known) break;
      known = seen;
    }
  }

  #counter(at: number): number {
    return Atomics.load(this.words, at) >>> 0;
  }

  #distribution(histogram: number, longest: number): Distribution {
    const counts = Array.from({ length: histogramLength }, (_, bucket) => this.#counter(histogram + bucket));
    const count = counts.reduce((sum, each) => sum + each, 0);
    const max = this.#counter(longest);
    const percentile = (share: number): number => {
      let below = 0;
      const bucket = counts.findIndex((each) => {
        below += each;
        return below > 0 && below >= share * count;
      });
      return bucket === -1 ? 0 : Math.min(2 ** bucket, max);
    };
    return { count, p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max };
  }
}

/**
 * The walstate of a lock file, undefined where a map could kill the process: while the file has not its full size, as it must not reach past the end of a file, and
 * on file systems that cannot share one safely.
 */
export function mapWalState(lockFile: OpenFile, processes: Processes): WalState | undefined {
  if (lockFile.status().size < lockFileLength) return undefined;
  const memory = lockFile.map(lockFileLength);
  return memory && walStateIn(memory, processes);
}

/** A copy of it, as it is at this moment, for a reader that may not write. */
export function readWalState(lockFile: OpenFile, processes: Processes): WalState | undefined {
  const bytes = lockFile.read(0, lockFileLength);
  return bytes.length < lockFileLength ? undefined : walStateIn(bytes.slice().buffer, processes);
}

/** @param memory the whole lock file */
export function walStateIn(memory: ArrayBuffer, processes: Processes): WalState {
  return new WalState(new Int32Array(memory, mapOffset, (lockFileLength - mapOffset) / 4), processes);
}
