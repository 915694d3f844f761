import { giveBirth } from "./birth.ts";
import { caughtUp, type Reading, read, type State, walk } from "./chain.ts";
import type { Directory, FileInode } from "./disk.ts";
import { enter, isStillOurs, Killed, leave, type Section } from "./process.ts";
import {
  type Frame,
  frameSum,
  type Header,
  type StatusPage,
  segmentName,
  torn,
  type Version,
} from "./records.ts";
import type { Actor, Steps, World } from "./world.ts";

interface Rotated {
  readonly segment: FileInode;
  /** Ghost: when the sync that covers the frame returned. */
  readonly syncedAt: number;
}

interface Commit extends Rotated {
  readonly version: Version;
  /** Ghost: when its process began to read. */
  readonly beganAt: number;
}

/** A frame for the end of the log as it was read, made before the lock is taken. */
interface Draft {
  readonly page: StatusPage;
  readonly segment: FileInode;
  readonly frame: Frame;
}

interface Change {
  /** Ghost. */
  readonly beganAt: number;
  readonly transaction: number;
  /** Set for a restore. */
  readonly restores: number | undefined;
}

/** `store.write`: acknowledged at its end, or not at all. */
export function* writer(world: World, actor: Actor): Steps {
  const restores = world.random.chance(world.setting.restore) ? world.random.pick(world.backups) : undefined;
  const transaction = world.nextTransaction();
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const directory = world.store ?? world.disk.makeDirectory(world.disk.root, "store");
    yield;
    const startedAt = world.disk.clock;
    const reading = yield* read(world, directory);
    if (reading.outcome === "stuck") {
      if (directory.removed) continue;
      world.truth.refused(startedAt, "WRITER REFUSED");
      return;
    }
    if (reading.outcome === "absent") {
      if (!(yield* giveBirth(world, actor, directory))) return;
      continue;
    }
    const commit = yield* write(world, actor, directory, reading, {
      transaction,
      restores,
      beganAt: startedAt,
    });
    if (commit === "again") continue;
    if (commit) acknowledge(world, commit);
    return;
  }
}

function acknowledge(world: World, commit: Commit): void {
  world.counts.acknowledged += 1;
  world.truth.acknowledge(commit.version, commit.segment, commit.syncedAt, commit.beganAt);
  if (world.random.chance(0.2)) world.backups.push(commit.version.content);
}

function* write(
  world: World,
  actor: Actor,
  directory: Directory,
  { state: before, page }: Reading & { readonly outcome: "state" },
  change: Change,
): Generator<void, Commit | "again" | undefined> {
  const draft = draftOf(world, directory, before, page, change);
  const startedAt = world.disk.clock;
  const held = actor.held.length;
  const section = yield* enter(world, actor, directory);
  if (!section) return undefined;
  let commit: Commit | "again" | undefined;
  if (section.page.storeId !== before.storeId && !world.skips("store id is compared under the lock"))
    commit = "again";
  else {
    const state = yield* catchUp(world, section, before);
    if (state) commit = yield* commitOn(world, actor, section, state, change, draft);
    else world.truth.refused(startedAt, "WRITER REFUSED");
  }
  leave(world, actor, held);
  yield;
  return commit;
}

/** The state under the lock, on which the change is decided again. */
export function* catchUp(world: World, section: Section, before: State): Generator<void, State | undefined> {
  const { page, directory } = section;
  if (world.skips("catch up under the lock")) return before;
  if (world.skips("segment is chosen under the lock")) return before;
  let state: State | undefined;
  const confirmed = page.count + (section.carried ? 1 : 0);
  if (
    page.generation === before.generation &&
    confirmed >= before.count &&
    isSameLog(world, section, before)
  ) {
    if (section.segment.validLength(confirmed) < confirmed) return undefined;
    state = caughtUp(world, before, section.segment, confirmed);
  } else {
    const walked = yield* walk(world, directory, { ...page, count: confirmed });
    if (walked.outcome === "state") state = walked;
  }
  yield;
  return state?.sequence === page.sequence + (section.carried ? 1 : 0) ? state : undefined;
}

/**
 * A read without a status page may have seen the segment of a rotation that was never acknowledged, and another one may
 * have taken its name since: generation and offset alone do not say that it is the same log.
 */
function isSameLog(world: World, section: Section, before: State): boolean {
  if (world.skips("remembered position is compared by its sum")) return true;
  return section.segment.sumAt(before.count) === before.sum;
}

/** Of the last segment, which may be another one by now than the one that was read. */
function draftOf(
  world: World,
  directory: Directory,
  before: State,
  page: StatusPage | undefined,
  change: Change,
): Draft | undefined {
  if (!page || page.sealed || page.generation !== before.generation) return undefined;
  const segment = directory.file(segmentName(page.generation));
  if (!segment?.header || segment.number !== page.segment) return undefined;
  return { page, segment, frame: makeFrame(world, segment.header, before, change) };
}

/** Compared to the byte. */
function isFor(world: World, draft: Draft, page: StatusPage): boolean {
  if (world.skips("a frame made before the lock counts only under the page that was read")) return true;
  return Bun.deepEquals(draft.page, page);
}

function makeFrame(world: World, header: Header, state: State, change: Change): Frame {
  const sequence = state.sequence + 1;
  const link = state.sum;
  const sum = frameSum(header.salt, link, sequence, change.transaction);
  world.truth.attempted.add(change.transaction);
  return {
    kind: "frame",
    sequence,
    link,
    sum,
    transaction: change.transaction,
    restores: change.restores,
    decidedOn: state.version,
  };
}

/** The same transaction as a frame of another segment. */
function salted(frame: Frame, salt: number, link: number): Frame {
  return { ...frame, link, sum: frameSum(salt, link, frame.sequence, frame.transaction) };
}

function versionAfter(state: State, change: Change): Version {
  return state.version.after(change.transaction, change.restores);
}

function* commitOn(
  world: World,
  actor: Actor,
  section: Section,
  state: State,
  change: Change,
  draft: Draft | undefined,
): Generator<void, Commit | undefined> {
  const made = draft && isFor(world, draft, section.page) ? draft : undefined;
  const segment = made?.segment ?? section.segment;
  if (segment.number !== section.page.segment && !world.skips("segment is chosen under the lock"))
    return undefined;
  const target = world.skips("segment is chosen under the lock") ? state.segment : segment;
  const base = world.skips("append only where size is confirmed") ? adoptTail(world, target, state) : state;
  if (target.header && mayAppend(world, section, target)) {
    const frame = made?.frame ?? makeFrame(world, target.header, base, change);
    return yield* append(world, section, target, base, change, frame);
  }
  const rotated = yield* rotate(world, actor, section, { state, change });
  return rotated && { ...rotated, version: versionAfter(state, change), beganAt: change.beganAt };
}

function mayAppend(world: World, section: Section, segment: FileInode): boolean {
  const { page } = section;
  const size = segment.blocks.length;
  if (world.skips("segment is chosen under the lock")) return segment.validLength(size) === size;
  if (page.sealed && !world.skips("a sealed segment is never appended to")) return false;
  if (world.skips("append only where size is confirmed")) return segment.validLength(size) === size;
  return size === page.count || world.skips("append only behind valid frames");
}

/** What the mutation does that takes a dead writer's frame for its own. */
function adoptTail(world: World, segment: FileInode, state: State): State {
  const size = segment.blocks.length;
  return segment.validLength(size) === size && size > state.count
    ? caughtUp(world, state, segment, size)
    : state;
}

function* append(
  world: World,
  section: Section,
  segment: FileInode,
  state: State,
  change: Change,
  frame: Frame,
): Generator<void, Commit | undefined> {
  const { page, lock } = section;
  const size = segment.blocks.length;
  if (world.setting.kill > 0 && world.random.chance(0.04)) {
    // The write stops half-way: the process dies, or the disk is full and it says so.
    world.append(segment, torn);
    yield;
    if (world.random.chance(0.7)) throw new Killed();
    return undefined;
  }
  world.append(segment, frame);
  yield;
  if (segment.blocks.length !== size + 1 && !world.skips("size is checked behind the write"))
    return undefined;
  const confirmed = {
    ...page,
    generation: state.generation,
    segment: segment.number,
    count: size + 1,
    sequence: frame.sequence,
  };
  if (world.skips("status page behind the sync")) {
    world.writePage(lock, confirmed);
    yield;
  }
  const synced = world.skips("sync before acknowledging") || world.sync(segment);
  yield;
  if (!synced) {
    if (world.skips("a failed sync is never retried") && world.sync(segment)) {
      // The kernel says yes this time, although the frame is lost.
    } else {
      if (!world.skips("a failed sync seals the segment")) world.writePage(lock, { ...page, sealed: true });
      yield;
      return undefined;
    }
  }
  const commit = {
    version: versionAfter(state, change),
    segment,
    syncedAt: world.disk.clock,
    beganAt: change.beganAt,
  };
  yield;
  if (!isStillOurs(world, section, segment, page.generation)) return undefined;
  if (world.skips("status page before the acknowledgement")) {
    acknowledge(world, commit);
    yield;
  }
  world.writePage(lock, confirmed);
  yield;
  return commit;
}

/** The only birth of a segment. What lies beyond the base in the old one is dead from here on. */
export function* rotate(
  world: World,
  actor: Actor,
  section: Section,
  inside: { readonly state: State; readonly change: Change } | undefined,
): Generator<void, Rotated | undefined> {
  const { page, lock, directory, segment } = section;
  const { storeId } = page;
  const generation = page.generation + 1;
  // An unproven page is sealed already, and shows a frame that ours leaves out.
  if (!page.unproven && !world.skips("old segment is sealed before a rotation")) {
    section.page = { ...page, sealed: true };
    world.writePage(lock, section.page);
    yield;
  }
  const temporary = `wal.tmp.${actor.id}`;
  const made = world.disk.create(directory, temporary);
  yield;
  const baseSum = segment.sumAt(page.count);
  const header: Header = {
    kind: "header",
    storeId,
    generation,
    salt: world.nextSalt(),
    baseSequence: page.sequence,
    baseSum,
  };
  world.append(made, header);
  let { baseSum: sum } = header;
  if (section.carried) {
    const again = salted(section.carried, header.salt, sum);
    world.append(made, again);
    sum = again.sum;
  }
  if (inside) world.append(made, makeFrame(world, header, { ...inside.state, sum }, inside.change));
  yield;
  if (!world.skips("new segment is synced before it is published") && !world.sync(made)) {
    world.disk.unlink(directory, temporary);
    return undefined;
  }
  const syncedAt = world.disk.clock;
  yield;
  // Held before anyone can find it, so that the trip-wire has no gap between two segments.
  if (world.choices.tripWire === "segment" && !world.skips("trip-wire moves on with a rotation")) {
    made.holder = actor.id;
    actor.held.push(made);
  }
  world.disk.rename(directory, temporary, directory, segmentName(generation));
  yield;
  if (!world.skips("directory is synced behind a rotation")) {
    if (!world.disk.syncDirectory(directory)) return undefined;
    yield;
  }
  if (!isStillOurs(world, section, made, generation)) return undefined;
  if (inside && world.skips("status page before the acknowledgement")) {
    const { state, change } = inside;
    acknowledge(world, {
      version: versionAfter(state, change),
      segment: made,
      syncedAt,
      beganAt: change.beganAt,
    });
    yield;
  }
  const count = made.blocks.length;
  const sequence = page.sequence + count - 1;
  section.page = {
    ...page,
    generation,
    segment: made.number,
    count,
    sequence,
    sealed: false,
    unproven: false,
  };
  world.writePage(lock, section.page);
  yield;
  world.counts.rotations += 1;
  return { segment: made, syncedAt };
}
