import type { Call, Plan } from "../helpers/crashing-file-system";
import { isSync, isWrite } from "../helpers/faults";
import { storeWithWrites } from "../helpers/moments";
import { compactIn } from "../helpers/story";
import { explained, type Moment, powerCut } from "../helpers/sweep";
import { Random } from "../protocol-model/random";

const stepsInHistory = 30;

/** A long history of writes, compactions, deaths, failing disks and power cuts, drawn from its seed alone. */
export function playHistory(seed: number, happened: Happened): void {
  explained(`history ${seed}`, () => new History(seed, happened).play());
}

export interface Happened {
  writes: number;
  deaths: number;
  failures: number;
  cuts: number;
}

class History {
  #moment: Moment;
  readonly #random: Random;
  readonly #happened: Happened;
  /** Readers may then show what can vanish, and what was denied can come up; what was acknowledged must stay all the same. */
  #isPageLost = false;

  constructor(seed: number, happened: Happened) {
    this.#moment = storeWithWrites(0);
    this.#random = new Random(seed);
    this.#happened = happened;
  }

  play(): void {
    for (let step = 1; step <= stepsInHistory; step += 1) explained(`step ${step}`, () => this.#step());
    const { world, story } = this.#moment;
    story.writeWell(world);
    const compaction = compactIn(world.start());
    if (compaction.kind === "failed") throw compaction.error;
    story.check(world);
  }

  #step(): void {
    const random = this.#random;
    if (random.chance(0.12)) {
      this.#moment = powerCut(this.#moment, random.between(0, 1 << 30));
      this.#isPageLost = false;
      this.#happened.cuts += 1;
    } else this.#act();
    // Not looked at after every step: what nobody was shown has more ways to go.
    if (random.chance(0.6)) this.#moment.story.check(this.#moment.world);
  }

  #act(): void {
    const { world, story } = this.#moment;
    const process = world.start(this.#plan());
    if (this.#random.chance(0.2)) compactIn(process);
    else {
      this.#happened.writes += 1;
      this.#moment.story.write(process);
    }
    if (!process.isAlive) this.#happened.deaths += 1;
    process.kill();
    if (this.#isPageLost) this.#moment = { world, story: story.withoutStatusPage() };
  }

  /** One fault at some call, or none. */
  #plan(): Plan | undefined {
    const random = this.#random;
    const number = random.between(1, 90);
    const kind = random.next();
    if (kind < 0.3) return undefined;
    if (kind < 0.5) return (call) => (call.number === number ? { kind: "stop" } : undefined);
    if (kind < 0.65) return this.#first(isWrite, (call) => this.#deathInside(call));
    if (kind < 0.8)
      return this.#first(isSync, () => {
        this.#happened.failures += 1;
        return { kind: "fail", code: "EIO" };
      });
    if (kind < 0.9)
      return this.#first(isWrite, (call) => {
        this.#noteTornPage(call);
        this.#happened.failures += 1;
        return { kind: "short", bytes: random.between(0, 300), ending: "ENOSPC" };
      });
    if (kind < 0.95) return (call) => (call.number === number ? { kind: "fail", code: "EIO" } : undefined);
    return (call) => {
      if (call.number === number) this.#moment.story.write(this.#moment.world.start());
      return undefined;
    };
  }

  #deathInside(call: Call): ReturnType<Plan> {
    this.#noteTornPage(call);
    return { kind: "short", bytes: this.#random.between(0, 300), ending: "stop" };
  }

  #noteTornPage({ path }: Call): void {
    this.#isPageLost ||= path.endsWith("/lock");
  }

  /** The fault at one of the first calls of that kind. */
  #first(matches: (call: Call) => boolean, fault: Plan): Plan {
    let left = this.#random.between(1, 5);
    return (call) => {
      if (!matches(call)) return undefined;
      left -= 1;
      return left === 0 ? fault(call) : undefined;
    };
  }
}
