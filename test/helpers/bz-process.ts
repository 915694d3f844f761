/** How a process ended, and what it had said until then. */
export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It is killed then, and `finished` rejects: a hang is a failure, not a wait. */
  readonly deadlineMs?: number;
}

export interface Started {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

/** Far more than anything takes; a process that needs it hangs. */
const usualDeadlineMs = 90_000;

/** Starts a program, without a shell, and reads what it says while it runs. Throws when it cannot be started. */
export function startProcess(command: readonly string[], options: StartOptions): Started {
  const startMs = performance.now();
  const { cwd, env, deadlineMs = usualDeadlineMs } = options;
  const child = Bun.spawn([...command], { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let isOverdue = false;
  const deadline = setTimeout(() => {
    isOverdue = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  const finish = async (): Promise<Finished> => {
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    clearTimeout(deadline);
    if (isOverdue)
      throw new Error(`not done after ${deadlineMs} ms: ${command.join(" ")}\n${stdout}${stderr}`);
    const { exitCode: code, signalCode } = child;
    const signal = signalCode === null ? null : String(signalCode);
    return { code, signal, stdout, stderr, elapsedMs: performance.now() - startMs };
  };
  return { pid: child.pid, finished: finish(), kill: (signal) => child.kill(signal) };
}

/** Waits until `isReached`, looking again and again; throws when that takes too long. */
export async function until(
  what: string,
  isReached: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!(await isReached())) {
    if (performance.now() > endMs) throw new Error(`still waiting after ${deadlineMs} ms: ${what}`);
    await Bun.sleep(5);
  }
}
