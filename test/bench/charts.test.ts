import { describe, expect, test } from "bun:test";
import type { Figure, Measurements } from "../../bench/figures";
import { barChart } from "../../bench/report/bar-chart";
import { chartsOf } from "../../bench/report/charts";
import { linearScale, logScale } from "../../bench/report/scale";

const spread = (median: number) => ({ median, lower: median, upper: median, samples: 9 });

function figure(name: string, form: string, issues: number, ms: number, frames = 0): Figure {
  return { name, form, issues, frames, spreads: { ratio: spread(ms / 5), ms: spread(ms) }, numbers: {} };
}

function measurementsOf(sections: Record<string, Figure[]>): Measurements {
  const facts = { measuredAt: "2026-01-15T12:00:00.000Z", seconds: 1, load: [0], failures: [], notes: [] };
  return {
    machine: {},
    sections: Object.fromEntries(
      Object.entries(sections).map(([name, figures]) => [name, { ...facts, figures }]),
    ),
  };
}

/** Throws unless every element that is begun is ended, in order, and every value stands in quotes. */
function checkWellFormed(svg: string): void {
  const open: string[] = [];
  let end = 0;
  for (const match of svg.matchAll(/<(\/?)([a-z]+)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<]*")*)(\/?)>/g)) {
    const between = svg.slice(end, match.index);
    if (/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(between)) throw new Error(`not well-formed: ${between}`);
    end = match.index + match[0].length;
    const [, closes, name = "", , isEmpty] = match;
    if (closes === "/") expect(open.pop()).toBe(name);
    else if (isEmpty !== "/") open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg.slice(end).trim()).toBe("");
}

const measurements = measurementsOf({
  "start-up": [figure("q", "compiled", 100, 7), figure("q", "script", 100, 9)],
  size: [100, 10_000].flatMap((issues) => [
    figure("q", "compiled", issues, 7),
    figure("q", "compiled", issues, 9, 1000),
  ]),
  peers: [figure("create", "bz", 1000, 7), figure("create", "sd", 1000, 90)],
});

describe("charts", () => {
  test("are made of what there are figures for, and of nothing else", () => {
    expect(chartsOf(measurements).map(({ name }) => name)).toEqual(["start-up", "by-size", "peers"]);
    expect(chartsOf(measurementsOf({}))).toEqual([]);
  });

  test("are well-formed, and nothing in them lies outside of the picture or is no number", () => {
    for (const { svg } of chartsOf(measurements)) {
      checkWellFormed(svg);
      expect(svg).not.toContain("NaN");
      const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
      for (const [, x, y] of svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"/g)) {
        expect(Number(x)).toBeWithin(0, width);
        expect(Number(y)).toBeWithin(0, height);
      }
    }
  });

  test("have the figures written on them", () => {
    const [startUp = { svg: "" }] = chartsOf(measurements);
    expect(startUp.svg).toContain("1.80 (9.00 ms)");
  });

  test("escape what they are told", () => {
    const bar = { label: 'a < "b" & c', segments: [{ series: 0, value: 1 }], figure: "1" };
    const svg = barChart({ title: "a & b", axis: "<", series: ["x"], groups: [{ label: "&", bars: [bar] }] });
    checkWellFormed(svg);
    expect(svg).toContain("a &lt; &quot;b&quot; &amp; c");
  });
});

describe("scales", () => {
  test("of powers of ten go from one to another", () => {
    const scale = logScale(3, 700, 0, 300);
    expect(scale.ticks).toEqual([1, 10, 100, 1000]);
    expect(scale.place(100)).toBe(200);
  });

  test("otherwise begin at zero, in steps that people count in", () => {
    const scale = linearScale(12.2, 0, 150);
    expect(scale.ticks).toEqual([0, 5, 10, 15]);
    expect(scale.place(7.5)).toBe(75);
  });
});
