import { describe, expect, test } from "bun:test";
import { Random } from "../protocol-model/random";
import { Bench, type Case, describeCase } from "./campaign";
import { playHistory } from "./history";

const timeoutMs = 120_000;
/** Behind each fault. The long form, run.ts, tries every way of a power cut. */
const cutLimit = 60;
const parts = [1, 2, 3, 4];
const statesInPart = 2500;
const statesOfDelta = 1200;
const historiesInSlice = 10;
/** What reads, replaces or removes a delta. */
const foldingActions = ["put", "purge", "compact", "backup", "doctor --fix"];
const pagelessWrecks = /^damaged (snapshot|segment) and lost status page behind a failed sync$/;

describe("a store keeps what it acknowledged, nothing else in part, and needs no help", () => {
  const bench = new Bench(1);
  const unprepared = (what: string, error: unknown): void => {
    throw new Error(`${what}: ${error}`, { cause: error });
  };
  let all: readonly Case[] = [];

  test.each(parts)(
    "whatever is cut off or fails at whichever call, part %p of 4",
    (part) => {
      if (all.length === 0) all = new Random(1).shuffle([...bench.cases(() => true, unprepared)]);
      const own = all.filter(
        ({ disturbance }, index) => disturbance.isCut && index % parts.length === part - 1,
      );
      const { states } = bench.tally;
      for (const each of own) {
        if (bench.tally.states >= states + statesInPart) break;
        try {
          bench.try(each, cutLimit);
        } catch (error) {
          throw new Error(`${describeCase(each)}: ${error}`, { cause: error });
        }
      }
      expect(bench.tally.states).toBeGreaterThanOrEqual(states + statesInPart);
    },
    timeoutMs,
  );

  test(
    "also where what changed since the snapshot is folded into a delta, or a delta into a snapshot",
    () => {
      const isOfDelta = (action: string, moment: string): boolean =>
        action === "fold"
          ? /large|delta/.test(moment)
          : foldingActions.includes(action) && moment.includes("delta");
      const own = new Random(2).shuffle([...bench.cases(isOfDelta, unprepared)]);
      const { states } = bench.tally;
      for (const each of own) {
        if (bench.tally.states >= states + statesOfDelta) break;
        try {
          bench.try(each, cutLimit);
        } catch (error) {
          throw new Error(`${describeCase(each)}: ${error}`, { cause: error });
        }
      }
      expect(bench.tally.states).toBeGreaterThanOrEqual(states + statesOfDelta);
    },
    timeoutMs,
  );

  test.each([
    [
      "sync writes a face behind a failed sync and a lost status page: what a power cut takes out of the log does not stand there in part",
      "sync",
      /^garbage for a status page behind a failed sync$/,
      /^(death after 31 bytes|EDQUOT|ENOSPC) at/,
    ],
    [
      "a repair rebuilds a store of that kind: whenever the power goes, the record holds what the snapshot holds",
      "doctor --fix",
      pagelessWrecks,
      /^(stop|EIO) at/,
    ],
  ])(
    "also where %s",
    (_, actionName, moments, chosen) => {
      const wrong: string[] = [];
      for (const each of bench.cases(
        (action, moment) => action === actionName && moments.test(moment),
        unprepared,
      ))
        if (chosen.test(each.disturbance.name)) {
          try {
            bench.try(each, 10);
          } catch (error) {
            wrong.push(`${describeCase(each)}: ${error}`);
          }
        }
      expect(wrong).toEqual([]);
    },
    timeoutMs,
  );

  test(
    "in long random histories of writes, compactions, deaths, failing disks and power cuts",
    () => {
      const happened = { writes: 0, deaths: 0, failures: 0, cuts: 0 };
      for (let seed = 0; seed < historiesInSlice; seed += 1) playHistory(seed, happened);
      expect(happened.cuts).toBeGreaterThan(historiesInSlice);
    },
    timeoutMs,
  );
});
