import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import type { Spread } from "./statistics";

/** One thing that was measured, under one set of circumstances. */
export interface Figure {
  /** What was called: a command of bz, or what a section calls it. */
  readonly name: string;
  /** `compiled`, `script`, `sources`, or a peer. */
  readonly form: string;
  readonly issues?: number | undefined;
  /** Of the log behind the snapshot, when it began. */
  readonly frames?: number | undefined;
  /** What else tells it from others of its name. */
  readonly variant?: string | undefined;
  readonly spreads: Readonly<Record<string, Spread>>;
  readonly numbers: Readonly<Record<string, number>>;
}

const spreadSchema = v.object({
  median: v.nullable(v.number()),
  lower: v.nullable(v.number()),
  upper: v.nullable(v.number()),
  samples: v.number(),
});

const figureSchema = v.object({
  name: v.string(),
  form: v.string(),
  issues: v.optional(v.number()),
  frames: v.optional(v.number()),
  variant: v.optional(v.string()),
  spreads: v.record(v.string(), v.pipe(spreadSchema, v.transform(withoutNulls))),
  numbers: v.record(v.string(), v.number()),
});

const sectionSchema = v.object({
  measuredAt: v.string(),
  seconds: v.number(),
  /** Processes that wanted a processor in the last minute, before and after. */
  load: v.array(v.number()),
  failures: v.array(v.string()),
  notes: v.array(v.string()),
  figures: v.array(figureSchema),
});

const recordSchema = v.object({
  machine: v.record(v.string(), v.string()),
  sections: v.record(v.string(), sectionSchema),
});

export type Section = v.InferOutput<typeof sectionSchema>;
/** All that is known, by section; what `docs/benchmarks/figures.json` holds. */
export type Measurements = v.InferOutput<typeof recordSchema>;

/** Nothing measured yet when there is no such file. */
export function readMeasurements(path: string): Measurements {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { machine: {}, sections: {} };
    throw error;
  }
  return v.parse(recordSchema, JSON.parse(text));
}

/** A figure a line, so that a difference shows what changed. */
export function writeMeasurements(path: string, { machine, sections }: Measurements): void {
  const parts = Object.entries(sections).map(([name, { figures, ...facts }]) => {
    const head = Object.entries(facts).map(
      ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    const lines = figures.map((figure) => `        ${JSON.stringify(figure)}`);
    const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n      ]`;
    return `    ${JSON.stringify(name)}: {\n${[...head, `      "figures": ${list}`].join(",\n")}\n    }`;
  });
  const body = parts.length === 0 ? "{}" : `{\n${parts.join(",\n")}\n  }`;
  mkdirSync(dirname(path), { recursive: true });
  const text = `{\n  "machine": ${JSON.stringify(machine)},\n  "sections": ${body}\n}\n`;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A spread of nothing was written as null. */
function withoutNulls(spread: v.InferOutput<typeof spreadSchema>): Spread {
  const { median, lower, upper, samples } = spread;
  return { median: median ?? Number.NaN, lower: lower ?? Number.NaN, upper: upper ?? Number.NaN, samples };
}
