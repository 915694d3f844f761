import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSignature, fullAllowance } from "../storage/face-signature";
import { encodeSignature } from "../storage/face-signing";
import type { Form } from "../test/helpers/bz-forms";
import { compare, type Figure } from "./figures";
import { makeEmptyScript, makeTracker, type Place, runToEnd } from "./workspace";

/** What it costs the next read and the next write that another tool has changed so many lines of issues.jsonl. */
export async function measureFaceChange(
  forms: readonly Form[],
  sizes: readonly number[],
  pairs: number,
): Promise<Figure[]> {
  const empty = makeEmptyScript();
  const figures: Figure[] = [];
  for (const form of forms)
    for (const size of sizes) {
      const tracker = makeTracker(form, size);
      runToEnd([...form.command, "sync"], tracker);
      for (const count of [0, 1, 100, size])
        for (const words of [
          ["show", tracker.someId],
          ["q", "A new issue"],
        ]) {
          const what = `${form.name}: ${words[0]} after ${count} of ${size} lines changed`;
          figures.push(
            await compare(
              what,
              pairs,
              () => {
                if (count > 0) changeLines(tracker, count);
                return runToEnd([...form.command, ...words], withoutExport(tracker));
              },
              () => runToEnd(empty.command, empty),
            ),
          );
          for (const command of ["sync", "compact"]) runToEnd([...form.command, command], tracker);
        }
    }
  return figures;
}

/** What a mutation costs that brings the face up to date, next to one that does not. */
export async function measureAutomaticExport(
  forms: readonly Form[],
  sizes: readonly number[],
  pairs: number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const form of forms)
    for (const size of sizes) {
      const tracker = makeTracker(form, size);
      runToEnd([...form.command, "sync"], tracker);
      const command = [...form.command, "q", "A new issue"];
      figures.push(
        await compare(
          `${form.name}: q with an export, ${size} issues`,
          pairs,
          () => {
            runToEnd([...form.command, "sync"], tracker);
            forgetCost(tracker);
            return runToEnd(command, tracker);
          },
          () => runToEnd(command, withoutExport(tracker)),
        ),
      );
    }
  return figures;
}

function withoutExport(place: Place): Place {
  return { ...place, env: { ...place.env, BEADS_SYNC_AUTO_FLUSH: "false" } };
}

/** Once automatic exports have used up their allowance they are put off, and there would be nothing to measure. */
function forgetCost({ directory }: Place): void {
  const store = join(directory, ".beads/store");
  for (const name of readdirSync(store).filter((each) => each.startsWith("face."))) {
    const signature = decodeSignature(readFileSync(join(store, name)));
    if (signature === undefined) continue;
    writeFileSync(join(store, name), encodeSignature({ ...signature, allowance: fullAllowance }));
  }
}

let changes = 0;

/** As a tool of the family does it that knows no stamps: a new title and time for the first lines, every file written whole. */
function changeLines({ directory }: Place, count: number): void {
  changes += 1;
  const path = join(directory, ".beads/issues.jsonl");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const time = new Date(1_800_000_000_000 + changes * 1000).toISOString();
  const changed = lines.map((line, index) => {
    if (index >= count) return line;
    const { _stamp, ...issue } = JSON.parse(line);
    return JSON.stringify({ ...issue, title: `Changed ${changes} times`, updated_at: time });
  });
  writeFileSync(path, `${changed.join("\n")}\n`);
}
