import { describe, expect, test } from "bun:test";
import { attemptAsync, codeOf, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { crafted, unknownChange } from "./crafted";
import { lockPath } from "./damages";
import { bytesOf, filesIn, inStore, makeSpecimen, tellAll, tellPast } from "./specimen";

const specimen = await makeSpecimen();
/** One that looks at all issues first, unless it is to look at nothing but its own. */
const write = (world: SimulatedWorld, looksAtAll = true): Promise<unknown> =>
  inStore(world, (store) =>
    store.write(tester, ({ state }) => {
      if (looksAtAll) Array.from(state.ids());
      return { operations: [{ op: "put", id: "t-new", line: line("t-new", "New") }], result: 0 };
    }),
  );

describe("what another program wrote with right checksums", () => {
  for (const { name, code, isRepaired, craft } of crafted)
    test(`${name} is ${code}, nothing is written over it, and ${isRepaired ? "a repair takes it away" : "no repair touches it"}`, async () => {
      const world = specimen.world.fork();
      craft(world);
      const before = contentOf(world);
      expect(codeOf(await attemptAsync(() => inStore(world, (store) => store.read(tellAll))))).toBe(code);
      expect(codeOf(await attemptAsync(() => write(world)))).toBe(code);
      expect(codeOf(await attemptAsync(() => inStore(world, (store) => store.compact())))).toBe(code);
      expect(codeOf(await attemptAsync(() => inStore(world, tellPast)))).toBe(code);
      const { findings } = await inStore(world, (store) => store.check());
      expect(findings.filter(({ status }) => status === "failure").length).toBeGreaterThan(0);
      expect(contentOf(world)).toEqual(before);

      const repaired = await attemptAsync(() => inStore(world, (store) => store.repair()));
      if (!isRepaired) {
        expect(codeOf(repaired)).toBe(code);
        expect(contentOf(world)).toEqual(before);
        return;
      }
      expect(repaired).toMatchObject({ kind: "done", value: { after: { failures: 0 } } });
      const { lines, records } = await inStore(world, (store) => store.read(tellAll));
      expect({ lines, records }).toEqual({ lines: specimen.told.lines, records: specimen.told.records });
      expect((await inStore(world, tellPast)).events).toEqual(specimen.past.events);
      await write(world);
    });
});

describe("a transaction that cannot be read, in a frame that verifies", () => {
  for (const { name, code, craft } of [
    ...crafted.filter(({ isText, isRepaired }) => isText && isRepaired),
    unknownChange,
  ])
    test(`lets those write who do not look at it, and what they wrote outlives the repair: ${name}`, async () => {
      const world = specimen.world.fork();
      craft(world);
      expect(codeOf(await attemptAsync(() => write(world, false)))).toBe("done");
      expect(codeOf(await attemptAsync(() => inStore(world, (store) => store.read(tellAll))))).toBe(code);
      await inStore(world, (store) => store.repair());
      const { lines } = await inStore(world, (store) => store.read(tellAll));
      expect(lines).toEqual({ ...specimen.told.lines, "t-new": line("t-new", "New") });
    });
});

/** Behind the status page the lock file only counts. */
function contentOf(world: SimulatedWorld): Record<string, string> {
  return Object.fromEntries(
    filesIn(world).map((file) => {
      const bytes = bytesOf(world, file);
      return [file, Bun.hash(file === lockPath ? bytes.subarray(0, 4096) : bytes).toString(16)];
    }),
  );
}
