import { finish, read, type State, walk } from "./chain.ts";
import type { Steps, World } from "./world.ts";

/** Reads once, and holds the answer against everything that the world was told before it began. */
export function* reader(world: World): Steps {
  const { truth } = world;
  const startedAt = world.disk.clock;
  const { acked, seen } = truth;
  const owed = truth.cleaners === 0;
  const directory = world.store;
  yield;
  const reading = directory ? yield* read(world, directory) : ({ outcome: "absent" } as const);
  if (!owed || truth.lastRemoval >= startedAt || truth.cleaners > 0) return;
  if (reading.outcome === "stuck") {
    if (!truth.refusalIsAllowed) truth.violated("READER STUCK");
    return;
  }
  world.counts.reads += 1;
  const version = reading.outcome === "state" ? reading.state.version : undefined;
  if (acked && !(version && acked.leadsTo(version))) truth.violated("STALE READ");
  if (seen && !(version && seen.leadsTo(version))) truth.violated("SEEN THEN LOST");
  if (reading.outcome === "state" && reading.durable) checkDurable(world, reading.state);
}

function checkDurable(world: World, state: State): void {
  const { store } = world;
  const now = store && finish(walk(world, store, undefined));
  if (now?.outcome === "state" && !state.version.leadsTo(now.version)) world.truth.violated("NOT PREFIX");
  world.truth.show(state.version);
}
