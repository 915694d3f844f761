import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../test/helpers/bz-forms";
import { readMeasurements } from "./figures";
import { chartsOf } from "./report/charts";
import { benchmarksPage } from "./report/page";

/** `bun bench/report.ts`: makes the page and the charts of `docs/benchmarks` from the figures that stand there. */
export function writeReport(directory: string): void {
  const measurements = readMeasurements(join(directory, "figures.json"));
  writeFileSync(join(directory, "README.md"), benchmarksPage(measurements));
  for (const { name, svg } of chartsOf(measurements)) writeFileSync(join(directory, `${name}.svg`), svg);
}

if (import.meta.main) writeReport(join(root, "docs/benchmarks"));
