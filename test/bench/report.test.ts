import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, type Measurements, readMeasurements, writeMeasurements } from "../../bench/figures";
import { chartsOf } from "../../bench/report/charts";
import { benchmarksPage } from "../../bench/report/page";
import { root } from "../helpers/bz-forms";

const place = mkdtempSync(join(tmpdir(), "bz-report-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function call(name: string, issues: number, ratio: number): Figure {
  const spread = (median: number) => ({ median, lower: median / 2, upper: median * 2, samples: 25 });
  return {
    name,
    form: "compiled",
    issues,
    frames: 0,
    spreads: { ratio: spread(ratio), ms: spread(ratio * 5) },
    numbers: {},
  };
}

function measurementsOf(figures: readonly Figure[], failures: readonly string[] = []): Measurements {
  const section = { measuredAt: "2026-01-15T12:00:00.000Z", seconds: 9, load: [0.1, 0.2], notes: [] };
  return {
    machine: { processors: "2" },
    sections: { size: { ...section, failures: [...failures], figures: [...figures] } },
  };
}

function lineOf(page: string, start: string): string | undefined {
  return page.split("\n").find((line) => line.startsWith(start));
}

describe("the page of the figures", () => {
  const page = benchmarksPage(
    measurementsOf([call("q", 100, 1.3), call("q", 10_000, 1.56)], ["show: it broke\nbadly"]),
  );

  test("says of a budget what was measured, its spread, and that it is met", () => {
    expect(lineOf(page, "| `q`, 100 issues, compiled")).toMatch(
      /<= 1\.4 .* 1\.30 \(0\.65 to 2\.60\), 6\.50 ms .*\| yes /,
    );
  });

  test("says with its number that a budget is missed", () => {
    expect(lineOf(page, "| `q` at 10,000 divided by `q` at 100, compiled")).toMatch(
      /<= 1\.1 .*\| 1\.20 .*\*\*no\*\*/,
    );
  });

  test("judges nothing that was not measured", () => {
    expect(lineOf(page, "| `q`, 100 issues, script")).toMatch(/not measured +\| +\|/);
    expect(page).toContain("1 of 2 budgets that could be judged");
  });

  test("says what failed, in one line", () => {
    expect(page).toContain("- Failed in size: show: it broke\n");
  });

  test("has tables with as many cells in each line as in the head", () => {
    for (const table of page.split("\n\n").filter((part) => part.startsWith("|"))) {
      const cells = table
        .trimEnd()
        .split("\n")
        .map((line) => line.split("|").length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});

describe("figures", () => {
  test("are read as they were written", () => {
    const path = join(place, "figures.json");
    const written = measurementsOf([call("q", 100, 1.3)], ["one"]);
    writeMeasurements(path, written);
    expect(readMeasurements(path)).toEqual(written);
  });

  test("that are not there are none", () => {
    expect(readMeasurements(join(place, "absent.json"))).toEqual({ machine: {}, sections: {} });
  });

  test("in another form are refused", () => {
    const path = join(place, "wrong.json");
    writeFileSync(path, '{"machine":{},"sections":{"size":[]}}');
    expect(() => readMeasurements(path)).toThrow();
  });

  test.skipIf(!existsSync(join(root, "docs/benchmarks/figures.json")))(
    "of this repository yield the page and the charts that stand beside them",
    () => {
      const directory = join(root, "docs/benchmarks");
      const measurements = readMeasurements(join(directory, "figures.json"));
      expect(readFileSync(join(directory, "README.md"), "utf8")).toBe(benchmarksPage(measurements));
      for (const { name, svg } of chartsOf(measurements))
        expect(readFileSync(join(directory, `${name}.svg`), "utf8")).toBe(svg);
    },
  );
});
