import { expect, test } from "bun:test";
import { cuts, type Damage, flips, flipsOfAcknowledged } from "./damages";
import { shapes } from "./shapes";
import { makeSpecimen, type Specimen } from "./specimen";
import { judge } from "./verdict";

// A slice of each; `bun test/damage/run.ts` strikes with all of them.
const timeoutMs = 60_000;
const now = await makeSpecimen();
const rebooted = await makeSpecimen("earlier boot");
const pageless = await makeSpecimen("none");
const layered = await makeSpecimen("current, with a delta");
const foreign = await makeSpecimen("current", 2);
const every =
  (count: number) =>
  (_: Damage, index: number): boolean =>
    index % count === 0;
const named =
  (...parts: readonly string[]) =>
  ({ name }: Damage): boolean =>
    parts.some((part) => name.includes(part));

test(
  "a flipped bit is told, and repaired without loss of anything that can be read",
  async () => {
    expect(await violationsOf(now, flips, every(2111))).toEqual([]);
    expect(await violationsOf(rebooted, flips, every(9001))).toEqual([]);
    // Only the frames behind it tell that it is no torn tail.
    expect(
      await violationsOf(pageless, flipsOfAcknowledged, named("bit 1 of byte 260 of store/wal.6")),
    ).toEqual([]);
    expect(
      await violationsOf(
        now,
        flips,
        named(
          "bit 1 of byte 3 of store/wal.6",
          "bit 1 of byte 47 of store/wal.6",
          "bit 2 of byte 316 of store/snapshot",
          "bit 3 of byte 100 of store/history/wal.2",
        ),
      ),
    ).toEqual([]);
  },
  timeoutMs,
);

test(
  "a file that is cut off anywhere is told, and repaired without loss of anything that can be read",
  async () => {
    expect(await violationsOf(now, cuts, every(809))).toEqual([]);
    expect(await violationsOf(rebooted, cuts, named("store/wal.6 cut to 900 "))).toEqual([]);
  },
  timeoutMs,
);

test(
  "damage to a delta, to the snapshot below it and to the log behind it is told, and repaired without loss of anything that can be read",
  async () => {
    const all = (specimen: Specimen): Iterable<Damage> => shapes(specimen, foreign);
    const ofDelta = named("store/snapshot.delta");
    const some =
      (count: number) =>
      (damage: Damage, index: number): boolean =>
        index % count === 0 && ofDelta(damage);
    expect(await violationsOf(layered, flips, some(401))).toEqual([]);
    expect(await violationsOf(layered, flips, every(50_021))).toEqual([]);
    expect(await violationsOf(layered, cuts, some(61))).toEqual([]);
    expect(await violationsOf(layered, all, some(7))).toEqual([]);
    const whole = named("snapshot.delta removed", "store/snapshot removed", "replaced by store/snapshot");
    expect(await violationsOf(layered, all, whole)).toEqual([]);
  },
  timeoutMs,
);

test(
  "parts of the log and of the snapshot that are doubled, swapped, removed or renamed are told, and repaired",
  async () => {
    const all = (specimen: Specimen): Iterable<Damage> => shapes(specimen, foreign);
    expect(await violationsOf(now, all, every(61))).toEqual([]);
    const missing = named(
      "wal.6 removed",
      "history/wal.1 removed",
      "wal.2 removed",
      "renamed to store/wal.9",
      "wal.3 and store/history/wal.4 swapped",
      "wal.6 replaced by that of another store",
      "wal.6 frame 3 swapped",
    );
    expect(await violationsOf(now, all, missing)).toEqual([]);
    expect(await violationsOf(rebooted, all, named("wal.6 removed", "wal.6 frame 3 removed"))).toEqual([]);
  },
  timeoutMs,
);

async function violationsOf(
  specimen: Specimen,
  damages: (specimen: Specimen) => Iterable<Damage>,
  isChosen: (damage: Damage, index: number) => boolean,
): Promise<string[]> {
  const chosen = [...damages(specimen)].filter(isChosen);
  expect(chosen.length).toBeGreaterThan(0);
  const violations: string[] = [];
  for (const damage of chosen) violations.push(...(await judge(specimen, damage)).violations);
  return violations;
}
