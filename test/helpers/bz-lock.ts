import { join } from "node:path";
import type { Tracker } from "./bz";
import { lines } from "./bz-agents";
import { hardenedBun } from "./bz-forms";

export interface LockHolder {
  readonly pid: number;
  /** Lets it end by itself. */
  release(): Promise<void>;
  kill(): Promise<void>;
}

/** Has another process, none of bz's, hold the writers' lock of a tracker; returns when it does. */
export async function holdLock(tracker: Tracker): Promise<LockHolder> {
  const command = [...hardenedBun, join(import.meta.dir, "lock-holder.ts"), join(tracker.storePath, "lock")];
  const { cwd, env } = { cwd: tracker.directory, env: tracker.env };
  const child = Bun.spawn(command, {
    cwd,
    env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    timeout: 120_000,
  });
  const greeting = await lines(child.stdout).next();
  if (greeting.value !== "locked") throw new Error(`the holder said ${greeting.value}`);
  return {
    pid: child.pid,
    async release() {
      child.stdin.end();
      await child.exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
