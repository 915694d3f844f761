import { checkStore } from "../../storage/check";
import { openPlace } from "../../storage/session";
import { type SimulatedWorld, storePath, workspace } from "../helpers/simulated-world";
import type { Random } from "../protocol-model/random";
import { type Action, compaction, nextWrite, repair } from "./actions";
import type { Moment } from "./moments";

/** How many disks were looked at, and in which ways they were used. */
export interface Tally {
  /** Disks that a fault or a power cut left, whether or not another one was like them. */
  states: number;
  /** Those of them that differed in a byte, a name or a promise, each of which was recovered and checked. */
  distinct: number;
  /** Recoveries that were cut off themselves. */
  recoveriesCut: number;
  faults: number;
}

const writes: Action = { name: "write", run: nextWrite };
/** Older than this a temporary is nobody's any more. */
const temporaryAgeMs = 11 * 60_000;

/** The next commands on what a fault left. They need no help, and find all that was acknowledged. */
export function recover(moment: Moment, random: Random, needsRepair: boolean, tally: Tally): void {
  const { world, ledger } = moment;
  if (needsRepair) mend(world, ledger);
  const way = random.next();
  // Without a look in between what nobody was shown has more ways to go.
  const names = way < 0.85 ? ledger.check(world) : undefined;
  if (way < 0.1) fold(moment);
  if (way > 0.1 && way < 0.2) cutRecovery(moment, random, needsRepair, tally);
  else writeWell(moment, names);
  if (way > 0.95) examine(world);
}

/** @param names what was there before, where that is known */
function writeWell({ world, ledger }: Moment, names?: readonly string[]): void {
  const outcome = nextWrite(world.start(), ledger);
  if (outcome.kind === "failed") throw outcome.error;
  const written = ledger.names.at(-1) ?? "";
  if (names === undefined) ledger.check(world);
  else ledger.checkState(world, [...names, written]);
}

/** Recovery is killed, or the power goes, up to three times; then it goes through. */
function cutRecovery(moment: Moment, random: Random, needsRepair: boolean, tally: Tally): void {
  let { world, ledger } = moment;
  for (let cuts = random.between(1, 3); cuts > 0; cuts -= 1) {
    const action = needsRepair && random.chance(0.3) ? repair : random.chance(0.3) ? compaction : writes;
    const last = random.between(1, action === writes ? 60 : 140);
    const process = world.start(({ number }) => (number === last ? { kind: "stop" } : undefined));
    action.run(process, ledger);
    process.kill();
    tally.recoveriesCut += 1;
    if (random.chance(0.75)) {
      world = world.powerCut(random.between(0, 1 << 30));
      ledger = ledger.afterPowerCut();
    }
    if (needsRepair) mend(world, ledger);
    if (random.chance(0.5)) ledger.check(world);
  }
  ledger.check(world);
  writeWell({ world, ledger });
}

function mend(world: SimulatedWorld, ledger: Moment["ledger"]): void {
  const outcome = repair.run(world.start(), ledger);
  if (outcome.kind === "failed") throw outcome.error;
}

/** A compaction, after which nothing of a dead process is left. */
function fold({ world, ledger }: Moment): void {
  if (world.file("store/snapshot") === undefined) return;
  world.nowMs += temporaryAgeMs;
  const outcome = compaction.run(world.start(), ledger);
  if (outcome.kind === "failed") throw outcome.error;
  const left = ["", "/history", "/backups"].flatMap((name) => {
    const directory = world.disk.at(`${storePath}${name}`);
    return directory?.kind === "directory" ? [...directory.entries.keys()] : [];
  });
  const temporary = left.find((name) => name.includes(".tmp."));
  if (temporary !== undefined) throw new Error(`${temporary} is left behind`);
  ledger.check(world);
}

/** `doctor` finds nothing. */
function examine(world: SimulatedWorld): void {
  const process = world.start();
  const place = openPlace(workspace, process.environment);
  const { findings } = checkStore(place, workspace, process.environment, process.store().settings);
  place.close();
  const failure = findings.find(({ status }) => status === "failure");
  if (failure !== undefined) throw new Error(`doctor: ${failure.check}: ${failure.message}`);
}
