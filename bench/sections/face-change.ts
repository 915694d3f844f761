import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, nameOf } from "../bench";
import { runWell } from "../call";
import { comparePairs } from "../pairs";
import { bun } from "../programs";
import { openTracker, withoutExport } from "../stores";

/** What it costs the next read and the next write that another tool has changed so many lines of issues.jsonl, next to an empty script. */
export async function measureFaceChange(bench: Bench): Promise<void> {
  const { command } = bench.form;
  for (const issues of bench.isQuick ? [1000] : [1000, 100_000])
    await bench.attempt(`changed faces, ${issues} issues`, async () => {
      const tracker = await openTracker(command, issues);
      const face = join(tracker.directory, ".beads/issues.jsonl");
      const original = readFileSync(face);
      const limits = {
        ...bench.limits,
        pairs: Math.min(bench.limits.pairs, 9),
        fewest: 3,
        budgetMs: 20_000,
      };
      bench.record({
        name: "reading",
        form: nameOf(bench.form),
        issues,
        spreads: await comparePairs(limits, () => runWell([bun, reader, face], tracker), bench.empty),
      });
      for (const count of [0, 1, 100, issues])
        for (const name of ["show", "q"]) {
          // Minutes, and the one has told what the other would.
          if (count >= 100_000 && name === "q") continue;
          const words = name === "q" ? ["q", "A new issue"] : ["show", tracker.liveIds[0] ?? ""];
          const spreads = await comparePairs(
            limits,
            () => {
              if (count > 0 || name === "q") {
                tracker.reset("short");
                // In a copied store the first write has to prove the end of the log, and decides again behind that.
                runWell([...command, "q", "Before"], withoutExport(tracker));
              }
              if (count > 0) changeLines(face, original, count);
              return runWell([...command, ...words], withoutExport(tracker));
            },
            bench.empty,
          );
          bench.record({
            name,
            form: nameOf(bench.form),
            issues,
            variant: `${count} lines changed`,
            spreads,
          });
        }
      tracker.reset("short");
    });
}

const reader = join(import.meta.dir, "../read-blocks.ts");

let changes = 0;

/** As a tool of the family does it that knows no stamps: a new title and time for the first lines, the file written whole. */
function changeLines(path: string, original: Uint8Array, count: number): void {
  changes += 1;
  const time = new Date(1_790_000_000_000 + changes * 1000).toISOString();
  let end = 0;
  const changed: string[] = [];
  for (let line = 0; line < count; line += 1) {
    const start = end;
    end = original.indexOf(10, start) + 1;
    if (end === 0) break;
    const issue: Record<string, unknown> = JSON.parse(decoder.decode(original.subarray(start, end)));
    delete issue._stamp;
    changed.push(`${JSON.stringify({ ...issue, title: `Changed ${changes} times`, updated_at: time })}\n`);
  }
  writeFileSync(path, Buffer.concat([Buffer.from(changed.join("")), original.subarray(end)]));
}

const decoder = new TextDecoder();
