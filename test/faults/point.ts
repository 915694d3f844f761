import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Finished, Started } from "../helpers/bz-process";

/** What is done to a process at one of its system calls. */
export interface Point {
  readonly command: string;
  readonly call: string;
  /** Which call of that name by the main thread, from 1. */
  readonly ordinal: number;
  /** What the rehearsal saw there. */
  readonly target: string;
  readonly fault: Fault;
}

export type Fault = "SIGKILL" | { readonly errno: string; readonly isLasting: boolean };

export type Start = (wrapper: readonly string[]) => Started;

export const errnos = ["EIO", "ENOSPC", "EDQUOT", "EINTR", "EACCES", "EMFILE"] as const;

/** The calls through which storage reads, writes, names and locks. */
export const failingCalls = [
  "openat",
  "read",
  "pread64",
  "write",
  "pwrite64",
  "fdatasync",
  "fsync",
  "renameat",
  "renameat2",
  "unlinkat",
  "statx",
  "newfstatat",
  "mmap",
  "flock",
  "getdents64",
  "ftruncate",
  "fchmod",
  "utimensat",
  "mkdirat",
];

interface Seen {
  readonly call: string;
  readonly ordinal: number;
  readonly target: string;
}

/** The calls of the main thread that touch `.beads`, in their order. A thread of the runtime touches nothing there. */
export async function rehearse(tracePath: string, start: Start): Promise<Seen[]> {
  const { code, stderr } = await start(["strace", "-qq", "-y", "-o", tracePath]).finished;
  if (code !== 0) throw new Error(`the rehearsal ended with ${code}: ${stderr}`);
  const counts = new Map<string, number>();
  const seen: Seen[] = [];
  for (const line of readFileSync(tracePath, "utf8").split("\n")) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    if (line.includes("/.beads")) seen.push({ call, ordinal, target: targetOf(line) });
  }
  return seen;
}

/** Every fault at every call that was seen. */
export function pointsOf(command: string, seen: readonly Seen[]): Point[] {
  return seen.flatMap((each) => faultsAt(each.call).map((fault) => ({ command, ...each, fault })));
}

function faultsAt(call: string): Fault[] {
  if (!failingCalls.includes(call)) return ["SIGKILL"];
  // The runtime itself cannot live without mmap.
  const lasting = call === "mmap" ? [false] : [false, true];
  const errors = errnos.flatMap((errno) => lasting.map((isLasting) => ({ errno, isLasting })));
  return ["SIGKILL", ...errors];
}

export interface Disturbed extends Finished {
  /** The calls that met the fault, as strace prints them. They may be others than in the rehearsal. */
  readonly hit: readonly string[];
}

/** Runs a process with the fault of a point. */
export async function disturb(point: Point, tracePath: string, start: Start): Promise<Disturbed> {
  rmSync(tracePath, { force: true });
  const { call, ordinal } = point;
  const wrapper = ["strace", "-qq", "-y", "-o", tracePath, "-e", `trace=${call}`];
  const finished = await start([...wrapper, "-e", `inject=${call}:${injection(point.fault, ordinal)}`])
    .finished;
  const lines = existsSync(tracePath) ? readFileSync(tracePath, "utf8").split("\n") : [];
  const isHit = (line: string): boolean =>
    point.fault === "SIGKILL" ? /= \?$/.test(line) : line.includes("(INJECTED)");
  return { ...finished, hit: lines.filter(isHit) };
}

/** Signals that never end are no case: EINTR comes three times at most. */
function injection(fault: Fault, ordinal: number): string {
  if (fault === "SIGKILL") return `signal=SIGKILL:when=${ordinal}`;
  const more = fault.errno === "EINTR" ? `..${ordinal + 2}` : "+";
  return `error=${fault.errno}:when=${ordinal}${fault.isLasting ? more : ""}`;
}

export function describePoint({ command, call, ordinal, target, fault }: Point): string {
  return `${command}: ${describeFault(fault)} at ${call} ${ordinal} (${target})`;
}

export function describeFault(fault: Fault): string {
  return fault === "SIGKILL" ? fault : `${fault.errno}${fault.isLasting ? " from then on" : ""}`;
}

/** The file within `.beads`, without what differs between two runs. */
function targetOf(line: string): string {
  const path = /\.beads([^>"]*)/.exec(line)?.[1] ?? "";
  const name = line.startsWith("mmap") ? undefined : /^\w+\(\d+<[^>]*>, "([\w.-]+)"/.exec(line)?.[1];
  const isByName = /^(openat|statx|renameat2?|unlinkat|mkdirat)\(/.test(line);
  const whole = isByName && name !== undefined ? `${path}/${name}` : path;
  return (
    whole
      .replace(/\.tmp\..*/, ".tmp")
      .replace(/face\.[0-9a-f]+/, "face")
      .replace(/^\//, "") || "."
  );
}
