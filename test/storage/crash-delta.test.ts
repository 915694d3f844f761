import { expect, setDefaultTimeout, test } from "bun:test";
import { SimulatedWorld } from "../helpers/simulated-world";
import { faceLines, foldIn, line, Story } from "../helpers/story";
import {
  type Action,
  breakEverywhere,
  compaction,
  fork,
  goOn,
  type Moment,
  stopEverywhere,
  write,
} from "../helpers/sweep";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(300_000);

const seeds = 3;
/** As after a command has answered: into a delta, where that is cheaper. */
const fold: Action = (process) => foldIn(process);

test("a log is folded into a delta where the base is large, and into a base where it is not", () => {
  const { world, story } = largeStore();
  const base = world.file("store/snapshot");
  expect(foldIn(world.start())).toMatchObject({ value: { outcome: "compacted", foldedFrames: 2 } });
  expect(world.file("store/snapshot")).toBe(base as NonNullable<typeof base>);
  expect(world.file("store/snapshot.delta")).toBeDefined();
  expect(world.file("store/history/wal.1")).toBeDefined();
  goOn({ world, story });
  foldIn(world.start());
  goOn({ world, story });
  compaction(world.start(), story);
  expect(world.file("store/snapshot.delta")).toBeUndefined();
  goOn({ world, story });
});

for (const [title, moment] of [
  ["no delta", () => largeStore()],
  ["a delta", () => withDelta()],
  ["a delta of the base before", () => withStaleDelta()],
] as const) {
  test(`a fold over ${title} may stop at every call`, () => {
    const tally = stopEverywhere(moment(), fold, seeds);
    expect(tally.faults).toBeGreaterThan(20);
  });

  test(`a compaction over ${title} may stop at every call`, () => {
    const tally = stopEverywhere(moment(), compaction, seeds);
    expect(tally.faults).toBeGreaterThan(20);
  });

  test(`each call of a fold over ${title} may fail`, () => {
    const tally = breakEverywhere(moment(), fold, seeds);
    expect(tally.faults).toBeGreaterThan(20);
  });
}

test("a write behind a delta may stop at every call", () => {
  expect(stopEverywhere(withDelta(), write, seeds).faults).toBeGreaterThan(10);
});

/** Its base is so large that a few writes are a small share of it. */
function largeStore(): Moment {
  const large = line("t-other", "x".repeat(60_000));
  const moment = {
    world: SimulatedWorld.withWorkspace(faceLines.map((each) => (each.includes("t-other") ? large : each))),
    story: new Story(),
  };
  for (let count = 0; count < 2; count += 1) moment.story.writeWell(moment.world);
  return moment;
}

function withDelta(): Moment {
  const moment = largeStore();
  foldIn(moment.world.start());
  for (let count = 0; count < 2; count += 1) moment.story.writeWell(moment.world);
  return moment;
}

/** A compaction has published its base, and then died. */
function withStaleDelta(): Moment {
  const moment = fork(withDelta());
  const process = moment.world.start(({ name, path }) =>
    name === "rename" && path.includes("/wal.") && !path.includes(".tmp.") ? { kind: "stop" } : undefined,
  );
  compaction(process, moment.story);
  process.kill();
  expect(moment.world.file("store/snapshot.delta")).toBeDefined();
  for (let count = 0; count < 2; count += 1) moment.story.writeWell(moment.world);
  return moment;
}
