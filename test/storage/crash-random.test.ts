import { expect, test } from "bun:test";
import type { Call, Plan } from "../helpers/crashing-file-system";
import { isSync, isWrite } from "../helpers/faults";
import { storeWithWrites } from "../helpers/moments";
import { compactIn } from "../helpers/story";
import { explained, fork, type Moment, powerCut } from "../helpers/sweep";
import { Random } from "../protocol-model/random";

/** What happens in a run of this many steps is drawn from its seed alone. */
const runs = 150;
const stepsInRun = 30;

test("random histories of writes, compactions, deaths, failing disks and power cuts lose nothing and show nothing that vanishes", () => {
  const start = storeWithWrites(0);
  const happened = { writes: 0, deaths: 0, failures: 0, cuts: 0 };
  for (let seed = 0; seed < runs; seed += 1)
    explained(`run ${seed}`, () => new Run(start, seed, happened).go());
  expect(happened.writes).toBeGreaterThan(2000);
  expect(happened.deaths).toBeGreaterThan(400);
  expect(happened.failures).toBeGreaterThan(200);
  expect(happened.cuts).toBeGreaterThan(300);
}, 60_000);

interface Happened {
  writes: number;
  deaths: number;
  failures: number;
  cuts: number;
}

class Run {
  #moment: Moment;
  readonly #random: Random;
  readonly #happened: Happened;
  /** Readers may then show what can vanish, and what was denied can come up; what was acknowledged must stay all the same. */
  #isPageLost = false;

  constructor(start: Moment, seed: number, happened: Happened) {
    this.#moment = fork(start);
    this.#random = new Random(seed);
    this.#happened = happened;
  }

  go(): void {
    for (let step = 1; step <= stepsInRun; step += 1) explained(`step ${step}`, () => this.#step());
    const { world, story } = this.#moment;
    story.writeWell(world);
    expect(compactIn(world.start())).toMatchObject({ kind: "done" });
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
