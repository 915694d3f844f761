/** Turns a value into a place between two ends, and says where lines are to be drawn. */
export interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

export function linearScale(most: number, from: number, to: number): Scale {
  const step = niceStep(most / 5);
  const top = Math.max(step, Math.ceil(most / step) * step);
  return {
    place: (value) => from + ((to - from) * value) / top,
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, at) => Number((at * step).toPrecision(12))),
  };
}

/** Whole powers of ten at both ends. */
export function logScale(least: number, most: number, from: number, to: number): Scale {
  const [low, high] = [Math.floor(Math.log10(least) + 1e-9), Math.ceil(Math.log10(most) - 1e-9)];
  const powers = Math.max(1, high - low);
  return {
    place: (value) => from + ((to - from) * (Math.log10(value) - low)) / powers,
    ticks: Array.from({ length: powers + 1 }, (_, at) => 10 ** (low + at)),
  };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((step) => step * power >= least) ?? 10) * power;
}
