import { walk } from "./chain.ts";
import type { Directory } from "./disk.ts";
import { enter, leave, tryFlock } from "./process.ts";
import { generationOf, type Snapshot, segmentName } from "./records.ts";
import type { Actor, Steps, World } from "./world.ts";
import { rotate } from "./writer.ts";

export function* compactor(world: World, actor: Actor): Steps {
  const directory = world.store;
  yield;
  if (!directory?.file("snapshot")) return;
  const compactLock = directory.file("compact.lock") ?? world.disk.create(directory, "compact.lock");
  yield;
  if (!tryFlock(actor, compactLock) && !world.skips("one compactor at a time")) return;
  yield;
  const keep = actor.held.length;
  const generation = yield* rotateEmpty(world, actor, directory, keep);
  if (generation === undefined) return;
  const built = yield* build(world, actor, directory, generation);
  if (!built) return;
  const section = yield* enter(world, actor, directory);
  if (!section) return;
  const published = yield* publish(world, directory, built);
  leave(world, actor, keep);
  yield;
  if (published) yield* moveToHistory(world, directory, generation);
}

function* rotateEmpty(
  world: World,
  actor: Actor,
  directory: Directory,
  keep: number,
): Generator<void, number | undefined> {
  let section = yield* enter(world, actor, directory);
  if (!section) return undefined;
  let rotated = yield* rotate(world, actor, section, undefined);
  // A segment that begins with a frame written again is not empty: a snapshot up to its base would take that frame away from readers with the old page.
  if (rotated && section.carried && !world.skips("a compaction rotates until the segment is empty")) {
    section = { ...section, segment: rotated.segment, carried: undefined };
    rotated = yield* rotate(world, actor, section, undefined);
  }
  leave(world, actor, keep);
  yield;
  return rotated && section.page.generation;
}

interface Built {
  readonly temporary: string;
  readonly storeId: number;
  /** The snapshot that was read; its descriptor stays open, so its inode number cannot come back. */
  readonly from: object;
}

/** Folds what stands before `generation`, which nobody changes any more, so no lock is needed. */
function* build(
  world: World,
  actor: Actor,
  directory: Directory,
  generation: number,
): Generator<void, Built | undefined> {
  const segment = directory.file(segmentName(generation));
  const header = segment?.header;
  yield;
  if (!segment || !header) return undefined;
  const { storeId } = header;
  const upTo = {
    bootId: world.bootId,
    storeId,
    generation,
    segment: segment.number,
    count: 1,
    sequence: 0,
    sealed: false,
    unproven: false,
  };
  const state = yield* walk(world, directory, upTo);
  if (state.outcome !== "state" || state.storeId !== storeId || state.generation !== generation)
    return undefined;
  const snapshot: Snapshot = {
    kind: "snapshot",
    storeId,
    sequence: state.sequence,
    sum: state.sum,
    nextGeneration: generation,
    content: state.content,
    version: state.version,
  };
  const temporary = `snapshot.tmp.${actor.id}`;
  const made = world.disk.create(directory, temporary);
  yield;
  world.append(made, snapshot);
  yield;
  if (!world.skips("snapshot is synced before it is published") && !world.sync(made)) {
    world.disk.unlink(directory, temporary);
    return undefined;
  }
  yield;
  return { temporary, storeId, from: state.snapshot };
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
  if (another || foreign) {
    world.disk.unlink(directory, built.temporary);
    return false;
  }
  if (!world.disk.rename(directory, built.temporary, directory, "snapshot")) return false;
  world.counts.snapshots += 1;
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
