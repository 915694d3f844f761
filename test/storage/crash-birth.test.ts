import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialise } from "../../storage/init";
import { isChange } from "../helpers/faults";
import { freshClone, storeWithWrites } from "../helpers/moments";
import {
  attempt,
  codeOf,
  repositoryPath,
  type SimulatedProcess,
  SimulatedWorld,
} from "../helpers/simulated-world";
import { Story } from "../helpers/story";
import { callsOf, comeBack, disturbed, explained, type Moment, write } from "../helpers/sweep";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const timeoutMs = 60_000;

test("a store whose maker died right after publishing it is durable before the next writer acknowledges anything", () => {
  const moment = freshClone();
  const calls = callsOf(moment, write);
  const published = calls.findIndex(({ name, path }) => name === "rename" && path.includes("snapshot"));
  for (const behind of [2, 3, 4]) {
    const killed = disturbed(moment, write, published + behind, { kind: "stop" });
    explained(`${behind} calls behind`, () => comeBack(killed, 12));
  }
});

test("what keeps the store out of git's hands is durable with the store", () => {
  const { world } = storeWithWrites(1);
  for (let seed = 0; seed < 30; seed += 1)
    expect(world.powerCut(seed).file("store/.gitignore")?.read(0, 10)).toEqual(Buffer.from("*\n"));
});

describe("init", () => {
  test(
    "killed anywhere can be done again, and then takes writes",
    () => {
      const world = SimulatedWorld.withWorkspace();
      world.remove();
      const calls = callsOf({ world, story: new Story() }, init);
      expect(calls.length).toBeGreaterThan(80);
      for (const { number } of calls) {
        const after = disturbed({ world, story: new Story() }, init, number, { kind: "stop" });
        const last = calls[number - 2];
        explained(`stopped before call ${number}`, () => {
          for (let seed = 0; seed < (last !== undefined && isChange(last) ? 8 : 1); seed += 1)
            explained(`power cut ${seed}`, () => finishInit(after.world.powerCut(seed)));
          finishInit(after.world);
        });
      }
    },
    timeoutMs,
  );

  test("once it has answered, a power cut leaves a workspace that takes writes", () => {
    const world = SimulatedWorld.withWorkspace();
    world.remove();
    initialise({ cwd: repositoryPath, env: {} }, { prefix: "t", here: true }, world.start().environment);
    for (let seed = 0; seed < 40; seed += 1) {
      const after = world.powerCut(seed);
      expect(codeOf(attempt(() => makeWorkspace(after.start())))).toBe("ALREADY_INITIALIZED");
      expect(prefixIn(after)).toBe("t");
    }
  });
});

function init(process: SimulatedProcess): unknown {
  return attempt(() => makeWorkspace(process));
}

function makeWorkspace(process: SimulatedProcess): unknown {
  return initialise({ cwd: repositoryPath, env: {} }, { prefix: "t", here: true }, process.environment);
}

/** Whoever calls init again finishes it, or hears that it was finished. */
function finishInit(world: Moment["world"]): void {
  const outcome = attempt(() => makeWorkspace(world.start()));
  if (outcome.kind === "failed") expect(codeOf(outcome)).toBe("ALREADY_INITIALIZED");
  expect(prefixIn(world)).toBe("t");
  const info = { timeMs: 1, actor: "tester", command: "create" };
  const written = world
    .start()
    .store()
    .write(info, ({ state }) => ({
      operations: [{ op: "put", id: "t-1", line: '{"id":"t-1"}' }],
      result: state.count,
    }));
  expect(written).toMatchObject({ result: 0, sequence: 1 });
}

function prefixIn(world: Moment["world"]): string {
  return world
    .start()
    .store()
    .read(({ prefix }) => prefix);
}
