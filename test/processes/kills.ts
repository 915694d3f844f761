import { watch } from "node:fs";
import type { Finished } from "../helpers/bz-process";
import type { Random } from "../protocol-model/random";
import type { Scene } from "./scene";
import { type Work, Workers } from "./work";

export interface KillTally {
  /** Processes that a signal ended. */
  killed: number;
  /** Of those, how many had answered, and how many had saved without having answered. */
  answered: number;
  saved: number;
  /** By signal and command. */
  readonly byKind: Map<string, number>;
  /** Command lines that ended by themselves. */
  unharmed: number;
}

/** What has grown makes everything slower. */
const roundsPerScene = 30;

/** SIGKILL mostly; the others end a process just as suddenly, as it handles none of them. */
const signals: readonly NodeJS.Signals[] = [
  ...Array<NodeJS.Signals>(7).fill("SIGKILL"),
  "SIGTERM",
  "SIGHUP",
  "SIGINT",
];

export function newTally(): KillTally {
  return { killed: 0, answered: 0, saved: 0, byKind: new Map(), unharmed: 0 };
}

/**
 * Kills processes at random moments, some of which wait for one another, until `isEnough`. Readers look meanwhile, and after every round everything is
 * compared with what was acknowledged.
 */
export async function killMany(
  scene: Scene,
  random: Random,
  tally: KillTally,
  isEnough: () => boolean,
): Promise<void> {
  const workers = new Workers(scene, random);
  for (let count = 0; count < 5; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
  const pace = new Pace(scene.tracker.storePath, (await scene.tracker.run("list")).elapsedMs, random);
  try {
    for (let round = 0; round < roundsPerScene && scene.wrong.length === 0 && !isEnough(); round += 1)
      await killRound(scene, workers, pace, tally);
  } finally {
    pace.close();
  }
  await scene.checkAll();
}

async function killRound(scene: Scene, workers: Workers, pace: Pace, tally: KillTally): Promise<void> {
  const crowd = Array.from({ length: pace.random.between(2, 12) }, () => workers.next());
  const undecided: Work[] = [];
  const reader = pace.random.chance(0.3) ? scene.look() : undefined;
  await Promise.all(
    crowd.map(async (work) => {
      const started = scene.start(work.attempt);
      // One in eight is spared, so that the pace is known.
      const signal = pace.random.chance(1 / 8) ? undefined : pace.random.pick(signals);
      if (signal !== undefined) pace.atSomeMoment(work.kind, () => started.kill(signal));
      const ended = await started.finished;
      scene.ended(work.attempt, ended, work.codes);
      workers.ended(work, ended.stdout);
      note(work, ended, pace, tally);
      if (ended.signal !== null && work.attempt.state === "open") undecided.push(work);
      if (ended.signal !== null && ended.signal !== signal)
        scene.accuse(`bz ${work.attempt.words.join(" ")} was ended by ${ended.signal}, not by ${signal}`);
    }),
  );
  await reader;
  const wrongBefore = scene.wrong.length;
  const { sessions } = await scene.settle();
  tally.saved += undecided.filter(({ attempt }) => sessions.has(attempt.session)).length;
  if (scene.wrong.length > wrongBefore)
    scene.accuse(`the round was ${crowd.map(({ attempt }) => attempt.words.join(" ")).join("; ")}`);
}

function note({ kind }: Work, { signal, stdout, elapsedMs }: Finished, pace: Pace, tally: KillTally): void {
  if (signal === null) {
    tally.unharmed += 1;
    pace.learn(kind, elapsedMs);
    return;
  }
  tally.killed += 1;
  if (stdout !== "") tally.answered += 1;
  const key = `${signal} ${kind}`;
  tally.byKind.set(key, (tally.byKind.get(key) ?? 0) + 1);
}

/** When to strike. */
class Pace {
  readonly #typicalMs = new Map<string, number>();
  readonly #waiting = new Set<{ events: number; strike: () => void }>();
  readonly #watcher;

  constructor(
    storePath: string,
    readonly firstMs: number,
    readonly random: Random,
  ) {
    this.#watcher = watch(storePath, () => this.#pass());
  }

  /**
   * Half of the strikes fall anywhere into the life of the process, on a machine of any speed; the first fifth is the start of the runtime. The others
   * come when something has happened in the store, where the moments lie close together that matter.
   */
  atSomeMoment(kind: string, strike: () => void): void {
    if (this.random.chance(0.5)) {
      this.#waiting.add({ events: this.random.between(1, 12), strike });
    } else {
      const typicalMs = this.#typicalMs.get(kind) ?? this.firstMs;
      setTimeout(strike, typicalMs * (0.2 + 0.9 * this.random.next()));
    }
  }

  learn(kind: string, elapsedMs: number): void {
    const known = this.#typicalMs.get(kind) ?? elapsedMs;
    this.#typicalMs.set(kind, 0.7 * known + 0.3 * elapsedMs);
  }

  close(): void {
    this.#watcher.close();
  }

  #pass(): void {
    for (const each of this.#waiting) {
      each.events -= 1;
      if (each.events > 0) continue;
      this.#waiting.delete(each);
      each.strike();
    }
  }
}
