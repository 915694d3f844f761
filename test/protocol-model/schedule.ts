import { giveBirth } from "./birth.ts";
import { finish, walk } from "./chain.ts";
import { compactor } from "./compactor.ts";
import { type Directory, type Disk, type FileInode, Gone } from "./disk.ts";
import { Killed } from "./process.ts";
import { Random } from "./random.ts";
import { reader } from "./reader.ts";
import { generationOf, segmentName } from "./records.ts";
import type { Choices, Setting } from "./settings.ts";
import type { Step } from "./steps.ts";
import { cleaner, lockReplacer, losePage } from "./vandals.ts";
import { type Actor, type Steps, type Violation, World } from "./world.ts";
import { writer } from "./writer.ts";

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly powerCuts: number;
  readonly refused: number;
  readonly counts: World["counts"];
}

/** One history of a store: up to four boots, each ended by a power cut that is tried in three ways. */
export function simulate(
  seed: number,
  setting: Setting,
  choices: Choices,
  without: readonly Step[] = [],
  journal?: string[],
): Outcome {
  const world = new World(new Random(seed), setting, choices, without);
  const { random, truth } = world;
  if (journal) {
    world.disk.journal = journal;
    truth.onViolation = (what) => world.disk.note(() => `VIOLATION: ${what}`);
  }
  let powerCuts = 0;
  let refused = 0;
  if (!random.chance(setting.born)) bornInPeace(world);
  const boots = random.between(1, 4);
  for (let boot = 0; boot < boots && truth.violations.size === 0; boot += 1) {
    new Schedule(world).run();
    let disk = world.disk;
    for (let cut = 0; cut < 3; cut += 1) {
      disk = world.disk.powerCut();
      powerCuts += 1;
      const isRotten = random.chance(setting.rot) && loseEnd(disk);
      const isRefused = !recovers(world, disk, isRotten);
      if (isRefused) {
        refused += 1;
        if (!truth.refusalIsAllowed && !isRotten) truth.violated("RECOVERY REFUSED");
        disk.root.entries.clear();
        disk.root.durable.clear();
      }
      if (cut === 2 && (isRefused || isRotten)) truth.removed(disk.clock);
    }
    disk.note(() => "POWER CUT, new boot");
    world.powerOn(disk);
  }
  return { violations: [...truth.violations], powerCuts, refused, counts: world.counts };
}

/** A store that was there before the story begins, complete and on disk. */
function bornInPeace(world: World): void {
  const store = world.disk.makeDirectory(world.disk.root, "store");
  while (!store.file("lock")?.page) {
    store.entries.clear();
    finish(giveBirth(world, newActor(world, "writer"), store));
  }
  world.disk.settle();
  world.truth.syncFailed = false;
}

/** False if the store is refused. Of a disk that lost what it had reported as durable, only what the surviving page tells of is owed. */
function recovers(world: World, disk: Disk, isRotten: boolean): boolean {
  const store = disk.root.directory("store");
  const found = store && finish(walk(world, store, undefined));
  if (found?.outcome === "again" || found?.outcome === "damage") return false;
  if (found?.outcome === "state" && found.isBelowPromise) return false;
  const version = found?.outcome === "state" ? found.version : undefined;
  if (isRotten) world.truth.recoveredInPart(version, store?.file("lock")?.page);
  else world.truth.recovered(version);
  return true;
}

/** The last segment loses its last blocks, or is not there. False where there is none. */
function loseEnd(disk: Disk): boolean {
  const store = disk.root.directory("store");
  const last = Math.max(...[...(store?.entries.keys() ?? [])].map((name) => generationOf(name) ?? 0));
  const segment = store?.file(segmentName(last));
  if (store === undefined || segment === undefined) return false;
  if (disk.random.chance(0.3)) disk.forget(store, segmentName(last));
  else segment.cutTo(disk.random.between(1, segment.blocks.length));
  return true;
}

export function newActor(world: World, kind: Actor["kind"]): Actor {
  const actor: Actor = { id: world.nextActor(), kind, held: [], steps: nothing(), waitsFor: undefined };
  if (kind === "writer") actor.steps = writer(world, actor);
  else if (kind === "compactor") actor.steps = compactor(world, actor);
  else if (kind === "reader") actor.steps = reader(world);
  else if (kind === "cleaner") actor.steps = cleaner(world);
  else actor.steps = lockReplacer(world);
  return actor;
}

function* nothing(): Steps {
  // Replaced at once; an actor's steps need the actor.
}

/** One boot: who is alive, and whose turn it is. */
class Schedule {
  readonly #actors: Actor[] = [];
  /** Flocks of killed processes, which the kernel gives back a little later. */
  readonly #dying: { readonly target: FileInode | Directory; readonly at: number }[] = [];
  #sleeper: { readonly actor: Actor; readonly until: number } | undefined;
  #readers: number;
  #arrivals = 0;

  constructor(readonly world: World) {
    const { random, setting } = world;
    this.#readers = random.between(0, setting.readers);
    for (let count = random.between(1, 6); count > 0; count -= 1) this.#arrive("writer");
    for (let count = random.between(0, 2); count > 0; count -= 1) this.#arrive("compactor");
  }

  run(): void {
    const { world } = this;
    const { disk, random } = world;
    const end = random.between(0, world.setting.length);
    for (let step = 0; step < end && this.#actors.length > 0; step += 1) {
      disk.clock += 1;
      world.counts.steps += 1;
      this.#giveBack();
      this.#somethingHappens();
      const actor = this.#pick();
      if (!actor || this.#isResting(actor)) continue;
      disk.turn = actor.id;
      if (actor.kind !== "cleaner" && random.chance(world.setting.kill)) this.#kill(actor);
      else this.#advance(actor);
      if (world.truth.violations.size > 0) return;
    }
    world.truth.cleaners = 0;
  }

  /** Someone who is not blocked, if such a one is soon found: a blocked process has no turn to lose. */
  #pick(): Actor | undefined {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const actor = this.world.random.pick(this.#actors);
      if (actor?.waitsFor?.holder === undefined) return actor;
    }
    return undefined;
  }

  #arrive(kind: Actor["kind"]): void {
    const actor = newActor(this.world, kind);
    this.#actors.push(actor);
    this.world.disk.note(() => `arrives: ${kind} ${actor.id}`);
  }

  #somethingHappens(): void {
    const { random, setting, disk } = this.world;
    if (this.#readers > 0 && random.chance(0.08)) {
      this.#readers -= 1;
      this.#arrive("reader");
    }
    if (this.#arrivals < 40 && random.chance(0.05)) {
      this.#arrivals += 1;
      this.#arrive(random.chance(setting.writers) ? "writer" : "compactor");
    }
    if (random.chance(0.05)) disk.writeBack();
    if (random.chance(setting.pageLoss)) losePage(this.world);
    if (random.chance(setting.lockReplacement)) this.#arrive("lock replacer");
    if (random.chance(setting.clean) && this.world.truth.cleaners === 0) this.#arrive("cleaner");
  }

  #isResting(actor: Actor): boolean {
    const { random, setting, disk } = this.world;
    if (this.#sleeper && this.#sleeper.until < disk.clock) this.#sleeper = undefined;
    if (this.#sleeper) return this.#sleeper.actor === actor;
    if (random.chance(setting.sleep)) this.#sleeper = { actor, until: disk.clock + random.between(50, 500) };
    return actor.kind === "reader" && this.#actors.length > 1 && !random.chance(setting.readerTurns);
  }

  #advance(actor: Actor): void {
    try {
      if (actor.steps.next().done) this.#end(actor);
    } catch (error) {
      if (error instanceof Killed) this.#kill(actor);
      else if (error instanceof Gone) this.#end(actor);
      else throw error;
    }
  }

  #end(actor: Actor): void {
    this.#actors.splice(this.#actors.indexOf(actor), 1);
    this.world.leaves(actor);
    for (const target of actor.held.splice(0).reverse()) target.holder = undefined;
  }

  /** The lock is free at once, or after the segment, as the kernel closes descriptors in its own order. */
  #kill(actor: Actor): void {
    this.#actors.splice(this.#actors.indexOf(actor), 1);
    this.world.leaves(actor);
    this.world.disk.note(() => `killed: ${actor.kind} ${actor.id}`);
    const { random, disk } = this.world;
    let at = disk.clock;
    for (const target of actor.held.splice(0)) {
      this.#dying.push({ target, at });
      if (random.chance(0.5)) at += random.between(1, 10);
    }
    this.#giveBack();
  }

  #giveBack(): void {
    for (let index = this.#dying.length - 1; index >= 0; index -= 1) {
      const dying = this.#dying[index];
      if (!dying || dying.at > this.world.disk.clock) continue;
      dying.target.holder = undefined;
      this.#dying.splice(index, 1);
    }
  }
}
