import { isOfThisBoot, type State, walk } from "./chain.ts";
import type { Directory, FileInode } from "./disk.ts";
import { type Frame, generationOf, type StatusPage, segmentName } from "./records.ts";
import type { Actor, World } from "./world.ts";

/** The process dies inside a call, as by SIGKILL. */
export class Killed extends Error {}

/** How often a busy trip-wire is tried again: a killed holder's descriptors close one after another, not at once. */
const tripWirePatience = 80;

/** What a process holds between taking the lock and giving it back. */
export interface Section {
  readonly directory: Directory;
  readonly lock: FileInode;
  readonly segment: FileInode;
  page: StatusPage;
  /** A frame of the segment beyond `page.count` that a rotation has to take along. */
  carried: Frame | undefined;
}

export function* takeFlock(actor: Actor, target: FileInode | Directory): Generator<void, void> {
  actor.waitsFor = target;
  while (target.holder !== undefined) yield;
  actor.waitsFor = undefined;
  target.holder = actor.id;
  actor.held.push(target);
}

export function tryFlock(actor: Actor, target: FileInode | Directory): boolean {
  if (target.holder !== undefined && target.holder !== actor.id) return false;
  if (target.holder === undefined) actor.held.push(target);
  target.holder = actor.id;
  return true;
}

/** Gives back everything taken after the first `keep`, the last one first: the lock file goes last. */
export function release(actor: Actor, keep = 0): void {
  while (actor.held.length > keep) {
    const target = actor.held.pop();
    if (target?.holder === actor.id) target.holder = undefined;
  }
}

/** Takes `store/lock`, and makes sure that it is still the one that others will find. */
export function* takeLock(world: World, actor: Actor, directory: Directory): Generator<void, FileInode> {
  for (;;) {
    const lock = directory.file("lock") ?? world.disk.create(directory, "lock");
    yield;
    yield* takeFlock(actor, lock);
    yield;
    if (isPublished(directory, lock) || world.skips("lock file is still the published one")) return lock;
    lock.holder = undefined;
    actor.held.pop();
    yield;
  }
}

function isPublished(directory: Directory, lock: FileInode): boolean {
  return directory.file("lock") === lock;
}

/** A second flock, on something that a replaced lock file does not replace. Busy for long: a foreign holder. */
function* tripWire(world: World, actor: Actor, target: FileInode | Directory): Generator<void, boolean> {
  if (world.skips("trip-wire")) return true;
  const patience = world.skips("busy trip-wire is waited for") ? 0 : tripWirePatience;
  for (let waited = 0; !tryFlock(actor, target); waited += 1) {
    if (waited >= patience) {
      if (!world.truth.lockReplaced) world.truth.violated("FALSE FOREIGN HOLDER");
      return false;
    }
    yield;
  }
  return true;
}

/** The lock, and the trip-wire where it lies on the directory. Undefined: a foreign holder. */
export function* takeBoth(
  world: World,
  actor: Actor,
  directory: Directory,
): Generator<void, FileInode | undefined> {
  for (;;) {
    const held = actor.held.length;
    const lock = yield* takeLock(world, actor, directory);
    if (world.choices.tripWire !== "directory") return lock;
    if (!(yield* tripWire(world, actor, directory))) return undefined;
    yield;
    // Between our first look at the lock file and the trip-wire a holder of its replacement may have come and gone.
    if (isPublished(directory, lock) || world.skips("lock file is looked at again behind the trip-wire"))
      return lock;
    release(actor, held);
    yield;
  }
}

/** The lock, the trip-wire and a status page that can be relied on; undefined: refused, and nothing is held. */
export function* enter(
  world: World,
  actor: Actor,
  directory: Directory,
): Generator<void, Section | undefined> {
  const held = actor.held.length;
  for (let round = 0; round < 8; round += 1) {
    const lock = yield* takeBoth(world, actor, directory);
    if (!lock) {
      release(actor, held);
      return undefined;
    }
    const section = yield* baseline(world, actor, directory, lock);
    if (section !== "refused" && section !== "again") {
      world.enters(actor, directory);
      return section;
    }
    release(actor, held);
    if (section === "refused") return undefined;
    yield;
  }
  return undefined;
}

/** Did a `git clean` run since? What was written since is only seen if nobody took its name, or our right to it. */
export function isStillOurs(world: World, section: Section, segment: FileInode, generation: number): boolean {
  const { directory, lock } = section;
  const linked = segment.links > 0 && directory.file(segmentName(generation)) === segment;
  if (!linked && !world.skips("segment is still linked behind the sync")) return false;
  return isPublished(directory, lock) || world.skips("lock file is still the published one behind the sync");
}

export function leave(world: World, actor: Actor, keep: number): void {
  world.leaves(actor);
  release(actor, keep);
}

function* baseline(
  world: World,
  actor: Actor,
  directory: Directory,
  lock: FileInode,
): Generator<void, Section | "again" | "refused"> {
  const page = lock.page;
  yield;
  const trusted = isTrusted(world, page, directory) ? page : undefined;
  const found = trusted ? undefined : yield* walk(world, directory, undefined);
  if (found && found.outcome !== "state") return found.outcome === "again" ? "again" : "refused";
  if (found?.isBelowPromise) return "refused";
  const segment = found ? found.segment : directory.file(segmentName(trusted?.generation ?? 0));
  yield;
  if (!segment) return "again";
  if (world.choices.tripWire === "segment") {
    if (!(yield* tripWire(world, actor, segment))) return "refused";
    yield;
    // Between our first look at the lock file and the trip-wire a holder of its replacement may have come and gone.
    if (!isPublished(directory, lock) && !world.skips("lock file is looked at again behind the trip-wire"))
      return "again";
  }
  if (trusted?.unproven) return { directory, lock, segment, ...withoutLast(world, segment, trusted) };
  if (trusted) return { directory, lock, segment, page: trusted, carried: undefined };
  // And the log may have grown until we had the trip-wire.
  const settled = world.skips("log is read again behind the trip-wire")
    ? found
    : yield* walk(world, directory, undefined);
  if (settled?.outcome !== "state" || settled.segment !== segment) return "again";
  if (settled.isBelowPromise) return "refused";
  if (!isOfAnotherBoot(world, page) && world.choices.lostPage !== "sync everything") {
    world.counts.fullSafety += 1;
    // The names must last before a successor may: else a power cut could leave it behind a hole.
    if (!world.skips("directory is synced after a lost page") && !world.disk.syncDirectory(directory))
      return "refused";
    yield;
    const { storeId, generation, sequence, count } = settled;
    const known = { bootId: world.bootId, storeId, generation, segment: segment.number, count, sequence };
    const lost = { ...known, sealed: true, unproven: true };
    if (world.choices.lostPage === "mark the last frame") {
      world.writePage(lock, lost);
      yield;
    }
    return { directory, lock, segment, ...withoutLast(world, segment, lost) };
  }
  const made = yield* makePage(world, directory, settled, isOfAnotherBoot(world, page));
  if (!made) return "refused";
  world.writePage(lock, made);
  yield;
  return { directory, lock, segment, page: made, carried: undefined };
}

/** Is the page about this boot, and about the segment that now has that name? */
function isTrusted(world: World, page: StatusPage | undefined, directory: Directory): boolean {
  if (!isOfThisBoot(world, page)) return false;
  const segment = directory.file(segmentName(page.generation));
  if (!segment) return false;
  if (segment.number !== page.segment && !world.skips("page names the inode of its segment")) return false;
  return segment.header?.storeId === page.storeId || world.skips("page names its store");
}

function isOfAnotherBoot(world: World, page: StatusPage | undefined): boolean {
  return page !== undefined && page.bootId !== world.bootId;
}

/**
 * The page was lost within this boot. A segment holds at most one frame that is not confirmed, so all but the last one
 * are durable; the last one may belong to a failed sync, after which every further sync of that file lies. It goes into
 * a new segment. A page that left it out would hide a frame that may be acknowledged: so the page shows it, marked, or
 * there is none until then.
 */
function withoutLast(
  world: World,
  segment: FileInode,
  page: StatusPage,
): { page: StatusPage; carried: Frame | undefined } {
  const carried = world.skips("last frame is copied after a lost page")
    ? undefined
    : segment.frameAt(page.count - 1);
  const dropped = carried ? 1 : 0;
  return { page: { ...page, count: page.count - dropped, sequence: page.sequence - dropped }, carried };
}

function* makePage(
  world: World,
  directory: Directory,
  state: State,
  newBoot: boolean,
): Generator<void, StatusPage | undefined> {
  const { storeId, generation, sequence, count } = state;
  const page = { bootId: world.bootId, storeId, generation, segment: state.segment.number, count, sequence };
  // What is readable in a new boot came from the disk, so it is durable.
  if (newBoot) return { ...page, sealed: false, unproven: false };
  world.counts.fullSafety += 1;
  // The page was lost within this boot: who knows what was synced.
  if (!world.skips("sync everything after a lost page")) {
    for (const [name] of [...directory.entries]) {
      const file = directory.file(name);
      if (!file || (name !== "snapshot" && generationOf(name) === undefined)) continue;
      if (!world.sync(file)) return undefined;
      yield;
    }
    if (!world.disk.syncDirectory(directory)) return undefined;
    yield;
  }
  return { ...page, sealed: !world.skips("rotate after a lost page"), unproven: false };
}
