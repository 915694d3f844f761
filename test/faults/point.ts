import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Finished, Started } from "../helpers/bz-process";

/** What is done to a process at one of its system calls, or through one of its limits. */
export interface Point {
  /** Name of the command. */
  readonly command: string;
  readonly call: string;
  /** Which call of that name by the main thread, from 1; for a limit its value. */
  readonly ordinal: number;
  /** What the rehearsal saw there. */
  readonly target: string;
  readonly fault: Fault;
}

export type Fault =
  /** Delivered as the call begins; with SIGKILL it does not happen. */
  | { readonly kind: "signal"; readonly signal: "SIGKILL" | "SIGTERM" | "SIGHUP" }
  /** Killed before it could sync what it appended: the log is cut at every byte of that. */
  | { readonly kind: "torn" }
  | { readonly kind: "error"; readonly errno: string; readonly isLasting: boolean }
  /** The call does nothing and answers 0: a sync that lies, a read at the end of a file. */
  | { readonly kind: "nothing" }
  | { readonly kind: "delay"; readonly delayMs: number }
  /** The call takes long, and others want to write meanwhile. */
  | { readonly kind: "contended" }
  /** `prlimit`: how many descriptors it may have, how long (in bytes) a file may become; the write that crosses it is short. */
  | { readonly kind: "limit"; readonly limit: "nofile" | "fsize"; readonly value: number };

export type Start = (wrapper: readonly string[]) => Started;

const usualErrnos = ["EIO", "ENOSPC", "EDQUOT", "EINTR", "EACCES", "EMFILE"];

/** The calls through which storage reads, writes, names and locks, with the errors that come on top of the usual ones. */
const failingCalls: Readonly<Record<string, readonly string[]>> = {
  openat: ["ENOENT"],
  read: [],
  pread64: [],
  write: ["EFBIG", "EAGAIN"],
  pwrite64: ["EFBIG"],
  fdatasync: [],
  fsync: [],
  renameat: ["ENOENT"],
  renameat2: ["ENOENT", "EINVAL"],
  unlinkat: ["ENOENT"],
  linkat: [],
  statx: ["ENOENT"],
  newfstatat: ["ENOENT"],
  fstat: [],
  mmap: [],
  flock: ["ENOLCK", "EOPNOTSUPP"],
  getdents64: [],
  ftruncate: ["EINVAL"],
  fchmod: [],
  utimensat: [],
  mkdirat: [],
};

/** Delays of a sync, in milliseconds. */
const delays = [5, 50, 500];

export interface Seen {
  readonly call: string;
  readonly ordinal: number;
  readonly target: string;
}

/** The calls of the main thread that touch the directory, in their order. A thread of the runtime touches nothing there. */
export async function rehearse(directory: string, tracePath: string, start: Start): Promise<Seen[]> {
  const { code, stderr } = await start(["strace", "-qq", "-y", "-o", tracePath]).finished;
  if (code !== 0 && code !== 1) throw new Error(`the rehearsal ended with ${code}: ${stderr}`);
  const counts = new Map<string, number>();
  const seen: Seen[] = [];
  for (const line of readFileSync(tracePath, "utf8").split("\n")) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    // What is named by a whole path has nothing to do with the directory it is named from.
    const named = line.replace(/AT_FDCWD<[^>]*>, "\//, '"/');
    if (named.includes(directory) && call !== "execve")
      seen.push({ call, ordinal, target: targetOf(line, directory) });
  }
  return seen;
}

/** Everything that can be done at the calls that were seen. */
export function pointsOf(command: string, seen: readonly Seen[]): Point[] {
  return seen.flatMap((each) => faultsAt(each).map((fault) => ({ command, ...each, fault })));
}

function faultsAt({ call, target }: Seen): Fault[] {
  const kill: Fault = { kind: "signal", signal: "SIGKILL" };
  const more = failingCalls[call];
  if (more === undefined) return [kill];
  const faults: Fault[] = [kill, { kind: "signal", signal: "SIGTERM" }, { kind: "signal", signal: "SIGHUP" }];
  const isSync = call === "fdatasync" || call === "fsync";
  // The runtime itself cannot live without mmap.
  const lasting = call === "mmap" ? [false] : [false, true];
  for (const errno of [...usualErrnos, ...more])
    for (const isLasting of lasting) faults.push({ kind: "error", errno, isLasting });
  if (isSync || call === "read" || call === "pread64") faults.push({ kind: "nothing" });
  if (isSync) for (const delayMs of delays) faults.push({ kind: "delay", delayMs });
  if (isSync) faults.push({ kind: "contended" });
  if (isSync && /store\/wal\.\d+$/.test(target)) faults.push({ kind: "torn" });
  return faults;
}

export interface Disturbed extends Finished {
  /** The calls that met the fault, as strace prints them. They may be others than in the rehearsal. */
  readonly hit: readonly string[];
  /** What else was traced, in order, the hits among it. */
  readonly trace: readonly string[];
}

/** Runs a process with the fault of a point. */
export async function disturb(point: Point, tracePath: string, start: Start): Promise<Disturbed> {
  const { call, ordinal, fault } = point;
  if (fault.kind === "contended") throw new Error("that takes more than one process");
  if (fault.kind === "limit") {
    const finished = await start(["prlimit", `--${fault.limit}=${fault.value}:${fault.value}`]).finished;
    return { ...finished, hit: [describePoint(point)], trace: [] };
  }
  rmSync(tracePath, { force: true });
  // After a failed sync nobody may sync or extend that file again.
  const traced = /sync$/.test(call) ? "fdatasync,fsync,write,pwrite64" : call;
  const wrapper = ["strace", "-qq", "-y", "-o", tracePath, "-e", `trace=${traced}`];
  const finished = await start([...wrapper, "-e", `inject=${call}:${injection(fault, call, ordinal)}`])
    .finished;
  const trace = existsSync(tracePath) ? readFileSync(tracePath, "utf8").split("\n") : [];
  const isHit = (line: string): boolean =>
    fault.kind === "signal" || fault.kind === "torn"
      ? line.startsWith(`${call}(`) && (/= \?/.test(line) || finished.signal !== null)
      : /\((INJECTED|DELAYED)\)/.test(line);
  const hit = trace.filter(isHit);
  return { ...finished, hit: finished.signal !== null ? hit.slice(-1) : hit, trace };
}

/** What never ends is no case for a retry: EINTR and EAGAIN come three times at most, at a lock fifty times. */
function injection(
  fault: Exclude<Fault, { kind: "limit" | "contended" }>,
  call: string,
  ordinal: number,
): string {
  switch (fault.kind) {
    case "signal":
      return `signal=${fault.signal}:when=${ordinal}`;
    case "torn":
      return `signal=SIGKILL:when=${ordinal}`;
    case "nothing":
      return `retval=0:when=${ordinal}`;
    case "delay":
      return `delay_enter=${fault.delayMs * 1000}:when=${ordinal}`;
    case "error": {
      const more = ["EINTR", "EAGAIN"].includes(fault.errno)
        ? `..${ordinal + (call === "flock" ? 49 : 2)}`
        : "+";
      return `error=${fault.errno}:when=${ordinal}${fault.isLasting ? more : ""}`;
    }
  }
}

export function describePoint({ command, call, ordinal, target, fault }: Point): string {
  return `${command}: ${describeFault(fault)} at ${call} ${ordinal} (${target})`;
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "signal":
      return fault.signal;
    case "torn":
      return "torn";
    case "nothing":
      return "answers 0 without doing it";
    case "delay":
      return `${fault.delayMs} ms late`;
    case "contended":
      return "contended";
    case "limit":
      return `${fault.limit} limit`;
    case "error":
      return `${fault.errno}${fault.isLasting ? " from then on" : ""}`;
  }
}

/** The file within the directory, without what differs between two runs. */
function targetOf(line: string, directory: string): string {
  const escaped = directory.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const path = new RegExp(`${escaped}([^>"]*)`).exec(line)?.[1] ?? "";
  const name = line.startsWith("mmap") ? undefined : /^\w+\(\w+<[^>]*>, "([\w.-]+)"/.exec(line)?.[1];
  const isByName = /^(openat|statx|newfstatat|renameat2?|unlinkat|mkdirat)\(/.test(line);
  const whole = isByName && name !== undefined ? `${path}/${name}` : path;
  return (
    whole
      .replace(/^\/?(\.beads\/)?/, "")
      .replace(/\.tmp\..*/, ".tmp")
      .replace(/face\.[0-9a-f]+/, "face")
      .replace(/\d{8}-\d{6}-\w{4}/, "NAME") || "."
  );
}
