import { BzError } from "../../model/errors";
import { dataViewOf, readUint53 } from "../../storage/byte-layout";
import type { CheckReport, Finding } from "../../storage/check";
import type { RepairReport } from "../../storage/repair";
import type { Store } from "../../storage/store";
import { decodeSegmentHeader, segmentHeaderLength } from "../../storage/wal-format";
import { attempt, attemptAsync, type Outcome, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { type Damage, framesIn, isSegment, isSnapshot, lockPath } from "./damages";
import {
  bytesOf,
  fieldsOf,
  filesIn,
  type Specimen,
  type Told,
  tellAll,
  tellDependents,
  touchedLimit,
} from "./specimen";

/** How one damaged store was met. */
export interface Verdict {
  /** `doctor` fails, or warns of it. */
  readonly isReported: boolean;
  /** Why it may be silent; undefined where it must not. */
  readonly harmless: string | undefined;
  /** What is against the promises. */
  readonly violations: readonly string[];
}

/** Strikes a copy of the specimen, reads it, examines it, repairs it and works on in it. */
export async function judge(specimen: Specimen, damage: Damage): Promise<Verdict> {
  const world = specimen.world.fork();
  damage.strike(world);
  const violations: string[] = [];
  const accuse = (what: string): void => void violations.push(`${damage.name}: ${what}`);
  const shown = readDamaged(world, specimen.told, accuse);
  const report = await examine(world, accuse);
  const isTold = ({ status }: Finding): boolean => status === "failure" || status === "warning";
  const failures = report?.findings.filter(isTold) ?? [];
  const isReported = failures.length > 0;
  const harmless = reasonFor(specimen, world, damage);
  if (!isReported && harmless === undefined) accuse("doctor does not report it");
  if (!isReported && shown.isRefused) accuse("a reader refuses what doctor calls whole");
  if (isReported && !failures.some(({ message }) => fileName.test(message)))
    accuse(`doctor names no file: ${failures.map(({ message }) => message).join(" ")}`);
  await repairAndWorkOn(world, specimen, { damage, shown }, accuse);
  return { isReported, harmless, violations };
}

type Accuse = (what: string) => void;

interface Shown {
  readonly isRefused: boolean;
  /** Lines of issues that can be shown one at a time. */
  readonly lines: Readonly<Record<string, string>>;
}

/** Every reader: all at once, the search that leads to dependents, each issue alone, the history. */
function readDamaged(world: SimulatedWorld, told: Told, accuse: Accuse): Shown {
  const read = <T>(what: string, expected: T | undefined, action: (store: Store) => T): Outcome<T> => {
    const process = world.start(neverEnding);
    const outcome = attempt(() => action(process.store()));
    process.kill();
    if (outcome.kind === "stopped") accuse(`${what} never ends`);
    if (outcome.kind === "failed") refused(what, outcome.error, accuse);
    if (outcome.kind === "done" && expected !== undefined && !Bun.deepEquals(outcome.value, expected))
      accuse(`${what} tells ${JSON.stringify(outcome.value)}`);
    return outcome;
  };
  const all = read("reading", told, (store) => store.read(tellAll));
  read("the search for dependents", told.dependents, (store) => store.read(tellDependents));
  if (all.kind === "done") {
    return { isRefused: false, lines: all.value.lines };
  }
  const lines: Record<string, string> = {};
  for (const [id, expected] of Object.entries(told.lines)) {
    const one = read(`showing ${id}`, expected, (store) =>
      store.read(({ state }) => state.line(id) ?? "missing"),
    );
    if (one.kind === "done") lines[id] = one.value;
  }
  return { isRefused: true, lines };
}

function refused(what: string, error: unknown, accuse: Accuse): void {
  if (!(error instanceof BzError))
    accuse(`${what} ends with ${error instanceof Error ? error.stack : error}`);
  else if (error.code !== "CORRUPT") accuse(`${what} is refused as ${error.code}: ${error.message}`);
  else if (!fileName.test(error.message)) accuse(`${what} is refused without a file: ${error.message}`);
}

async function examine(world: SimulatedWorld, accuse: Accuse): Promise<CheckReport | undefined> {
  const process = world.start(neverEnding);
  const outcome = await attemptAsync(() => process.store().check());
  process.kill();
  if (outcome.kind === "done") return outcome.value;
  accuse(`doctor ${outcome.kind === "stopped" ? "never ends" : `ends with ${describe(outcome.error)}`}`);
  return undefined;
}

async function repairAndWorkOn(
  world: SimulatedWorld,
  { told, values }: Specimen,
  { damage, shown }: { damage: Damage; shown: Shown },
  accuse: Accuse,
): Promise<void> {
  const damaged =
    damage.kind === "shape" && world.file(damage.file) === undefined
      ? undefined
      : bytesOf(world, damage.file);
  const process = world.start(neverEnding);
  const outcome = await attemptAsync(() => process.store().repair());
  process.kill();
  if (outcome.kind !== "done") {
    accuse(
      `doctor --fix ${outcome.kind === "stopped" ? "never ends" : `ends with ${describe(outcome.error)}`}`,
    );
    return;
  }
  const report = outcome.value;
  if (report.quarantine !== undefined && damaged !== undefined && isCopied(damage.file)) {
    const copy = `${report.quarantine.slice(report.quarantine.indexOf("store/"))}/${damage.file.split("/").at(-1)}`;
    if (!filesIn(world).includes(copy) || !Bun.deepEquals(bytesOf(world, copy), damaged))
      accuse(`no copy of it is at ${copy}`);
  }
  const leftFailures = report.after.findings.filter(({ status }) => status === "failure");
  if (leftFailures.length > 0 && !damage.file.startsWith("store/history/"))
    accuse(`after the repair: ${leftFailures.map(({ check, message }) => `${check}: ${message}`).join(" ")}`);
  const again = world.start(neverEnding);
  const read = attempt(() => again.store().read(tellAll));
  if (read.kind !== "done") {
    accuse(`after the repair reading ${read.kind} ${read.kind === "failed" ? describe(read.error) : ""}`);
    return;
  }
  compare(read.value, { told, values, shown, report, damage }, accuse);
  if (read.value.sequence < told.sequence && report.losses.length === 0)
    accuse(`sequences start again at ${read.value.sequence}`);
  const wrote = attempt(() => {
    again.store().write(tester, () => ({
      operations: [{ op: "put", id: "t-new", line: line("t-new", "New") }],
      result: 0,
    }));
    return again.store().read(({ state }) => state.line("t-new"));
  });
  if (wrote.kind !== "done" || wrote.value !== line("t-new", "New"))
    accuse(`after the repair writing ${wrote.kind} ${wrote.kind === "failed" ? describe(wrote.error) : ""}`);
  again.kill();
}

function compare(
  found: Told,
  {
    told,
    values,
    shown,
    report,
    damage,
  }: { told: Told; values: Specimen["values"]; shown: Shown; report: RepairReport; damage: Damage },
  accuse: Accuse,
): void {
  let differing = 0;
  for (const [id, expected] of Object.entries(told.lines)) {
    const now = found.lines[id];
    if (now === expected) continue;
    differing += 1;
    if (shown.lines[id] !== undefined) accuse(`${id} was readable, and the repair made of it ${now}`);
    const invented = now === undefined ? [] : fieldsOf(now).filter((field) => !values.get(id)?.has(field));
    if (invented.length > 0) accuse(`the repair invents ${id} ${invented.join(", ")}`);
  }
  for (const id of Object.keys(found.lines))
    if (told.lines[id] === undefined) accuse(`the repair invents ${id}`);
  const isLess = differing > 0 || found.records !== told.records;
  if (isLess && report.losses.length === 0)
    accuse(
      `the repair loses ${differing} issues silently, records ${found.records}; ${report.actions.join(" ")}`,
    );
  if (damage.costs !== undefined && differing > damage.costs * touchedLimit)
    accuse(`the repair loses ${differing} issues: ${report.losses.join(" ")}`);
}

/** Why `doctor` may find nothing wrong. */
function reasonFor(specimen: Specimen, struck: SimulatedWorld, { kind, file }: Damage): string | undefined {
  const bytes = bytesOf(specimen.world, file);
  if (file === lockPath)
    return "the status page says what is confirmed; without one all that verifies is read";
  if (isSegment(file)) {
    const end = endOfAcknowledged(specimen, file);
    const now = struck.file(file);
    if (now !== undefined && Bun.deepEquals(now.read(0, end), bytes.subarray(0, end)))
      return "behind what was acknowledged here: dead bytes";
  }
  if (kind === "shape" && isBase(file) && isNoBase(struck, file))
    return "a base that is not there: undo does not reach as far back, and a note says so";
  return undefined;
}

/** Where the frames end that the next segment does not begin with once more. */
function endOfAcknowledged({ world }: Specimen, file: string): number {
  const bytes = bytesOf(world, file);
  const generation = Number(file.split(".").at(-1));
  const next = filesIn(world).find((each) => each.endsWith(`/wal.${generation + 1}`));
  const header = next === undefined ? undefined : decodeSegmentHeader(bytesOf(world, next));
  const last = typeof header === "object" ? header.baseSequence : Number.POSITIVE_INFINITY;
  let end = segmentHeaderLength;
  for (const frame of framesIn(bytes)) {
    if (readUint53(dataViewOf(frame), 8) > last) break;
    end += frame.length;
  }
  return end;
}

/** Nothing, or a snapshot of another time: as if it had not been kept. */
function isNoBase(world: SimulatedWorld, file: string): boolean {
  const now = world.file(file);
  return now === undefined || Bun.deepEquals(now.read(0, now.size), bytesOf(world, "store/snapshot"));
}

const fileName = /wal\.\d|snapshot|store\/lock|holds a log/;
const isBase = (file: string): boolean => isSnapshot(file) && file.startsWith("store/history/");

function isCopied(file: string): boolean {
  return !file.startsWith("store/history/") && file !== lockPath;
}

function describe(error: unknown): string {
  if (error instanceof BzError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A command that makes so many calls is one that never ends. */
const neverEnding = ({ number }: { number: number }): { kind: "stop" } | undefined =>
  number > 100_000 ? { kind: "stop" } : undefined;
