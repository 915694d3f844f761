import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "./hostile-tracker";
import type { Attack, Ended, Place } from "./place";

const calls = [
  "%network",
  "execve",
  "execveat",
  "fork",
  "vfork",
  "openat",
  "openat2",
  "open",
  "creat",
  "mkdir",
  "mkdirat",
  "rename",
  "renameat",
  "renameat2",
  "unlink",
  "unlinkat",
  "symlinkat",
  "linkat",
  "fchmodat",
  "chmod",
];

/** What a command may do outside of `.beads`, by its name: these are asked to. */
const writers: ReadonlySet<string> = new Set(["init", "setup", "export", "graph"]);

/**
 * What the process does, call by call: it speaks to nobody, starts nothing, writes nothing outside, and opens nothing below `.beads` that could be a link.
 */
export const tracedAttack: Attack = {
  name: "watched by strace",
  wrap: (command, { root }) => [
    "strace",
    "-ff",
    "-qq",
    "-y",
    "-s",
    "4096",
    "-e",
    `trace=${calls.join()}`,
    "-o",
    join(root, "trace"),
    ...command,
  ],
  judge: (place, ended, line) => judgeTrace(place, ended, line),
};

function judgeTrace(place: Place, _ended: Ended, { words }: Line): string[] {
  const lines = readdirSync(place.root)
    .filter((name) => name.startsWith("trace."))
    .flatMap((name) => readFileSync(join(place.root, name), "utf8").split("\n"));
  if (lines.length < 5) return ["was not traced"];
  const wrong = new Set<string>();
  let programs = 0;
  for (const line of lines) {
    if (/^(?:socket|connect|bind|listen|sendto|sendmsg|accept)\w*\(/.test(line) && !isOwnPair(line))
      wrong.add(`speaks: ${line}`);
    if (/^execve(?:at)?\(/.test(line)) programs += 1;
    const judged = judgeCall(line, place, words);
    if (judged !== undefined) wrong.add(`${judged}: ${line}`);
  }
  if (programs !== 1) wrong.add(`${programs} programs were started`);
  return [...wrong];
}

/** A pair of sockets between two threads of one process leads nowhere. */
function isOwnPair(line: string): boolean {
  return line.startsWith("socketpair(");
}

function judgeCall(line: string, place: Place, words: readonly string[]): string | undefined {
  const isBelow = line.includes(`${place.directory}/.beads`);
  const opened = /^openat\([^<]*<([^>]*)>, "((?:[^"\\]|\\.)*)", ([A-Z_|]+)(?:, (0\d+))?\)/.exec(line);
  if (opened === null) {
    const changes = /^(?:mkdir|rename|unlink|symlink|link|creat|chmod|fchmodat)/.test(line);
    return changes && !isBelow && !writers.has(words[0] ?? "") ? "changes something outside" : undefined;
  }
  const [, base = "", name = "", flags = "", mode = ""] = opened;
  const path = name.startsWith("/") ? name : join(base, name);
  const isWritten = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(flags);
  if (!path.startsWith(`${place.directory}/.beads`)) {
    const isDevice = /^\/(?:dev\/(?:null|tty|pts|shm)|proc\/)/.test(path);
    return isWritten && !isDevice && !writers.has(words[0] ?? "") ? "writes outside" : undefined;
  }
  if (!flags.includes("O_NOFOLLOW")) return "follows links";
  if (!flags.includes("O_CLOEXEC")) return "leaves a descriptor to programs";
  if (!flags.includes("O_CREAT")) return undefined;
  if (path.includes(".tmp.")) {
    if (!flags.includes("O_EXCL")) return "takes a temporary file that is there";
    if (!/\.tmp\.\d+\.[0-9a-z]{8,}$/.test(path)) return "a temporary name that can be guessed";
  }
  return path.includes("/store/") && mode !== "0600" ? "a private file for others" : undefined;
}
