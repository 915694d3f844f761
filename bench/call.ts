/** What every process of the benchmark is given. */
export interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How long a call took by the clock and of the processors. */
export interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

export interface Ended extends Taken {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const deadlineMs = 600_000;

/** Runs a command without a shell. */
export function run(command: readonly string[], { directory, env }: Place, stdin?: Uint8Array): Ended {
  const startMs = performance.now();
  const { exitCode, stdout, stderr, resourceUsage } = Bun.spawnSync([...command], {
    cwd: directory,
    env,
    stdin: stdin ?? "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  const ms = performance.now() - startMs;
  const cpuMs = Number(resourceUsage?.cpuTime.total ?? 0) / 1000;
  return { ms, cpuMs, exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The same; throws when it fails. */
export function runWell(command: readonly string[], place: Place, stdin?: Uint8Array): Ended {
  const ended = run(command, place, stdin);
  if (ended.exitCode === 0) return ended;
  throw new Error(
    `${command.join(" ").slice(0, 200)} ended with ${ended.exitCode}: ${ended.stderr.slice(0, 500)}`,
  );
}

/**
 * The most memory that a command had at once, in KiB; undefined where there is no GNU time. Of a child that we start ourselves the kernel would say
 * at least what we have, as a child begins as a copy of its parent.
 */
export function peakMemory(command: readonly string[], place: Place, stdin?: Uint8Array): number | undefined {
  if (!hasGnuTime()) return undefined;
  const { stderr } = runWell([gnuTime, "-f", "%M", ...command], place, stdin);
  return Number(stderr.trimEnd().split("\n").at(-1));
}

const gnuTime = "/usr/bin/time";
let knownGnuTime: boolean | undefined;

function hasGnuTime(): boolean {
  knownGnuTime ??= Bun.which(gnuTime) !== null && Bun.spawnSync([gnuTime, "-f", "%M", "true"]).exitCode === 0;
  return knownGnuTime;
}
