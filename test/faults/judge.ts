import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { DisturbedCommand } from "./disturbed-commands";
import { runHere, succeedHere } from "./hand";
import { difference, isOfStore, type Observation, observe, temporariesIn } from "./observation";
import { type Disturbed, describePoint, disturb, type Point } from "./point";
import type { Age, Lane, Rehearsal } from "./scene";
import { codeIn, wrongAnswer } from "./wrong-answer";

export interface Verdict {
  /** What is wrong, in words; empty when nothing is. */
  readonly wrong: readonly string[];
  readonly isHit: boolean;
  /** How the disturbed process ended. */
  readonly ending: string;
  /** Offsets at which the log was cut. */
  readonly cuts: number;
}

/** Runs a command with a fault, and looks at everything that has to be true after it. */
export async function judge(
  lane: Lane,
  command: DisturbedCommand,
  age: Age,
  { change }: Rehearsal,
  point: Point,
): Promise<Verdict> {
  const before = await lane.set(command, age);
  const history = await historyOf(lane);
  const sizes = lane.segmentBytes();
  const result = await disturb(point, lane.tracePath, (wrapper) => lane.start(wrapper, command));
  const wrong = wrongAnswer(point, command, result);
  let cuts = 0;
  try {
    if (point.fault.kind === "torn") cuts = await cutEverywhere(lane, sizes, before, wrong);
    const after = await lookAfter(lane, command);
    // Whoever is told that a file is not there makes another one.
    const isLie = point.fault.kind === "error" && point.fault.errno === "ENOENT";
    const isTold = (each: string): boolean => !isLie || (isOfStore(each) && command.isRepair !== true);
    const found = difference(before, after).filter(isTold);
    wrong.push(...wrongChange(command, point, result, found, change.filter(isTold)));
    if (command.isReader === true && result.code === 0 && !isLie)
      wrong.push(...wrongReading(command, result, await lane.undisturbedAnswer(command)));
    wrong.push(...(await wrongLater(lane, after, history, result)));
  } catch (error) {
    wrong.push(`the next command: ${error instanceof Error ? error.message : String(error)}`);
  }
  const ending = result.signal ?? `${result.code} ${codeIn(result.stderr)}`.trim();
  const where = `${describePoint(point)}, ${age} store, which was ${result.hit[0]}`;
  return {
    wrong: wrong.map((each) => `${where}: ${ending}: ${each}`),
    isHit: result.hit.length > 0,
    ending,
    cuts,
  };
}

/** A store that was being born, or is damaged, gets what its user would do next. */
async function lookAfter(lane: Lane, command: DisturbedCommand): Promise<Observation | undefined> {
  if (command.isRepair === true) {
    const { code, stderr } = await runHere(lane.directory, ["doctor", "--fix", "--json"]);
    if (code > 1) throw new Error(`doctor --fix ended with ${code}: ${stderr}`);
  }
  const after = await observe(lane.directory);
  if (after === undefined) await succeedHere(lane.directory, ["init", "--here", "--prefix", "bd"]);
  return after;
}

/** The disturbed change is there whole or not at all, and as its answer says. */
function wrongChange(
  command: DisturbedCommand,
  { fault }: Point,
  { code, signal, stdout, stderr }: Disturbed,
  found: readonly string[],
  change: readonly string[],
): string[] {
  // Whatever the disturbed repair did, the second one ends where the first would have.
  if (command.isRepair === true) return sameChange(found, change) ? [] : [`repaired to ${found.join("; ")}`];
  const wrong: string[] = [];
  for (const each of found) if (!change.includes(each)) wrong.push(`nobody's wish: ${each}`);
  const missing = change.filter((each) => !found.includes(each));
  const missingOfStore = missing.filter(isOfStore);
  const isHalf = missingOfStore.length > 0 && found.some(isOfStore);
  if (isHalf) wrong.push(`half there, without ${missingOfStore.join("; ")}`);
  const isAnswered = code === 0 || (signal !== null && stdout.endsWith("\n"));
  if (isAnswered && missing.length > 0) wrong.push(`acknowledged, but not there: ${missing.join("; ")}`);
  if (found.some(isOfStore) && /nothing was (saved|changed|written)/i.test(stderr + stdout))
    wrong.push(`it is there, though: ${stderr}${stdout}`);
  if (fault.kind === "delay" && code !== 0) wrong.push("slowness is no error");
  return wrong;
}

function sameChange(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}

/** A reader that met an error shows everything or says so. */
function wrongReading(command: DisturbedCommand, { stdout, stderr }: Disturbed, whole: string): string[] {
  if (command.name === "doctor") {
    const checksIn = (text: string): number => (JSON.parse(text) as { checks: unknown[] }).checks.length;
    return checksIn(stdout) === checksIn(whole) ? [] : ["checks are missing"];
  }
  if (stdout === whole) return [];
  return [`not the whole answer, and 0: ${stdout.slice(0, 600)} ${stderr.slice(0, 600)}`];
}

/** Reads do not go back, the next writes work, nothing is left, the record is whole, and doctor is content. */
async function wrongLater(
  lane: Lane,
  after: Observation | undefined,
  history: readonly string[],
  result: Disturbed,
): Promise<string[]> {
  const { directory } = lane;
  const wrong: string[] = [];
  const expect = async (
    what: string,
    earlier: Observation | undefined,
    count: number,
  ): Promise<Observation | undefined> => {
    const now = await observe(directory);
    const changes = difference(earlier, now);
    if (after !== undefined && changes.length !== count)
      wrong.push(`${what}: ${changes.join("; ") || "nothing new"}`);
    return now;
  };
  const failedSync = result.trace.find((line) => /^f(data)?sync\(.* = -1 .*\(INJECTED\)/.test(line));
  const sizes = lane.segmentBytes();
  const again = await expect("read again", after, 0);
  await succeedHere(directory, ["q", "Written after"]);
  if (failedSync !== undefined) wrong.push(...extended(lane, failedSync, sizes));
  const next = await expect("after the next write", again, 1);
  ageTemporaries(directory);
  await succeedHere(directory, ["compact"]);
  await expect("after the next compaction", next, 0);
  await succeedHere(directory, ["sync"]);
  await expect("after the next export", next, 0);
  const left = temporariesIn(join(directory, ".beads"));
  if (left.length > 0) wrong.push(`left lying: ${left.join()}`);
  const events = await historyOf(lane);
  if (!history.every((event, index) => events[index] === event)) wrong.push("history is not what it was");
  wrong.push(...(await ailments(directory)));
  return wrong;
}

/** Those of dead processes are swept when they are old enough. */
function ageTemporaries(directory: string): void {
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const name of temporariesIn(join(directory, ".beads")))
    utimesSync(join(directory, ".beads", name), anHourAgo, anHourAgo);
}

/** Nobody appends to a file again whose sync failed. */
function extended(lane: Lane, failedSync: string, sizes: ReadonlyMap<string, number>): string[] {
  const name = /store\/(wal\.\d+)>/.exec(failedSync)?.[1];
  if (name === undefined) return [];
  const now = lane.segmentBytes().get(name);
  return now === undefined || now === sizes.get(name)
    ? []
    : [`${name} was extended after its sync had failed`];
}

/** The frame that was appended and not synced is cut at every byte; then a part of it, and the next writer gets to see that. */
async function cutEverywhere(
  lane: Lane,
  sizes: ReadonlyMap<string, number>,
  before: Observation | undefined,
  wrong: string[],
): Promise<number> {
  let cuts = 0;
  for (const [name, bytes] of lane.segmentBytes()) {
    const earlier = sizes.get(name);
    if (earlier === undefined || bytes <= earlier) continue;
    const path = join(lane.directory, ".beads/store", name);
    const appended = readFileSync(path).subarray(earlier);
    const descriptor = openSync(path, "r+");
    for (let length = appended.length - 1; length >= 0; length -= 1) {
      ftruncateSync(descriptor, earlier + length);
      cuts += 1;
      const changes = difference(before, await observe(lane.directory));
      if (changes.length > 0) wrong.push(`cut at ${length} of ${appended.length}: ${changes.join("; ")}`);
    }
    closeSync(descriptor);
    appendFileSync(path, appended.subarray(0, Math.floor(Math.random() * appended.length)));
  }
  return cuts;
}

async function historyOf({ directory }: Lane): Promise<string[]> {
  const { code, stdout } = await runHere(directory, ["history", "bd-done", "--json"]);
  if (code !== 0) return [];
  return (JSON.parse(stdout) as { events: unknown[] }).events.map((event) => JSON.stringify(event));
}

async function ailments(directory: string): Promise<string[]> {
  const { code, stdout, stderr } = await runHere(directory, ["doctor", "--json"]);
  if (stdout === "") return [`doctor ended with ${code}: ${stderr}`];
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; message: string }[] };
  return checks
    .filter(({ status }) => status === "failure")
    .map(({ name, message }) => `doctor: ${name}: ${message}`);
}
