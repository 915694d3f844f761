import { decodeStatusPage, statusPageLength } from "../../storage/status-page";
import type { Call, Fault } from "../helpers/crashing-file-system";
import { faceIn, replaceFace } from "../helpers/simulated-face";
import { SimulatedWorld } from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";
import { type Action, compaction, folding, nextWrite } from "./actions";
import { Expectation, Ledger } from "./ledger";

/** A moment of a store's life, and what was promised until then. */
export interface Moment {
  readonly world: SimulatedWorld;
  readonly ledger: Ledger;
}

export function fork({ world, ledger }: Moment): Moment {
  return { world: world.fork(), ledger: ledger.fork() };
}

/** `action` with one fault at the call of that number; what it leaves behind when its process is gone. */
export function disturbed(
  moment: Moment,
  action: Action,
  faultAt: (call: Call) => Fault | undefined,
): Moment {
  const after = fork(moment);
  const process = after.world.start(faultAt);
  action.run(process, after.ledger);
  process.kill();
  return isPageTorn(after.world) ? { ...after, ledger: after.ledger.withoutStatusPage() } : after;
}

/** A page that somebody was writing is as good as lost; one that is cleared belongs to a store that is only being made. */
function isPageTorn(world: SimulatedWorld): boolean {
  const page = world.file("store/lock")?.read(0, statusPageLength);
  return page?.some((byte) => byte !== 0) === true && decodeStatusPage(page) === undefined;
}

export function callsOf(moment: Moment, action: Action): readonly Call[] {
  const { world, ledger } = fork(moment);
  const process = world.start();
  const outcome = action.run(process, ledger);
  if (outcome.kind === "failed") throw outcome.error;
  return process.calls;
}

const writes: Action = { name: "write", run: nextWrite };

/** Stores as a command may find them. */
export const moments: Readonly<Record<string, () => Moment>> = {
  "fresh clone": freshClone,
  "no log": () => {
    const moment = withWrites(2);
    compaction.run(moment.world.start(), moment.ledger);
    return moment;
  },
  "short log": () => withWrites(2),
  "log behind a compaction": () => {
    const moment = withWrites(2);
    compaction.run(moment.world.start(), moment.ledger);
    nextWrite(moment.world.start(), moment.ledger);
    return moment;
  },
  "log behind a large snapshot": () => withWrites(2, largeStore()),
  "log behind a delta": () => withWrites(1, withDelta()),
  "log behind a delta of the snapshot before": staleDelta,
  "torn tail": tornTail,
  "sealed segment behind a torn tail": () => {
    const moment = tornTail();
    nextWrite(moment.world.start(), moment.ledger);
    return moment;
  },
  "whole frame that was never synced": unsyncedFrame,
  "failed sync": failedSync,
  "lost status page": () => withoutPage(withWrites(2)),
  "lost status page behind a frame that was never synced": () => withoutPage(unsyncedFrame()),
  "lost status page behind a failed sync": () => withoutPage(failedSync()),
  "garbage for a status page": () => withGarbage(withWrites(2)),
  "garbage for a status page behind a failed sync": () => withGarbage(failedSync()),
  "first command of a boot": () => {
    const { world, ledger } = withWrites(2);
    return { world: world.powerCut(1), ledger: ledger.afterPowerCut() };
  },
  "first command of a boot behind a frame that was never synced": () => {
    const { world, ledger } = unsyncedFrame();
    return { world: world.powerCut(1), ledger: ledger.afterPowerCut() };
  },
  "face that others changed": () => changedFace(withWrites(2)),
};

/** Where only `doctor --fix` helps. */
export const wrecks: Readonly<Record<string, () => Moment>> = {
  "damaged snapshot": () => withDamagedSnapshot(withWrites(3)),
  "damaged snapshot and lost status page behind a failed sync": () =>
    withDamagedSnapshot(withoutPage(failedSync())),
  "damaged segment and lost status page behind a failed sync": () =>
    withDamagedSegment(withoutPage(failedSync())),
  "lost snapshot": () => {
    const moment = withWrites(2);
    compaction.run(moment.world.start(), moment.ledger);
    nextWrite(moment.world.start(), moment.ledger);
    moment.world.remove("store/snapshot");
    return moment;
  },
};

function freshClone(): Moment {
  const world = SimulatedWorld.withWorkspace(faceLines);
  return { world, ledger: new Ledger(new Expectation(world.fork(), [])) };
}

/** A few writes are a small share of it. */
function largeStore(): Moment {
  const large = line("t-other", "x".repeat(60_000));
  const world = SimulatedWorld.withWorkspace(
    faceLines.map((each) => (each.includes('"t-other"') ? large : each)),
  );
  return { world, ledger: new Ledger(new Expectation(world.fork(), [])) };
}

function withDelta(): Moment {
  const moment = withWrites(2, largeStore());
  folding.run(moment.world.start(), moment.ledger);
  if (moment.world.file("store/snapshot.delta") === undefined) throw new Error("there is no delta");
  return moment;
}

/** A compaction has published its snapshot, and then died. */
function staleDelta(): Moment {
  const moment = disturbed(withWrites(1, withDelta()), compaction, ({ name, path }) =>
    name === "rename" && path.includes("/wal.") && !path.includes(".tmp.") ? { kind: "stop" } : undefined,
  );
  if (moment.world.file("store/snapshot.delta") === undefined) throw new Error("there is no delta");
  return withWrites(1, moment);
}

function withWrites(count: number, moment = freshClone()): Moment {
  for (let written = 0; written < count; written += 1) {
    const outcome = nextWrite(moment.world.start(), moment.ledger);
    if (outcome.kind !== "done") throw new Error("nothing stands in the way of this write");
  }
  return moment;
}

/** A writer died with half of its frame in the segment. */
function tornTail(): Moment {
  return disturbed(withWrites(2), writes, ({ name }) =>
    name === "append" ? { kind: "short", bytes: 40, ending: "stop" } : undefined,
  );
}

function unsyncedFrame(): Moment {
  return disturbed(withWrites(2), writes, ({ name }) => (name === "syncFile" ? { kind: "stop" } : undefined));
}

function failedSync(): Moment {
  return disturbed(withWrites(2), writes, ({ name }) =>
    name === "syncFile" ? { kind: "fail", code: "EIO" } : undefined,
  );
}

function withoutPage({ world, ledger }: Moment): Moment {
  world.remove("store/lock");
  return { world, ledger: ledger.withoutStatusPage() };
}

function withDamagedSnapshot(moment: Moment): Moment {
  const snapshot = moment.world.file("store/snapshot");
  snapshot?.write(snapshot.size - 1, Uint8Array.of(0x55), 0n);
  snapshot?.sync();
  return moment;
}

/** Its header says another sequence before the first: every frame still verifies. */
function withDamagedSegment(moment: Moment): Moment {
  const segment = moment.world.file("store/wal.1");
  const place = 66;
  segment?.write(place, Uint8Array.of((segment.read(place, 1)[0] ?? 0) ^ 4), 0n);
  segment?.sync();
  return moment;
}

function withGarbage({ world, ledger }: Moment): Moment {
  const garbage = Uint8Array.from({ length: 96 }, (_, index) => (index * 37 + 11) % 256);
  world.file("store/lock")?.write(0, garbage, world.disk.tick());
  return { world, ledger: ledger.withoutStatusPage() };
}

/** Somebody wrote a line into the face: the next transaction takes it in. */
function changedFace({ world, ledger }: Moment): Moment {
  replaceFace(world, `${faceIn(world)}${line("t-theirs", "Theirs")}\n`);
  world.disk.settle();
  return { world, ledger: ledger.on(new Expectation(world.fork(), ledger.names)) };
}
