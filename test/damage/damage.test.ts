import { expect, test } from "bun:test";
import { cuts, type Damage, flips, shapes } from "./damages";
import { makeSpecimen, type Specimen } from "./specimen";
import { judge } from "./verdict";

// A slice of each; `bun test/damage/run.ts` strikes with all of them.
const timeoutMs = 60_000;
const now = makeSpecimen();
const rebooted = makeSpecimen("earlier boot");
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
    expect(await violationsOf(now, flips, every(1777))).toEqual([]);
    expect(await violationsOf(rebooted, flips, every(5003))).toEqual([]);
    expect(
      await violationsOf(
        now,
        flips,
        named(
          "bit 1 of byte 3 of store/wal.5",
          "bit 1 of byte 47 of store/wal.5",
          "bit 2 of byte 316 of store/snapshot",
        ),
      ),
    ).toEqual([]);
  },
  timeoutMs,
);

test(
  "a file that is cut off anywhere is told, and repaired without loss of anything that can be read",
  async () => {
    expect(await violationsOf(now, cuts, every(509))).toEqual([]);
    expect(await violationsOf(rebooted, cuts, named("store/wal.5 cut to 900 "))).toEqual([]);
  },
  timeoutMs,
);

test(
  "parts of the log and of the snapshot that are doubled, swapped, removed or renamed are told, and repaired",
  async () => {
    expect(await violationsOf(now, shapes, every(23))).toEqual([]);
    const missing = named("wal.5 removed", "wal.1 removed", "renamed to store/wal.7");
    expect(await violationsOf(now, shapes, missing)).toEqual([]);
    expect(await violationsOf(rebooted, shapes, named("wal.5 removed", "wal.5 frame 3 removed"))).toEqual([]);
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
