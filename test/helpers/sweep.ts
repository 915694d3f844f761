import { expect } from "bun:test";
import type { Call, Fault } from "./crashing-file-system";
import { isChange } from "./faults";
import type { SimulatedProcess, SimulatedWorld } from "./simulated-world";
import { compactIn, type Story } from "./story";

/** A moment of a store's life, and what was promised until then. */
export interface Moment {
  readonly world: SimulatedWorld;
  readonly story: Story;
}

/** Something that a process does, as a whole. */
export type Action = (process: SimulatedProcess, story: Story) => unknown;

export const write: Action = (process, story) => story.write(process);
export const compaction: Action = (process) => compactIn(process);

/** How much was tried, so that a test can claim it. */
export interface Tally {
  faults: number;
  cuts: number;
}

export function fork({ world, story }: Moment): Moment {
  return { world: world.fork(), story: story.fork() };
}

export function powerCut({ world, story }: Moment, seed: number): Moment {
  return { world: world.powerCut(seed), story: story.afterPowerCut() };
}

/** The calls that `action` makes when nothing disturbs it. */
export function callsOf(moment: Moment, action: Action): readonly Call[] {
  const { world, story } = fork(moment);
  const process = world.start();
  action(process, story);
  return process.calls;
}

/** `action` with one fault at the call of that number; what it leaves behind when its process is gone. */
export function disturbed(moment: Moment, action: Action, number: number, fault: Fault): Moment {
  const after = fork(moment);
  const process = after.world.start((call) => (call.number === number ? fault : undefined));
  action(process, after.story);
  process.kill();
  return after;
}

/** Kills `action` before each of its calls and after the last, and tries everything that may come next. */
export function stopEverywhere(moment: Moment, action: Action, seeds: number): Tally {
  const calls = callsOf(moment, action);
  const tally = { faults: 0, cuts: 0 };
  for (let number = 1; number <= calls.length + 1; number += 1) {
    const after = disturbed(moment, action, number, { kind: "stop" });
    // Behind a call that left no trace the disk is what it was before it.
    const last = calls[number - 2];
    const isNews = last !== undefined && isChange(last);
    tally.faults += 1;
    tally.cuts += explained(`stopped before ${described(calls[number - 1])}`, () =>
      comeBack(after, isNews ? seeds : 0),
    );
  }
  return tally;
}

/** Runs `action` once for every fault at every call, and tries everything that may come next. */
export function disturbEverywhere(
  moment: Moment,
  action: Action,
  faultsAt: (call: Call) => readonly Fault[],
  seeds: number,
): Tally {
  const tally = { faults: 0, cuts: 0 };
  for (const call of callsOf(moment, action)) {
    for (const fault of faultsAt(call)) {
      tally.faults += 1;
      tally.cuts += explained(`${JSON.stringify(fault)} at ${described(call)}`, () =>
        comeBack(disturbed(moment, action, call.number, fault), seeds),
      );
    }
  }
  return tally;
}

/** Runs `action` once for every call from which on nothing works any more. */
export function breakEverywhere(moment: Moment, action: Action, seeds: number): Tally {
  const tally = { faults: 0, cuts: 0 };
  for (const { number, ...call } of callsOf(moment, action)) {
    const after = fork(moment);
    const process = after.world.start((each) =>
      each.number >= number ? { kind: "fail", code: "EIO" } : undefined,
    );
    action(process, after.story);
    process.kill();
    tally.faults += 1;
    tally.cuts += explained(`everything fails from ${described({ number, ...call })}`, () =>
      comeBack(after, seeds),
    );
  }
  return tally;
}

/**
 * Everything that may follow a moment: power cuts, and the next commands in this boot; without seeds only the latter. Returns the
 * number of cuts.
 */
export function comeBack(moment: Moment, seeds: number): number {
  let cuts = 0;
  if (seeds === 0) {
    explained("the same boot", () => goOn(moment));
    return cuts;
  }
  for (let seed = 0; seed < seeds; seed += 1) {
    const after = powerCut(moment, seed);
    cuts += 1;
    explained(`power cut ${seed}`, () => goOn(after));
    if (seed % 4 !== 0) continue;
    cuts += 1;
    explained(`power cut ${seed} and another`, () => goOn(powerCut(after, seed + 1000)));
  }
  cuts += compactFirst(fork(moment), seeds);
  const { world, story } = moment;
  explained("the same boot", () => goOn(moment));
  for (let seed = 0; seed < seeds; seed += 2) {
    cuts += 1;
    explained(`power cut ${seed} after the next write`, () => goOn(powerCut(moment, seed)));
  }
  explained("compaction", () => {
    expect(compactIn(world.start())).toMatchObject({ kind: "done" });
    story.check(world);
  });
  for (let seed = 0; seed < seeds; seed += 2) {
    cuts += 1;
    explained(`power cut ${seed} after the next compaction`, () => goOn(powerCut(moment, seed)));
  }
  return cuts;
}

/** The next command may be one that only folds. */
function compactFirst(moment: Moment, seeds: number): number {
  // Where no store was born yet, there is nothing to fold.
  if (moment.world.file("store/snapshot") === undefined) return 0;
  explained("compaction as the next command", () => {
    expect(compactIn(moment.world.start())).toMatchObject({ kind: "done" });
    moment.story.check(moment.world);
  });
  let cuts = 0;
  for (let seed = 0; seed < seeds; seed += 2) {
    cuts += 1;
    explained(`power cut ${seed} after compaction as the next command`, () => goOn(powerCut(moment, seed)));
  }
  return cuts;
}

/** Reads, writes and reads again, as the next users would. */
export function goOn({ world, story }: Moment): void {
  const before = story.check(world);
  story.writeWell(world);
  expect(story.check(world)).toHaveLength(before.length + 1);
}

export function described(call: Call | undefined): string {
  return call === undefined ? "the end" : `call ${call.number}, ${call.name} ${call.path}`;
}

/** Says with an error where in a sweep it happened: the schedule is all that is needed to see it again. */
export function explained<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}
