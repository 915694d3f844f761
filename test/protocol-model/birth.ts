import type { Directory, FileInode } from "./disk.ts";
import { leave, takeBoth } from "./process.ts";
import { type Block, generationOf, type Header, type Snapshot, Version } from "./records.ts";
import type { Actor, World } from "./world.ts";

/** Makes the store out of the face. False: refused or failed, and nobody was told that anything is saved. */
export function* giveBirth(world: World, actor: Actor, directory: Directory): Generator<void, boolean> {
  const lock = yield* takeBoth(world, actor, directory);
  const born = lock !== undefined && (yield* underLock(world, actor, directory, lock));
  leave(world, actor, 0);
  yield;
  return born;
}

function* underLock(
  world: World,
  actor: Actor,
  directory: Directory,
  lock: FileInode,
): Generator<void, boolean> {
  if (directory.file("snapshot")) return true;
  yield;
  if (remainsOfAnother(directory)) return false;
  yield;
  // A page of an earlier store, or of an earlier boot, must not speak for the files we are about to write.
  if (!world.skips("birth clears the status page")) world.writePage(lock, undefined);
  yield;
  // First of all, for the presence of a snapshot tells everyone that the store is complete.
  if (world.choices.parentSync === "before anything is published" && !syncParent(world)) return false;
  yield;
  if (!directory.directory("history")) world.disk.makeDirectory(directory, "history");
  yield;
  const birth = world.nextBirth();
  const storeId = world.storeIdOf(birth);
  const header: Header = {
    kind: "header",
    storeId,
    generation: 1,
    salt: world.nextSalt(),
    baseSequence: 0,
    baseSum: 0,
  };
  const content = world.random.pick(world.backups) ?? 0;
  const snapshot: Snapshot = {
    kind: "snapshot",
    storeId,
    sequence: 0,
    sum: 0,
    nextGeneration: 1,
    identity: world.nextIdentity(),
    content,
    version: Version.root(birth, content),
  };
  const files: [string, Block][] = [
    ["wal.1", header],
    ["snapshot", snapshot],
  ];
  if (world.skips("snapshot is published last at birth")) files.reverse();
  for (const [name, block] of files) {
    if (!(yield* publish(world, actor, directory, name, block))) return false;
  }
  if (world.choices.parentSync === "last" && !syncParent(world)) return false;
  yield;
  const segment = directory.file("wal.1");
  if (!segment) return false;
  const page = {
    bootId: world.bootId,
    storeId,
    generation: 1,
    segment: segment.number,
    count: 1,
    sequence: 0,
  };
  world.writePage(lock, { ...page, sealed: false, unproven: false });
  world.counts.births += 1;
  yield;
  return true;
}

function syncParent(world: World): boolean {
  return world.skips("parent directory is synced at birth") || world.disk.syncDirectory(world.disk.root);
}

/** Only an empty first segment, and files that nobody reads, may stand in the way of a birth. */
function remainsOfAnother(directory: Directory): boolean {
  for (const name of directory.entries.keys()) {
    const generation = generationOf(name);
    if (generation === undefined) continue;
    if (generation > 1 || (directory.file(name)?.blocks.length ?? 0) > 1) return true;
  }
  return false;
}

function* publish(
  world: World,
  actor: Actor,
  directory: Directory,
  name: string,
  block: Block,
): Generator<void, boolean> {
  const temporary = `${name}.tmp.${actor.id}`;
  const made = world.disk.create(directory, temporary);
  yield;
  world.append(made, block);
  yield;
  if (!world.skips("files are synced before they are published at birth") && !world.sync(made)) {
    world.disk.unlink(directory, temporary);
    return false;
  }
  yield;
  if (!world.disk.rename(directory, temporary, directory, name)) return false;
  yield;
  if (!world.skips("directory is synced at birth")) {
    if (!world.disk.syncDirectory(directory)) return false;
    yield;
  }
  return true;
}
