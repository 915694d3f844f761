import { expect, test } from "bun:test";
import { actions } from "../crash/actions";
import { moments } from "../crash/moments";
import { bytesOf, filesIn } from "../damage/specimen";
import type { SimulatedWorld } from "../helpers/simulated-world";

const timeoutMs = 60_000;
const purge = actions.find(({ name }) => name === "purge");

for (const name of ["log behind a delta", "log behind a delta of the snapshot before"])
  test(
    `no file of a store with a ${name} holds the text of a purged issue, also after a power cut`,
    () => {
      const { world, ledger } = moments[name]?.() ?? {};
      if (world === undefined || ledger === undefined) throw new Error("there is such a moment");
      expect(filesWithText(world)).toContain("store/snapshot.delta");
      expect(purge?.run(world.start(), ledger).kind).toBe("done");
      expect(filesWithText(world)).toEqual([]);
      // A cut may leave in what is never synced, as the status page, what stood in its blocks before.
      for (let seed = 0; seed < 20; seed += 1)
        expect(filesWithText(world.powerCut(seed)).filter((file) => /snapshot|wal/.test(file))).toEqual([]);
    },
    timeoutMs,
  );

/** Of the first issue that was written, whether as a line or within the JSON of a frame. */
function filesWithText(world: SimulatedWorld): string[] {
  return filesIn(world).filter((file) =>
    Buffer.from(bytesOf(world, file))
      .toString("latin1")
      .replaceAll("\\", "")
      .includes('"id":"t-w1","title":"write 1"'),
  );
}
