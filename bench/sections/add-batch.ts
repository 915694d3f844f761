import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, nameOf } from "../bench";
import { type Place, peakMemory, runWell } from "../call";
import { rounded, spreadOf } from "../statistics";
import { makeEmptyTracker } from "../stores";

/** Many issues created in one transaction: how long, how much memory, and that it is one frame. */
export async function measureAddBatch(bench: Bench): Promise<void> {
  const { command } = bench.form;
  for (const issues of bench.isQuick ? [1000] : [1000, 10_000, 100_000])
    await bench.attempt(`add-batch of ${issues}`, () => {
      const input = join(bench.emptyScript.directory, "batch.jsonl");
      const lines = Array.from({ length: issues }, (_, at) => JSON.stringify(draft(at)));
      const text = `${lines.join("\n")}\n`;
      writeFileSync(input, text);
      const words = ["add-batch", input, "-q"];
      const ms: number[] = [];
      let frames = 0;
      for (let round = 0; round < (bench.isQuick ? 1 : 3); round += 1) {
        const place = makeEmptyTracker(command);
        ms.push(runWell([...command, ...words], place).ms);
        frames = sequenceOf(command, place);
      }
      const kib = peakMemory([...command, ...words], makeEmptyTracker(command));
      const memory =
        kib === undefined ? {} : { peakKib: kib, timesTheInput: rounded((kib * 1024) / text.length) };
      bench.record({
        name: "add-batch",
        form: nameOf(bench.form),
        issues,
        spreads: { ms: spreadOf(ms) },
        numbers: { inputBytes: text.length, frames, ...memory },
      });
    });
}

/** As an agent writes a plan down: 310 bytes each. */
function draft(at: number): object {
  return {
    title: `Part ${at} of a plan`,
    description:
      "What this part is about, in a sentence or two, and what is to be seen when it is done. ".repeat(2),
    priority: at % 5,
    type: at % 4 === 0 ? "bug" : "task",
    labels: [`area-${at % 7}`],
    key: `k${at}`,
    ...(at % 10 === 9 ? { depends_on: [`k${at - 1}`] } : {}),
  };
}

function sequenceOf(command: readonly string[], place: Place): number {
  const info: unknown = JSON.parse(runWell([...command, "info", "--json"], place).stdout);
  if (typeof info === "object" && info !== null && "store" in info) {
    const { store } = info;
    if (typeof store === "object" && store !== null && "sequence" in store) return Number(store.sequence);
  }
  throw new Error("bz info says nothing of its store");
}
