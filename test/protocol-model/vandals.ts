import type { Directory } from "./disk.ts";
import type { Steps, World } from "./world.ts";

/** `git clean -fdx`: everything goes, file by file and in no order we know, while processes are at work. */
export function* cleaner(world: World): Steps {
  const { truth } = world;
  const { store } = world;
  yield;
  if (!store || store.removed) return;
  truth.cleaners += 1;
  const spared = world.setting.cleanKeepsDirectory && world.random.chance(0.3) ? "lock" : undefined;
  truth.lockReplaced = true;
  try {
    for (let round = 0; round < 20 && !store.removed; round += 1) {
      yield* removeAll(world, store, spared);
      if (world.setting.cleanKeepsDirectory) return;
      // What others made since the listing keeps the directory alive: one more round.
      if (world.store === store && world.disk.removeDirectory(world.disk.root, "store"))
        truth.removed(world.disk.clock);
      yield;
    }
  } finally {
    truth.cleaners -= 1;
  }
}

function* removeAll(world: World, directory: Directory, spared: string | undefined): Steps {
  const history = directory.directory("history");
  if (history) {
    yield* removeAll(world, history, undefined);
    if (world.disk.removeDirectory(directory, "history")) world.truth.removed(world.disk.clock);
    yield;
  }
  for (const name of world.random.shuffle([...directory.entries.keys()])) {
    if (!directory.file(name) || name === spared) continue;
    world.disk.unlink(directory, name);
    world.truth.removed(world.disk.clock);
    yield;
  }
}

/** Someone takes the lock file away, held or not, and perhaps puts an empty one in its place. */
export function* lockReplacer(world: World): Steps {
  const { store } = world;
  yield;
  if (!store?.file("lock")) return;
  const name = world.random.chance(0.2) ? "compact.lock" : "lock";
  world.truth.lockReplaced = true;
  world.truth.pageLost = true;
  if (world.random.chance(0.5)) world.disk.unlink(store, name);
  else world.disk.rename(store, name, store, `${name}.old`);
  if (world.random.chance(0.5)) yield;
  if (world.random.chance(0.5) && !store.file(name) && !store.removed) world.disk.create(store, name);
}

/** Someone empties the lock file. */
export function losePage(world: World): void {
  const lock = world.store?.file("lock");
  if (!lock?.page) return;
  world.writePage(lock, undefined);
  world.truth.pageLost = true;
}
