import type { Measurements } from "../figures";
import { withExports } from "../sections/written-bytes";
import { type Bar, type BarGroup, barChart } from "./bar-chart";
import { linePanels } from "./line-panels";
import { findFigure, findFigures, findNumber, findSpread, sizesOf } from "./lookup";
import { bytesText, countText, shortNumber } from "./text";

export interface Chart {
  /** Of its file, without `.svg`. */
  readonly name: string;
  /** For who does not see it. */
  readonly caption: string;
  readonly svg: string;
}

/** Those that there are figures for. */
export function chartsOf(measurements: Measurements): Chart[] {
  return [
    startUpChart(measurements),
    sizeChart(measurements),
    streamChart(measurements),
    peersChart(measurements),
    agentsChart(measurements),
    writtenChart(measurements),
  ].filter((chart) => chart !== undefined);
}

function startUpChart(m: Measurements): Chart | undefined {
  const figures = findFigures(m, { section: "start-up" }).filter(({ issues }) => issues === 100);
  const forms = [...new Set(figures.map(({ form }) => form))];
  const groups = [...new Set(figures.map(({ name }) => name))].map((name) => ({
    label: `bz ${name}`,
    bars: forms.flatMap((form, series): Bar[] => {
      const wanted = { section: "start-up", name, form, issues: 100 };
      const [ratio, ms] = ["ratio", "ms"].map((key) => findSpread(m, wanted, key)?.median);
      if (ratio === undefined || ms === undefined) return [];
      const figure = `${shortNumber(ratio)} (${shortNumber(ms)} ms)`;
      return [{ label: form, segments: [{ series, value: ratio }], figure }];
    }),
  }));
  return bars(
    "start-up",
    "One call in a tracker of 100 issues",
    "times an empty script (1 = bun empty.ts)",
    forms,
    groups,
  );
}

function sizeChart(m: Measurements): Chart | undefined {
  const sizes = sizesOf(m, "size");
  const panels = ["q", "show", "list", "ready"].map((name) => ({
    title: `bz ${name}${name === "list" || name === "ready" ? " --limit 50" : ""}`,
    lines: [0, 1000].map((frames) =>
      sizes.flatMap((issues) => {
        const ratio = findSpread(m, { section: "size", name, form: "compiled", issues, frames }, "ratio");
        return ratio === undefined ? [] : [{ x: issues, y: ratio.median }];
      }),
    ),
  }));
  if (sizes.length < 2 || panels.every(({ lines }) => lines.every((line) => line.length === 0)))
    return undefined;
  const title = "One call by the number of issues";
  const series = ["short log", "1,000 frames behind the snapshot"];
  return {
    name: "by-size",
    caption: title,
    svg: linePanels({ title, series, xAxis: "issues", yAxis: "times an empty script", panels }),
  };
}

function streamChart(m: Measurements): Chart | undefined {
  const series = ["half of the calls", "99 in 100", "the worst"];
  const groups = sizesOf(m, "stream").map((issues) => ({
    label: `${countText(issues)} issues`,
    bars: ["empty script", "q", "update", "claim", "close"].flatMap((name): Bar[] => {
      const { p50Ms, p99Ms, worstMs } = findFigure(m, { section: "stream", name, issues })?.numbers ?? {};
      if (p50Ms === undefined || p99Ms === undefined || worstMs === undefined) return [];
      const parts = [p50Ms, p99Ms - p50Ms, worstMs - p99Ms];
      return [
        {
          label: name,
          segments: parts.map((value, part) => ({ series: part, value })),
          figure: [p50Ms, p99Ms, worstMs].map(shortNumber).join(" / "),
        },
      ];
    }),
  }));
  return bars("stream", "A steady stream of calls, to the end of each", "ms", series, groups);
}

function peersChart(m: Measurements): Chart | undefined {
  const names = [...new Set(findFigures(m, { section: "peers" }).map(({ form }) => form))];
  const issues = 1000;
  const groups = ["create", "show", "list", "ready"].map((name) => ({
    label: name === "list" || name === "ready" ? `${name} 50` : `${name} one`,
    bars: names.flatMap((form, series): Bar[] => {
      const ms = findSpread(m, { section: "peers", name, form, issues }, "ms")?.median;
      return ms === undefined
        ? []
        : [{ label: form, segments: [{ series, value: ms }], figure: `${shortNumber(ms)} ms` }];
    }),
  }));
  return bars(
    "peers",
    `bz and others with ${countText(issues)} issues`,
    "ms, in powers of ten",
    names,
    groups,
    true,
  );
}

function agentsChart(m: Measurements): Chart | undefined {
  const found = findFigures(m, { section: "peers", name: "10 agents" }).map(({ form, numbers }): Bar => {
    const { ms = 0, acknowledged = 0, kept = 0 } = numbers;
    return {
      label: form,
      segments: [
        { series: 0, value: kept },
        { series: 1, value: acknowledged - kept },
      ],
      figure: `${countText(kept)} of ${countText(acknowledged)}, ${shortNumber(ms / 1000)} s`,
    };
  });
  const groups = [{ label: "created by ten agents at once", bars: found }];
  return bars(
    "agents",
    "What was acknowledged, and what is there",
    "issues",
    ["there", "acknowledged, and lost"],
    groups,
  );
}

function writtenChart(m: Measurements): Chart | undefined {
  const kinds = ["log", "delta", "snapshot", "other"];
  // What automatic exports write is many times more, and has a table of its own.
  const figures = findFigures(m, { section: "written" }).filter(({ variant }) => variant !== withExports);
  const groups = [...new Set(figures.map(({ variant }) => variant ?? ""))].map((variant) => ({
    label: `a stream of ${variant}`,
    bars: sizesOf(m, "written").flatMap((issues): Bar[] => {
      const wanted = { section: "written", variant, issues };
      const logBytes = findNumber(m, wanted, "logBytes");
      if (logBytes === undefined) return [];
      const parts = kinds.map((kind) => (findNumber(m, wanted, `${kind}Bytes`) ?? 0) / logBytes);
      const total = parts.reduce((sum, part) => sum + part, 0);
      return [
        {
          label: `${countText(issues)} issues`,
          segments: parts.map((value, series) => ({ series, value })),
          figure: `${shortNumber(total)} x ${bytesText(logBytes)}`,
        },
      ];
    }),
  }));
  return bars("written", "Bytes written for each byte logged", "bytes", kinds, groups);
}

function bars(
  name: string,
  title: string,
  axis: string,
  series: readonly string[],
  groups: readonly BarGroup[],
  isLog = false,
): Chart | undefined {
  const filled = groups.filter((group) => group.bars.length > 0);
  if (filled.length === 0) return undefined;
  return { name, caption: title, svg: barChart({ title, axis, series, groups: filled, isLog }) };
}
