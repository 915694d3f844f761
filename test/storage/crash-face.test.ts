import { describe, expect, test } from "bun:test";
import type { Fault } from "../helpers/crashing-file-system";
import { storeWithWrites } from "../helpers/moments";
import { faceIn, namesIn, put, replaceFace, sync } from "../helpers/simulated-face";
import { attemptAsync, codeOf, type SimulatedProcess, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

const timeoutMs = 60_000;
const theirs = line("t-theirs", "Theirs");
const later = line("t-later", "Theirs, later");

/** What writes the face, as a whole. A mutation says that it is done before its export begins. */
const actions: Record<string, (process: SimulatedProcess, saved: string[]) => Promise<unknown>> = {
  sync: (process) => process.store().sync(tester),
  "a mutation and its export": async (process, saved) => {
    const store = process.store();
    store.write(tester, () => ({ operations: [put("t-ours")], result: undefined }));
    saved.push("t-ours");
    await store.settle();
  },
};

for (const [name, action] of Object.entries(actions)) {
  describe(`${name}, with a face that somebody else changed`, () => {
    test(
      "may be killed at any call: what they wrote is taken in, and nothing is left lying about",
      async () => {
        await atEveryCall(action, async (number) => {
          const world = changedFace();
          const saved = await run(world, action, { [number]: { kind: "stop" } });
          await expectAll(world, ["t-theirs", ...saved]);
        });
      },
      timeoutMs,
    );

    test(
      "may meet somebody who writes at any call, and be killed soon after",
      async () => {
        await atEveryCall(action, async (number) => {
          for (const delay of [undefined, 1, 2, 4]) {
            const world = changedFace();
            const plan: Record<number, Fault> =
              delay === undefined ? {} : { [number + delay]: { kind: "stop" } };
            let isWritten = false;
            const theyWrite = (): void => {
              isWritten = true;
              replaceFace(world, `${faceIn(world)}${later}\n`);
            };
            const saved = await run(world, action, plan, (at) => {
              if (at === number) theyWrite();
            });
            // After the last call.
            if (!isWritten) theyWrite();
            await expectAll(world, ["t-theirs", "t-later", ...saved]);
          }
        });
      },
      timeoutMs,
    );

    test(
      "may lose the power at any call: what they wrote is in the face still or in the store",
      async () => {
        await atEveryCall(action, async (number) => {
          const world = changedFace();
          const saved = await run(world, action, { [number]: { kind: "stop" } });
          for (let seed = 0; seed < 6; seed += 1)
            await expectAll(world.powerCut(seed), ["t-theirs", ...saved]);
        });
      },
      timeoutMs,
    );

    test(
      "may lose the power right after it: what only a face can hold is in it still",
      async () => {
        const guest = "a line that is no issue";
        for (let seed = 0; seed < 12; seed += 1) {
          const world = changedFace(`${guest}\n`);
          await run(world, action, {});
          const later = world.powerCut(seed);
          await expectAll(later, ["t-theirs"]);
          expect(faceIn(later).split("\n")).toContain(guest);
        }
      },
      timeoutMs,
    );

    test(
      "may fail at any call, and the next sync makes up for it",
      async () => {
        await atEveryCall(action, async (number) => {
          const world = changedFace();
          const saved = await run(world, action, { [number]: { kind: "fail", code: "EIO" } });
          await expectAll(world, ["t-theirs", ...saved]);
        });
      },
      timeoutMs,
    );

    test(
      "does the same where the file system cannot exchange",
      async () => {
        await atEveryCall(action, async (number) => {
          const world = changedFace();
          world.disk.canExchange = false;
          const saved = await run(world, action, { [number]: { kind: "stop" } });
          await expectAll(world, ["t-theirs", ...saved]);
        });
      },
      timeoutMs,
    );
  });
}

/** A store whose face has one line of somebody else, all of it on the disk. */
function changedFace(more = ""): SimulatedWorld {
  const { world } = storeWithWrites(2);
  replaceFace(world, `${faceIn(world)}${theirs}\n${more}`);
  world.disk.settle();
  return world;
}

/** Runs an action on the world with faults at some of its calls; the ids that it said are saved. */
async function run(
  world: SimulatedWorld,
  action: (process: SimulatedProcess, saved: string[]) => Promise<unknown>,
  faults: Readonly<Record<number, Fault>>,
  before: (number: number) => void = () => undefined,
): Promise<string[]> {
  const process = world.start(({ number }) => {
    before(number);
    return faults[number];
  });
  const saved: string[] = [];
  const outcome = await attemptAsync(() => action(process, saved));
  if (outcome.kind === "failed") expect(codeOf(outcome)).toBeString();
  process.kill();
  return saved;
}

/** For every call that the action makes when nothing disturbs it, and for the moment after the last. */
async function atEveryCall(
  action: (process: SimulatedProcess, saved: string[]) => Promise<unknown>,
  check: (number: number) => Promise<void>,
): Promise<void> {
  const process = changedFace().start();
  await action(process, []);
  expect(process.calls.map((call) => call.name)).toContain("exchange");
  for (let number = 1; number <= process.calls.length + 1; number += 1) {
    try {
      await check(number);
    } catch (error) {
      const call = process.calls[number - 1];
      throw new Error(`at call ${number} (${call?.name} ${call?.path}): ${error}`, { cause: error });
    }
  }
}

/** After the next commands, and those two seconds later, store and face have these issues and those from before, and no file is left over. */
async function expectAll(world: SimulatedWorld, ids: readonly string[]): Promise<void> {
  for (const pauseMs of [0, 2500]) {
    world.nowMs += pauseMs;
    expect((await sync(world)).kind).toBe("done");
  }
  const lines = world
    .start()
    .store()
    .read(({ state }) => new Map([...state.ids()].map((id) => [id, state.line(id)])));
  expect([...lines.keys()]).toEqual(expect.arrayContaining(["t-a0002", "t-root", ...ids]));
  const face = faceIn(world).split("\n");
  for (const id of ids) expect(face).toContain(lines.get(id) ?? "");
  expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
}
