import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { report } from "./bz-report";

/** One finished system call of a thread. */
export interface SystemCall {
  readonly name: string;
  /** As strace prints them, descriptors with their paths: `9</tmp/x/.beads/store/wal.1>`. */
  readonly args: string;
  /** Undefined when the process did not live to see it. */
  readonly result: number | undefined;
  /** The name of the errno of a failed call. */
  readonly errno: string | undefined;
}

/** Whether processes can be traced here; says loudly when not, as the tests that need it are skipped then. */
export function hasStrace(): boolean {
  const path = Bun.which("strace");
  if (path !== null && Bun.spawnSync([path, "-f", "-o", "/dev/null", "true"]).exitCode === 0) return true;
  report(
    path === null ? "NO STRACE HERE: tests are SKIPPED." : "STRACE MAY NOT TRACE HERE: tests are SKIPPED.",
  );
  return false;
}

/** The flags to write down those calls of a program, one file for each thread: `prefix.<thread id>`. */
export function straceTo(prefix: string, calls: readonly string[], ...more: string[]): string[] {
  return ["strace", "-ff", "-qq", "-y", "-s", "64", "-e", `trace=${calls.join(",")}`, "-o", prefix, ...more];
}

/** The calls of each thread that was traced to `prefix`. */
export function readThreads(prefix: string): SystemCall[][] {
  const names = readdirSync(dirname(prefix)).filter((name) => name.startsWith(`${basename(prefix)}.`));
  return names.map((name) => readTrace(join(dirname(prefix), name)));
}

/** The calls of one thread, in their order. */
function readTrace(path: string): SystemCall[] {
  const calls: SystemCall[] = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const match = /^(\w+)\((.*)\)\s+= (-?\d+|\?)(?:<[^>]*>)?(?: (E[A-Z0-9]+|ERESTARTSYS))?/.exec(line);
    if (match === null) continue;
    const [, name = "", args = "", result, errno] = match;
    calls.push({ name, args, result: result === "?" ? undefined : Number(result), errno });
  }
  return calls;
}

/** The path behind the first descriptor among the arguments. */
export function pathOf({ args }: SystemCall): string {
  return /^\d+<(.*?)(?:\(deleted\))?>/.exec(args)?.[1] ?? "";
}
