import { read, type State } from "./chain.ts";
import type { Directory, FileInode } from "./disk.ts";
import { enter, leave, tryFlock } from "./process.ts";
import { type Delta, generationOf, type Snapshot, segmentName } from "./records.ts";
import type { Actor, Steps, World } from "./world.ts";
import { catchUp, rotate } from "./writer.ts";

export function* compactor(world: World, actor: Actor): Steps {
  const directory = world.store;
  yield;
  if (!directory?.file("snapshot")) return;
  const compactLock = directory.file("compact.lock") ?? world.disk.create(directory, "compact.lock");
  yield;
  if (!tryFlock(actor, compactLock) && !world.skips("one compactor at a time")) return;
  yield;
  const reading = yield* read(world, directory);
  if (reading.outcome !== "state") return;
  const keep = actor.held.length;
  const sealed = yield* seal(world, actor, directory, reading.state, keep);
  if (sealed === undefined) return;
  const { generation } = sealed;
  const built = yield* build(world, actor, directory, sealed);
  if (!built) return;
  const section = yield* enter(world, actor, directory);
  if (!section) return;
  const published = yield* publish(world, directory, built);
  leave(world, actor, keep);
  yield;
  if (published) yield* moveToHistory(world, directory, generation);
  yield* removeStaleDelta(world, actor, directory);
}

/** Everything up to the base of an empty segment, which nobody changes any more. What was read before the lock was taken is caught up under it. */
function* seal(
  world: World,
  actor: Actor,
  directory: Directory,
  before: State,
  keep: number,
): Generator<void, State | undefined> {
  let section = yield* enter(world, actor, directory);
  if (!section) return undefined;
  const isSameStore = section.page.storeId === before.storeId;
  const state = isSameStore ? yield* catchUp(world, section, before) : undefined;
  let rotated = state && (yield* rotate(world, actor, section, undefined));
  // A segment that begins with a frame written again is not empty: a snapshot up to its base would take that frame away from readers with the old page.
  if (rotated && section.carried && !world.skips("a compaction rotates until the segment is empty")) {
    section = { ...section, segment: rotated.segment, carried: undefined };
    rotated = yield* rotate(world, actor, section, undefined);
  }
  leave(world, actor, keep);
  yield;
  const header = rotated?.segment.header;
  if (!state || !header) return undefined;
  const { generation, baseSequence: sequence, baseSum: sum } = header;
  return { ...state, generation, sequence, sum };
}

interface Built {
  readonly temporary: string;
  /** The name it is for: that of the base, or that of the delta. */
  readonly name: "snapshot" | "snapshot.delta";
  readonly storeId: number;
  /** The files that were read; their descriptors stay open, so their inode numbers cannot come back. */
  readonly from: FileInode;
  readonly fromDelta: FileInode | undefined;
  readonly isDeltaOfBase: boolean;
}

/** Folds what was sealed, so no lock is needed. */
function* build(
  world: World,
  actor: Actor,
  directory: Directory,
  state: State,
): Generator<void, Built | undefined> {
  const { storeId, generation } = state;
  const block = fold(world, state, generation);
  const name = block.kind === "snapshot" ? "snapshot" : "snapshot.delta";
  const temporary = `${name}.tmp.${actor.id}`;
  const made = world.disk.create(directory, temporary);
  yield;
  world.append(made, block);
  yield;
  const isUnsynced = world.skips(`${block.kind} is synced before it is published`);
  if (!isUnsynced && !world.sync(made)) {
    world.disk.unlink(directory, temporary);
    return undefined;
  }
  yield;
  const { snapshot: from, delta: fromDelta, isDeltaOfBase } = state;
  return { temporary, name, storeId, from, fromDelta, isDeltaOfBase };
}

/** A new base, or what changed since the one that stands there. Which of them is only a matter of cost. */
function fold(world: World, state: State, generation: number): Snapshot | Delta {
  const { storeId, sequence, sum, version, content } = state;
  const checkpoint = { storeId, sequence, sum, version, nextGeneration: generation };
  const base = state.snapshot.blocks[0];
  if (base?.kind !== "snapshot" || world.random.chance(0.4))
    return { ...checkpoint, kind: "snapshot", identity: world.nextIdentity(), content };
  const before = state.delta?.blocks[0];
  const isDropped = before?.kind === "delta" && world.skips("a new delta holds what the one before it held");
  const change = (content ^ base.content ^ (isDropped ? before.change : 0)) >>> 0;
  return { ...checkpoint, kind: "delta", base: base.identity, change };
}

function* publish(world: World, directory: Directory, built: Built): Generator<void, boolean> {
  const published = directory.file("snapshot");
  const head = published?.blocks[0];
  yield;
  const another =
    published !== built.from && !world.skips("published snapshot is still the one that was read");
  const foreign =
    (head?.kind !== "snapshot" || head.storeId !== built.storeId) &&
    !world.skips("store id is compared at publication");
  const anotherDelta =
    directory.file("snapshot.delta") !== built.fromDelta &&
    !world.skips("published delta is still the one that was read");
  if (another || anotherDelta || foreign) {
    world.disk.unlink(directory, built.temporary);
    return false;
  }
  // With the delta that we overwrite the base before ours loses all that was folded since: that base must not come back.
  const isReplacing = built.name === "snapshot.delta" && built.fromDelta && !built.isDeltaOfBase;
  if (isReplacing && !world.skips("directory is synced before the delta of another base is replaced")) {
    if (!world.disk.syncDirectory(directory)) return false;
    yield;
  }
  if (!world.disk.rename(directory, built.temporary, directory, built.name)) return false;
  world.counts[built.name === "snapshot" ? "snapshots" : "deltas"] += 1;
  yield;
  if (world.skips("directory is synced before segments are moved")) return true;
  const synced = world.disk.syncDirectory(directory);
  yield;
  return synced;
}

function* moveToHistory(world: World, directory: Directory, generation: number): Steps {
  const end = world.skips("segment that the snapshot needs stays") ? generation + 1 : generation;
  const history = directory.directory("history");
  if (!history) return;
  const folded = [...directory.entries.keys()]
    .map((name) => generationOf(name))
    .filter((candidate) => candidate !== undefined && candidate < end)
    .sort((left, right) => (left ?? 0) - (right ?? 0));
  if (world.skips("oldest segment is moved first")) folded.reverse();
  yield;
  for (const old of folded) {
    if (old === undefined) continue;
    world.disk.rename(directory, segmentName(old), history, segmentName(old));
    yield;
  }
}

/** What the base before the published one needed. Nobody reads it any more; it only takes up room. */
function* removeStaleDelta(world: World, actor: Actor, directory: Directory): Steps {
  const found = directory.file("snapshot.delta");
  const base = directory.file("snapshot");
  yield;
  if (!found || !base || !isStale(found, base)) return;
  const keep = actor.held.length;
  const section = yield* enter(world, actor, directory);
  if (!section) return;
  const isStanding = directory.file("snapshot.delta") === found && directory.file("snapshot") === base;
  if (isStanding || world.skips("delta is looked at again under the lock before it is removed")) {
    // Whoever published the base may have died before its name was durable, and the base before it needs this delta.
    const isDurable =
      world.skips("directory is synced before the delta of another base is removed") ||
      world.disk.syncDirectory(directory);
    yield;
    if (isDurable) world.disk.unlink(directory, "snapshot.delta");
  }
  leave(world, actor, keep);
}

function isStale(delta: FileInode, base: FileInode): boolean {
  const [over] = delta.blocks;
  const [under] = base.blocks;
  return over?.kind === "delta" && under?.kind === "snapshot" && over.base !== under.identity;
}
