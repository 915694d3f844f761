import { parseArgs } from "node:util";
import { chosenForms } from "../test/helpers/bz-forms";
import { measureAutomaticExport, measureFaceChange } from "./face-change";
import { measureFanOut, measureSlowSyncs } from "./fan-out";
import { type Figure, formatFigures } from "./figures";
import { measureStartUp } from "./start-up";
import { removePlaces } from "./workspace";

/** `bun run bench [--only SECTION] [--pairs N] [--rounds N] [--json FILE]`; README.md says what it measures. */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "25" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const forms = await chosenForms("all");
const figures: Figure[] = [];
try {
  await section("start-up", "Start-up, next to an empty script", () =>
    measureStartUp(forms, [100, 1000, 10_000], Number(values.pairs)),
  );
  await section("face", "After another tool has changed lines of issues.jsonl, next to an empty script", () =>
    measureFaceChange(forms, [1000, 100_000], Math.min(5, Number(values.pairs))),
  );
  await section("export", "A write that brings issues.jsonl up to date, next to one that does not", () =>
    measureAutomaticExport(forms, [100, 1000, 10_000], Number(values.pairs)),
  );
  await section("fan-out", "Ten agents at once, next to the same fan-out of empty scripts", () =>
    measureFanOut(forms, 100, Number(values.rounds)),
  );
  await section("slow-syncs", "Ten writers with slow syncs, next to the syncs alone", () =>
    measureSlowSyncs(forms, 20, 5),
  );
} finally {
  removePlaces();
}
if (values.json !== undefined)
  await Bun.write(values.json, `${JSON.stringify({ bun: Bun.version, figures }, null, 2)}\n`);

async function section(
  name: string,
  title: string,
  measure: () => Promise<Figure[] | undefined>,
): Promise<void> {
  if (values.only !== undefined && values.only !== name) return;
  await Bun.write(Bun.stdout, `\n${title}\n`);
  const measured = await measure();
  figures.push(...(measured ?? []));
  await Bun.write(
    Bun.stdout,
    measured === undefined ? "  not measured: no strace here\n" : formatFigures(measured),
  );
}
