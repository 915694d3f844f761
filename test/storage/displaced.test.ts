import { expect, test } from "bun:test";
import type { Call, Fault } from "../helpers/crashing-file-system";
import { storeWithWrites } from "../helpers/moments";
import {
  faceIn,
  makeFile,
  namesIn,
  overwriteFace,
  put,
  replaceFace,
  storeBytes,
  sync,
  titlesIn,
  writeAndSettle,
} from "../helpers/simulated-face";
import {
  attemptAsync,
  type SimulatedProcess,
  type SimulatedWorld,
  storePath,
} from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { described } from "../helpers/sweep";
import { tester } from "../helpers/tester";

const timeoutMs = 120_000;

/** What somebody else writes over the face: an issue, and a line that only a face can hold. */
const guest = '{"_type":"memory","text":"theirs"}\n';
const theirs = `${line("t-theirs", "Theirs")}\n${guest}`;

type Action = (process: SimulatedProcess) => Promise<unknown>;

const exporters: Record<string, Action> = {
  "an automatic export": (process) => writeAndSettle(process, [put("t-mine")]),
  sync: async (process) => {
    const outcome = await attemptAsync(() => process.store().sync(tester));
    process.kill();
    return outcome;
  },
};

/** Another file in its place, and other bytes in the same file. */
const foreigners: readonly ((world: SimulatedWorld, content: string) => void)[] = [
  replaceFace,
  overwriteFace,
];

const faults: readonly Fault[] = [{ kind: "stop" }, { kind: "fail", code: "EIO" }];

/** A store that has something to write into its face. */
async function readyWorld(canExchange: boolean): Promise<SimulatedWorld> {
  const { world } = storeWithWrites(1);
  world.disk.canExchange = canExchange;
  await sync(world);
  world.nowMs += 10_000;
  const writer = world.start();
  writer.store().write(tester, () => ({ operations: [put("t-unwritten")], result: undefined }));
  writer.kill();
  return world;
}

/** The calls by which an exporter looks at the files beside the store, or changes them. */
function exportCalls(calls: readonly Call[]): readonly Call[] {
  const first = calls.findIndex(({ path }) => path.endsWith("/compact.lock"));
  return calls.slice(first).filter(({ path }) => !path.startsWith(storePath));
}

for (const canExchange of [true, false])
  for (const [exporter, run] of Object.entries(exporters))
    test(
      `what somebody writes into the face at any call of ${exporter} is never lost, whatever the exporter dies of afterwards${canExchange ? "" : ", also where names cannot be exchanged"}`,
      async () => {
        const base = await readyWorld(canExchange);
        const trace = base.fork().start();
        await run(trace);
        const moments = exportCalls(trace.calls);
        expect(moments.length).toBeGreaterThan(5);
        for (const [index, moment] of moments.entries()) {
          // Without an exchange the last look and the rename are two calls, and nobody can see what comes between them.
          if (!canExchange && moment.name === "rename") continue;
          const strike = foreigners[index % foreigners.length] ?? replaceFace;
          const hit = await strikeAt(base.fork(), moment, strike, run, undefined);
          const later = exportCalls(hit).filter(({ number }) => number > moment.number);
          for (const call of [undefined, ...later])
            for (const fault of call === undefined ? [undefined] : faults) {
              const world = base.fork();
              await strikeAt(world, moment, strike, run, ({ number }) =>
                number === call?.number ? fault : undefined,
              );
              await goOn(world, `struck at ${described(moment)}, then ${fault?.kind} at ${described(call)}`);
            }
        }
      },
      timeoutMs,
    );

/** The next exports, at once and a while later. */
async function goOn(world: SimulatedWorld, where: string): Promise<void> {
  const tell = (what: string): Error => new Error(`${where}: ${what}; ${namesIn(world).join(", ")}`);
  if ((await sync(world)).kind !== "done") throw tell("the next sync fails");
  const titles = titlesIn(world);
  if (titles["t-theirs"] !== "Theirs" || titles["t-unwritten"] !== "New") throw tell("an issue is lost");
  world.nowMs += 5000;
  if ((await sync(world)).kind !== "done") throw tell("a later sync fails");
  if (!faceIn(world).includes('"id":"t-theirs"')) throw tell("an issue is not in the face");
  const isKept = Object.values(storeBytes(world)).some((bytes) => bytes === guest);
  if (!isKept && !faceIn(world).includes(guest)) throw tell("a line that is no issue is lost");
  if (namesIn(world).join() !== "issues.jsonl,store") throw tell("something is left");
}

async function strikeAt(
  world: SimulatedWorld,
  moment: Call,
  strike: (world: SimulatedWorld, content: string) => void,
  run: Action,
  plan: ((call: Call) => Fault | undefined) | undefined,
): Promise<readonly Call[]> {
  const process = world.start((call) => {
    if (call.number === moment.number) strike(world, theirs);
    return plan?.(call);
  });
  await run(process);
  return process.calls;
}

test(
  "an export that died with half a line written leaves nothing to be kept, somebody's half line is kept",
  async () => {
    for (const [half, isKept] of [
      ['{"id":"t-thi', false],
      ['{"id":"t-theirs","ti', true],
    ] as const) {
      const world = await readyWorld(true);
      makeFile(world, "issues.jsonl.tmp.99999.abcdefgh", `${line("t-first", "Theirs")}\n${half}`);
      expect(await sync(world)).toMatchObject({ kind: "done" });
      expect(namesIn(world)).not.toContain("issues.jsonl.tmp.99999.abcdefgh");
      expect(titlesIn(world)["t-first"]).toBe("Theirs");
      expect(Object.keys(storeBytes(world)).some((name) => name.includes("quarantine/"))).toBe(isKept);
    }
  },
  timeoutMs,
);
