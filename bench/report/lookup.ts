import type { Figure, Measurements } from "../figures";
import type { Spread } from "../statistics";

/** Which figure is meant. What is left out is not asked. */
export interface Wanted {
  readonly section: string;
  readonly name?: string;
  readonly form?: string;
  readonly issues?: number;
  readonly frames?: number;
  readonly variant?: string;
}

export function findFigures(measurements: Measurements, wanted: Wanted): Figure[] {
  const { section, ...wantedOf } = wanted;
  const asked = Object.entries(wantedOf);
  return (measurements.sections[section]?.figures ?? []).filter((figure) => {
    const facts: Readonly<Record<string, unknown>> = { ...figure };
    return asked.every(([key, value]) => facts[key] === value);
  });
}

export function findFigure(measurements: Measurements, wanted: Wanted): Figure | undefined {
  return findFigures(measurements, wanted)[0];
}

/** Undefined when it was not measured, or nothing came of it. */
export function findSpread(measurements: Measurements, wanted: Wanted, key: string): Spread | undefined {
  const spread = findFigure(measurements, wanted)?.spreads[key];
  return spread === undefined || Number.isNaN(spread.median) ? undefined : spread;
}

export function findNumber(measurements: Measurements, wanted: Wanted, key: string): number | undefined {
  return findFigure(measurements, wanted)?.numbers[key];
}

/** In ascending order, of a section. */
export function sizesOf(measurements: Measurements, section: string): number[] {
  const sizes = (measurements.sections[section]?.figures ?? []).map(({ issues }) => issues ?? 0);
  return [...new Set(sizes)].filter((size) => size > 0).sort((left, right) => left - right);
}
