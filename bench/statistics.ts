/** The middle of what was measured, and between which values its middle half lies. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly samples: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: rounded(quantile(values, 0.5)),
    lower: rounded(quantile(values, 0.25)),
    upper: rounded(quantile(values, 0.75)),
    samples: values.length,
  };
}

/** Between the two values that the place falls between, in proportion; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Four digits: more would be noise, and a difference in every line of the figures. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
