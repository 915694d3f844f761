import { BzError } from "../../model/errors";
import type { CheckReport, Finding } from "../../storage/check";
import type { Store } from "../../storage/store";
import { attempt, attemptAsync, type Outcome, type SimulatedWorld } from "../helpers/simulated-world";
import { type Accuse, describe, neverEnding, type Shown } from "./accusation";
import type { Damage } from "./damages";
import { checksFor, reasonFor } from "./expectation";
import { judgeRepair } from "./repair-verdict";
import { type Specimen, type ToldPast, tellAll, tellDependents, tellPast } from "./specimen";

/** How one damaged store was met. */
export interface Verdict {
  /** `doctor` fails, or warns of it. */
  readonly isReported: boolean;
  /** Why it may be silent; undefined where it must not. */
  readonly harmless: string | undefined;
  /** What is against the promises. */
  readonly violations: readonly string[];
}

/** Strikes a copy of the specimen, reads it and its record, examines it, repairs it and works on in it. */
export async function judge(specimen: Specimen, damage: Damage): Promise<Verdict> {
  const world = specimen.world.fork();
  damage.strike(world);
  const violations: string[] = [];
  const accuse: Accuse = (what) => void violations.push(`${damage.name}: ${what}`);
  const shown = readDamaged(world, specimen, damage, accuse);
  const isPastRefused = await readPast(world, specimen, damage, accuse);
  const report = await examine(world, accuse);
  const failures = report?.findings.filter(isTold) ?? [];
  const isReported = failures.length > 0;
  const harmless = reasonFor(specimen, world, damage);
  if (!isReported && harmless === undefined) accuse("doctor does not report it");
  if (!isReported && (shown.isRefused || isPastRefused)) accuse("a reader refuses what doctor calls whole");
  if (isReported && !failures.some(({ message }) => fileName.test(message)))
    accuse(`doctor names no file: ${failures.map(({ message }) => message).join(" ")}`);
  if (report !== undefined && harmless === undefined) judgeChecks(damage, report.findings, accuse);
  await judgeRepair(world, specimen, { damage, shown, isReported }, accuse);
  return { isReported, harmless, violations };
}

const isTold = ({ status }: Finding): boolean => status === "failure" || status === "warning";

/** All at once, the search that leads to dependents, each issue alone. Damage to the record alone concerns none of them. */
function readDamaged(world: SimulatedWorld, { told }: Specimen, damage: Damage, accuse: Accuse): Shown {
  const read = <T>(what: string, expected: T, action: (store: Store) => T): Outcome<T> => {
    const process = world.start(neverEnding);
    const outcome = attempt(() => action(process.store()));
    process.kill();
    if (outcome.kind === "stopped") accuse(`${what} never ends`);
    if (outcome.kind === "failed") refused(what, outcome.error, accuse);
    if (outcome.kind === "done" && !Bun.deepEquals(outcome.value, expected))
      accuse(`${what} tells ${JSON.stringify(outcome.value)}`);
    return outcome;
  };
  const all = read("reading", told, (store) => store.read(tellAll));
  if (all.kind === "done") {
    read("the search for dependents", told.dependents, (store) => store.read(tellDependents));
    return { isRefused: false, lines: all.value.lines };
  }
  if (isBeside(damage.file)) accuse("reading stops at a file that it does not need");
  read("the search for dependents", told.dependents, (store) => store.read(tellDependents));
  const lines: Record<string, string> = {};
  for (const [id, expected] of Object.entries(told.lines)) {
    const one = read(`showing ${id}`, expected, (store) =>
      store.read(({ state }) => state.line(id) ?? "missing"),
    );
    if (one.kind === "done") lines[id] = one.value;
  }
  return { isRefused: true, lines };
}

/**
 * `history` and what `undo` and `--as-of` go by: all of it, or a refusal that names a file. Only where the beginning is gone as a whole they begin later, and without their base they
 * know less; never anything else.
 */
async function readPast(
  world: SimulatedWorld,
  { past }: Specimen,
  damage: Damage,
  accuse: Accuse,
): Promise<boolean> {
  const process = world.start(neverEnding);
  const outcome = await attemptAsync(() => tellPast(process.store()));
  process.kill();
  if (outcome.kind === "stopped") accuse("reading the record never ends");
  if (outcome.kind === "failed") refused("reading the record", outcome.error, accuse);
  if (outcome.kind !== "done") return true;
  comparePast(outcome.value, past, { mayBeginLater: damage.beginsLater === true }, accuse);
  return false;
}

/** The sequences may be fewer at the beginning; what is known may be less, and never something else. */
function comparePast(
  found: ToldPast,
  past: ToldPast,
  { mayBeginLater }: { mayBeginLater: boolean },
  accuse: Accuse,
): void {
  const { events } = past;
  const isAll = Bun.deepEquals(found.events, events);
  const isEnd = found.events.length > 0 && events.join("\n").endsWith(found.events.join("\n"));
  if (!isAll && !(mayBeginLater && isEnd))
    accuse(`the record tells ${found.events.length} of ${events.length} events: ${found.events.join(" ")}`);
  for (const [key, line] of found.before)
    if (past.before.get(key) !== line) accuse(`before ${key} the record knows ${line}`);
}

function refused(what: string, error: unknown, accuse: Accuse): void {
  if (!(error instanceof BzError)) accuse(`${what} ends with ${describe(error)}`);
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

/** One of the checks that look at this file has to tell of it. */
function judgeChecks({ file }: Damage, findings: readonly Finding[], accuse: Accuse): void {
  const expected = checksFor(file);
  if (findings.some((finding) => finding.status !== "pass" && expected.includes(finding.check))) return;
  accuse(`none of doctor's checks ${expected.join(", ")} tells of it`);
}

/** What only some commands need: the record, the copies, the signature of a face. */
const isBeside = (file: string): boolean => /^store\/(history|backups|face\.)/.test(file);

const fileName = /wal\.\d|snapshot|store\/lock|holds a log|store\/backups\/\w/;
