import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../test/helpers/bz-forms";
import { readMeasurements } from "./figures";
import { benchmarksPage } from "./report/page";

/** `bun bench/report.ts`: makes the page and the charts of `docs/benchmarks` from the figures that stand there. */
export function writeReport(directory: string): void {
  const measurements = readMeasurements(join(directory, "figures.json"));
  writeFileSync(join(directory, "README.md"), benchmarksPage(measurements));
}

if (import.meta.main) writeReport(join(root, "docs/benchmarks"));
