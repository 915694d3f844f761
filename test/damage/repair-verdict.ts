import type { RepairReport } from "../../storage/repair";
import { attempt, attemptAsync, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { type Accuse, describe, neverEnding, type Shown } from "./accusation";
import { type Damage, lockPath } from "./damages";
import {
  bytesOf,
  fieldsOf,
  filesIn,
  type Specimen,
  type Told,
  type ToldPast,
  tellAll,
  tellPast,
  touchedLimit,
} from "./specimen";

interface Met {
  readonly damage: Damage;
  readonly shown: Shown;
  readonly isReported: boolean;
}

/** `doctor --fix` copies first, loses nothing readable, says what is gone, and leaves a store that is well: a second one finds nothing to do. */
export async function judgeRepair(
  world: SimulatedWorld,
  specimen: Specimen,
  met: Met,
  accuse: Accuse,
): Promise<void> {
  const { damage } = met;
  const damaged = world.file(damage.file) === undefined ? undefined : bytesOf(world, damage.file);
  const report = await repair(world, "doctor --fix", accuse);
  if (report === undefined) return;
  if (damaged !== undefined && isCopied(damage.file)) judgeCopy(world, damage, damaged, report, accuse);
  judgeLeft(report, accuse);
  const again = world.start(neverEnding);
  const read = attempt(() => again.store().read(tellAll));
  if (read.kind !== "done") {
    accuse(`after the repair reading ${read.kind} ${read.kind === "failed" ? describe(read.error) : ""}`);
    return;
  }
  compare(read.value, specimen, { ...met, report }, accuse);
  if (read.value.sequence < specimen.told.sequence && report.losses.length === 0)
    accuse(`sequences start again at ${read.value.sequence}`);
  const past = await attemptAsync(() => tellPast(again.store()));
  if (past.kind !== "done")
    accuse(`after the repair the record ${past.kind === "failed" ? describe(past.error) : past.kind}`);
  else compareRecord(past.value, specimen, { damage, report }, accuse);
  again.kill();
  await workOn(world, accuse);
}

async function repair(
  world: SimulatedWorld,
  what: string,
  accuse: Accuse,
): Promise<RepairReport | undefined> {
  const process = world.start(neverEnding);
  const outcome = await attemptAsync(() => process.store().repair());
  process.kill();
  if (outcome.kind === "done") return outcome.value;
  accuse(`${what} ${outcome.kind === "stopped" ? "never ends" : `ends with ${describe(outcome.error)}`}`);
  return undefined;
}

/** The next write and the next compaction; then there is nothing left to repair. */
async function workOn(world: SimulatedWorld, accuse: Accuse): Promise<void> {
  const process = world.start(neverEnding);
  const worked = await attemptAsync(async () => {
    process.store().write(tester, () => ({
      operations: [{ op: "put", id: "t-new", line: line("t-new", "New") }],
      result: 0,
    }));
    await process.store().compact();
    return process.store().read(({ state }) => state.line("t-new"));
  });
  process.kill();
  if (worked.kind !== "done" || worked.value !== line("t-new", "New"))
    accuse(
      `after the repair writing ${worked.kind} ${worked.kind === "failed" ? describe(worked.error) : ""}`,
    );
  const second = await repair(world, "a second doctor --fix", accuse);
  if (second === undefined) return;
  if (second.actions.length > 0)
    accuse(`a second doctor --fix has something to do: ${second.actions.join(" ")}`);
  judgeLeft(second, accuse);
}

function judgeLeft({ after }: RepairReport, accuse: Accuse): void {
  const left = after.findings.filter(({ status }) => status === "failure");
  if (left.length > 0)
    accuse(`after the repair: ${left.map(({ check, message }) => `${check}: ${message}`).join(" ")}`);
}

function judgeCopy(
  world: SimulatedWorld,
  { file }: Damage,
  damaged: Uint8Array,
  { quarantine }: RepairReport,
  accuse: Accuse,
): void {
  const below = file.slice("store/".length);
  const places = [file, `store/history/${below}`];
  const isThere = places.some(
    (place) => filesIn(world).includes(place) && Bun.deepEquals(bytesOf(world, place), damaged),
  );
  if (quarantine === undefined || isThere) return;
  const copy = `${quarantine.slice(quarantine.indexOf("store/"))}/${below}`;
  if (!filesIn(world).includes(copy) || !Bun.deepEquals(bytesOf(world, copy), damaged))
    accuse(`no copy of it is at ${copy}`);
}

function compare(
  found: Told,
  { told, values }: Specimen,
  { damage, shown, report }: Met & { readonly report: RepairReport },
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

/** Every transaction that was there is there, event by event, or its sequence was named. */
function compareRecord(
  { events }: ToldPast,
  { past }: Specimen,
  { damage, report }: { damage: Damage; report: RepairReport },
  accuse: Accuse,
): void {
  const found = new Set(events);
  const told = new Set(past.events);
  const invented = events.filter((event) => !told.has(event));
  if (invented.length > 0) accuse(`the record invents ${invented.join(" ")}`);
  const sequences = past.events.filter((event) => !found.has(event)).map(sequenceOf);
  const lost = [...new Set(sequences)];
  const unsaid = lost.filter((sequence) => !report.lostSequences.includes(sequence));
  if (unsaid.length > 0 && damage.beginsLater !== true)
    accuse(`the record loses ${unsaid.join(", ")} silently`);
  if (damage.costs !== undefined && lost.length > damage.costs)
    accuse(`the record loses ${lost.join(", ")} by one damage`);
  const whole = report.lostSequences.filter((sequence) => !lost.includes(sequence));
  if (whole.length > 0) accuse(`the repair names ${whole.join(", ")} as lost, and the record has them`);
}

const sequenceOf = (event: string): number => Number((JSON.parse(event) as { sequence: number }).sequence);

/** Nothing is thrown away with these, so nothing has to be kept of them. */
const isCopied = (file: string): boolean => file !== lockPath && !/^store\/(backups|face)/.test(file);
