import type { Figure, Measurements } from "../figures";
import { type BudgetGroup, type BudgetRow, budgetGroups } from "./budgets";
import { chartsOf } from "./charts";
import { findFigures, findSpread, sizesOf } from "./lookup";
import { peersText } from "./peers";
import { countText, shortNumber, tableText } from "./text";

/** The page that `docs/benchmarks/README.md` is: all of it comes from the figures. */
export function benchmarksPage(measurements: Measurements): string {
  const groups = budgetGroups(measurements);
  const parts = [
    "# What bz costs, measured",
    introduction(measurements, groups),
    chartsOf(measurements)
      .map(({ name, caption }) => `![${caption}](${name}.svg)`)
      .join("\n\n"),
    ...groups.map(({ title, rows }) => `## ${title}\n\n${budgetTable(rows)}`),
    sizeTable(measurements),
    streamTable(measurements),
    writtenTable(measurements),
    peersText(measurements),
    remarks(measurements),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function introduction({ machine, sections }: Measurements, groups: readonly BudgetGroup[]): string {
  const judged = groups.flatMap(({ rows }) => rows).filter(({ isMet }) => isMet !== undefined);
  const met = judged.filter(({ isMet }) => isMet).length;
  const days = Object.values(sections).map(({ measuredAt }) => measuredAt.slice(0, 10));
  const [first = "", last = ""] = [days.toSorted()[0], days.toSorted().at(-1)];
  return [
    "Written by `bun bench/report.ts` from `figures.json` beside it, which `bun run bench --record` measures; `bench/README.md` says how. A figure without a unit is a ratio: how often an empty script, run by the same Bun in turn with it, fits into the call. It is the median of the pairs, with the quartiles in brackets. Only ratios mean anything on another machine.",
    `Measured ${first === last ? `on ${first}` : `from ${first} to ${last}`}: ${Object.entries(machine)
      .map(([key, value]) => `${machineWords[key] ?? key} ${value}`)
      .join(", ")}.`,
    `**${met} of ${judged.length} budgets that could be judged are met.**`,
  ].join("\n\n");
}

const machineWords: Readonly<Record<string, string>> = {
  fileSystem: "file system",
  bun: "Bun",
  processors: "processors:",
  memory: "memory",
  system: "on",
};

function budgetTable(rows: readonly BudgetRow[]): string {
  return tableText(
    ["what", "target", "measured", "met", "peers", "what it cannot go below", "peak memory"],
    rows.map(({ what, target, measured, isMet, peers, limit, memory }) => [
      what,
      target,
      measured,
      isMet === undefined ? "" : isMet ? "yes" : "**no**",
      peers,
      limit,
      memory,
    ]),
  );
}

/** Every command at every size: medians, with a short log and, behind the stroke, with a long one. */
function sizeTable(measurements: Measurements): string {
  const sizes = sizesOf(measurements, "size");
  const names = [...new Set(findFigures(measurements, { section: "size" }).map(({ name }) => name))];
  if (names.length === 0) return "";
  const of = (name: string, issues: number, frames: number) => {
    const wanted = { section: "size", name, form: "compiled", issues, frames };
    const ratio = findSpread(measurements, wanted, "ratio");
    return ratio === undefined ? "-" : shortNumber(ratio.median);
  };
  const rows = names.map((name) => [
    `\`${name}\``,
    ...sizes.map((issues) => `${of(name, issues, 0)} / ${of(name, issues, 1000)}`),
  ]);
  return `## Every call at every size\n\nThe executable; ratios with a short log / with 1,000 frames behind the snapshot.\n\n${tableText(["call", ...sizes.map(countText)], rows)}`;
}

function streamTable(measurements: Measurements): string {
  const figures = findFigures(measurements, { section: "stream" }).filter(
    ({ numbers }) => numbers.p50Ms !== undefined,
  );
  if (figures.length === 0) return "";
  const rows = figures.map(({ name, issues, numbers }: Figure) => [
    name,
    countText(issues ?? 0),
    String(numbers.calls),
    ...["p50Ms", "p99Ms", "worstMs"].map((key) => shortNumber(numbers[key] ?? Number.NaN)),
  ]);
  return `## A steady stream\n\nAn agent that creates, updates, claims and closes one issue after another, with everything that bz does by itself; milliseconds.\n\n${tableText(["call", "issues", "calls", "p50", "p99", "worst"], rows)}`;
}

function writtenTable(measurements: Measurements): string {
  const rows = findFigures(measurements, { section: "written" }).map(({ variant, issues, numbers }) => [
    variant ?? "",
    countText(issues ?? 0),
    ...["calls", "logBytes", "deltaBytes", "snapshotBytes", "faceBytes", "otherBytes"].map((key) =>
      countText(numbers[key] ?? 0),
    ),
    shortNumber(numbers.perLoggedByteWithFace ?? Number.NaN),
    countText(numbers.mostFrames ?? 0),
  ]);
  if (rows.length === 0) return "";
  const head = [
    "a stream of",
    "issues",
    "calls",
    "log",
    "delta",
    "snapshot",
    "face",
    "other",
    "all / log",
    "most frames",
  ];
  return `## Bytes written\n\n${tableText(head, rows)}`;
}

function remarks({ sections }: Measurements): string {
  const lines = Object.entries(sections).flatMap(([name, { notes, failures, load }]) => [
    ...(name === "peers" ? [] : notes),
    ...failures.map((failure) => `Failed in ${name}: ${failure.split("\n")[0]}`),
    ...(Math.max(...load) > 1.5
      ? [`While ${name} was measured, up to ${shortNumber(Math.max(...load))} processes wanted a processor.`]
      : []),
  ]);
  return lines.length === 0 ? "" : `## Remarks\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}
