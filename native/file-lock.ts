import { interrupted, saysBusy } from "./errno";
import { failure, lastErrno, libc, waitingLibc } from "./libc";

/** Takes the exclusive flock of an open file if nobody else holds it. Throws SystemCallError. */
export function tryLock(fd: number): boolean {
  const { flock } = libc;
  for (;;) {
    if (flock(fd, exclusive | nonBlocking) === 0) return true;
    const errno = lastErrno();
    if (saysBusy(errno)) return false;
    if (errno !== interrupted) throw failure("flock");
  }
}

/**
 * The same, waiting in the kernel's queue for up to `timeoutMs` milliseconds; false when they passed. With zero or less it only
 * tries. Throws SystemCallError.
 *
 * The wait blocks this thread. SIGALRM and the real-time interval timer of the process are borrowed meanwhile.
 */
export function lockBefore(fd: number, timeoutMs: number): boolean {
  if (tryLock(fd)) return true;
  if (!(timeoutMs > 0)) return false;
  const deadlineMs = performance.now() + timeoutMs;
  return Bun.isMainThread ? waitInQueue(fd, deadlineMs) : poll(fd, deadlineMs);
}

/** Closing the last descriptor of the opened file does it, too, and so does the death of its processes. */
export function unlock(fd: number): void {
  const { flock } = libc;
  while (flock(fd, release) < 0) {
    if (lastErrno() !== interrupted) throw failure("flock");
  }
}

const exclusive = 2;
const nonBlocking = 4;
const release = 8;

/**
 * flock has no deadline of its own, but a signal makes it return EINTR, if the signal has a handler that was not installed with
 * SA_RESTART. JavaScript cannot run in a handler; a function of libc that only returns can.
 */
function waitInQueue(fd: number, deadlineMs: number): boolean {
  const { platform, flock, idle } = libc;
  const { sigaction, setitimer } = waitingLibc();
  const action = new Uint8Array(platform.signalActionSize);
  new BigUint64Array(action.buffer)[0] = BigInt(idle);
  const previousAction = new Uint8Array(platform.signalActionSize);
  const previousTimer = new Uint8Array(timerSize);
  if (sigaction(alarmSignal, action, previousAction) < 0) throw failure("sigaction");
  try {
    // Repeated, as the first signal is lost when it comes before flock was entered.
    const timer = timerBytes(deadlineMs - performance.now(), 10);
    if (setitimer(realTimer, timer, previousTimer) < 0) throw failure("setitimer");
    for (;;) {
      if (flock(fd, exclusive) === 0) return true;
      if (lastErrno() !== interrupted) throw failure("flock");
      if (performance.now() >= deadlineMs) return false;
    }
  } finally {
    setitimer(realTimer, previousTimer, null);
    sigaction(alarmSignal, previousAction, null);
  }
}

/** The kernel gives the alarm to the main thread and would leave a worker in flock for ever, so a worker has to ask again and again. */
function poll(fd: number, deadlineMs: number): boolean {
  for (let pauseMs = 1; performance.now() < deadlineMs; pauseMs = Math.min(2 * pauseMs, 10)) {
    Bun.sleepSync(Math.max(0, Math.min(pauseMs, deadlineMs - performance.now())));
    if (tryLock(fd)) return true;
  }
  return false;
}

const alarmSignal = 14;
/** ITIMER_REAL. */
const realTimer = 0;
/** `struct itimerval`: interval, then value, each seconds and microseconds. macOS has 32-bit microseconds and padding, which reads the same. */
const timerSize = 32;

/** Written by the lower halves of its numbers: whoever waits wants to be quick, and numbers of 64 bits are slow. */
function timerBytes(firstMs: number, repeatMs: number): Uint8Array {
  // Zero would turn the timer off.
  const firstUs = Math.max(1, Math.ceil(1000 * firstMs));
  const words = new Uint32Array(timerSize / 4);
  words[2] = 1000 * repeatMs;
  words[4] = Math.floor(firstUs / 1_000_000);
  words[6] = firstUs % 1_000_000;
  return new Uint8Array(words.buffer);
}
