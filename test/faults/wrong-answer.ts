import type { DisturbedCommand } from "./disturbed-commands";
import type { Disturbed, Point } from "./point";

/** Whether the process ended as it may after such a fault. */
export function wrongAnswer(point: Point, command: DisturbedCommand, result: Disturbed): string[] {
  const { fault, call } = point;
  const { code, signal, stdout, stderr, hit } = result;
  const wrong: string[] = [];
  if (fault.kind === "signal" || fault.kind === "torn") {
    const own = fault.kind === "torn" ? "SIGKILL" : fault.signal;
    if (signal !== null && signal !== own) wrong.push("died of something else");
    return wrong;
  }
  // It was one that the runtime makes for itself.
  if (call === "mmap" && hit.every((line) => !line.includes("/.beads"))) return [];
  // With so few descriptors the runtime may not come as far as bz.
  if (fault.kind === "limit" && fault.limit === "nofile" && fault.value < 12 && stdout === "") return [];
  if (signal !== null) wrong.push(`killed by ${signal}`);
  if (/\n\s+at |TypeError|RangeError|SystemCallError|undefined|\[object/.test(stderr))
    wrong.push(`says ${stderr}`);
  if (codeIn(stderr) === "INTERNAL") wrong.push(`says nothing of use: ${stderr}`);
  wrong.push(...wrongRepetition(result.trace));
  const isFailedSync = fault.kind === "error" && hit.some((line) => isOwed(command, line));
  if (code === 0) {
    // Where nothing is said to be, nothing is the whole.
    const isLie = fault.kind === "error" && fault.errno === "ENOENT";
    if (stdout === "" && !isLie && !command.words.includes("-o")) wrong.push("0 without an answer");
    if (isFailedSync && !isRetried(hit) && !isToldBehindAnswer(command, stderr))
      wrong.push("0, though a sync failed");
    // What stands in the settings behind the saving is only for the remark on what is in effect.
    const isRemark = command.words[0] === "config" && command.words[1] === "set";
    if (
      fault.kind === "error" &&
      !isLie &&
      command.words[0] !== "doctor" &&
      !isRemark &&
      !isMadeGood(point, command, stderr) &&
      hit.some(isOfSettings) &&
      !isRetried(hit)
    )
      wrong.push("0, though the settings could not be read");
    return wrong;
  }
  // Where nothing can be written any more, nothing can be said either.
  const isMute = call === "write" && fault.kind === "error" && fault.isLasting;
  if (code !== 2 && code !== 3 && !isRequest(point, command, result))
    wrong.push(`neither 0, 2 nor 3: ${stderr}`);
  const isTold = codeIn(stderr) !== "" || stdout.includes('"failed":[{"id":null,"code":');
  if (!isMute && !isTold && command.words[0] !== "doctor") wrong.push(`no error document: ${stderr}`);
  if (call === "flock" && fault.kind === "error" && fault.errno === "EINTR" && code !== 1)
    wrong.push("a signal at the lock is no error");
  return wrong;
}

/** The whole program has read them after the fast path could not, or they were wanted for what follows the answer. */
function isMadeGood({ fault }: Point, { isFast }: DisturbedCommand, stderr: string): boolean {
  const isLasting = fault.kind === "error" && fault.isLasting;
  return isFast === true && (!isLasting || stderr.startsWith("warning: the change is saved, but"));
}

/** Automatic exports come after the answer, which stands whatever becomes of them. */
function isOwed(command: DisturbedCommand, line: string): boolean {
  const isExporting = command.isFast === true || command.name === "q with export";
  const isAfterAnswer = isExporting && line.includes("/issues.jsonl");
  return /^(fdatasync|fsync)\(/.test(line) && !isAfterAnswer;
}

/** A fold comes behind the answer, too, and what stands in its way is told. */
function isToldBehindAnswer({ name }: DisturbedCommand, stderr: string): boolean {
  const warning = "warning: the change is saved, but the store could not be tidied up after it";
  return name === "q with a fold" && stderr.startsWith(warning);
}

/** Whether there are none or what they say is not known then. */
function isOfSettings(line: string): boolean {
  return /^(openat|read|pread64)\(/.test(line) && /config\.yaml[">]/.test(line);
}

/** Only EINTR may be tried again: nothing was attempted yet. */
function isRetried(hit: readonly string[]): boolean {
  return hit.every((line) => line.includes("EINTR"));
}

/** What only the user can put right: settings that he may not read, a file that he named, no store where there is none to be seen, an undo of what nobody knows; and `doctor` ends with 1 when a check fails. */
function isRequest({ fault }: Point, command: DisturbedCommand, { hit, stderr }: Disturbed): boolean {
  const isNamed = /(jsonl|\.txt|\.md|settings\.json) cannot be/.test(stderr);
  const errno = fault.kind === "error" ? fault.errno : "";
  const first = hit[0] ?? "";
  if (errno === "ENOENT") return true;
  if (errno === "EACCES" && first.includes("config.yaml")) return true;
  return (
    isNamed || codeIn(stderr) === "CANNOT_UNDO" || command.words[0] === "doctor" || !first.includes("/.beads")
  );
}

/** A file whose sync failed is neither synced nor extended again by the same process. */
function wrongRepetition(trace: readonly string[]): string[] {
  const failed = new Set<string>();
  const wrong: string[] = [];
  for (const line of trace) {
    const [, call = "", path = ""] = /^(\w+)\(\d+<([^>]*)>/.exec(line) ?? [];
    if (path === "" || !path.includes("/")) continue;
    if (failed.has(path)) wrong.push(`used again after its sync had failed: ${line}`);
    if (/sync$/.test(call) && line.includes("(INJECTED)") && !/= 0|EINTR/.test(line)) failed.add(path);
  }
  return wrong;
}

/** The code of the error that stderr holds, among warnings; "TEXT" where it is none for programs; "" when it holds none with a message. */
export function codeIn(stderr: string): string {
  if (/^error: .{10}/m.test(stderr)) return "TEXT";
  for (const line of stderr.split("\n")) {
    if (!line.startsWith('{"error":')) continue;
    const { error } = JSON.parse(line) as { error: { code: string; message: string } };
    if (error.message.length > 10) return error.code;
  }
  return "";
}
