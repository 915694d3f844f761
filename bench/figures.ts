/** One line of the result. */
export interface Figure {
  readonly what: string;
  /** How often its base fits into it. */
  readonly ratio: number;
  /** The median of each, in milliseconds. */
  readonly ms: number;
  readonly baseMs: number;
  readonly samples: number;
}

/**
 * Measures something and its base in turn, so that whatever else the machine does meets both, and takes the median of the pairs' ratios.
 */
export async function compare(
  what: string,
  pairs: number,
  measure: () => number | Promise<number>,
  base: () => number | Promise<number>,
): Promise<Figure> {
  const samples: { ms: number; baseMs: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Who comes first changes, as the first of two may find the machine warmer or colder.
    if (pair % 2 === 0) samples.push({ baseMs: await base(), ms: await measure() });
    else {
      const ms = await measure();
      samples.push({ ms, baseMs: await base() });
    }
  }
  return {
    what,
    ratio: median(samples.map(({ ms, baseMs }) => ms / baseMs)),
    ms: median(samples.map(({ ms }) => ms)),
    baseMs: median(samples.map(({ baseMs }) => baseMs)),
    samples: pairs,
  };
}

export function formatFigures(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const head = `${"".padEnd(width)}  ratio        ms   base ms  samples\n`;
  const lines = figures.map(({ what, ratio, ms, baseMs, samples }) => {
    const columns = [
      ratio.toFixed(2).padStart(5),
      ms.toFixed(1).padStart(8),
      baseMs.toFixed(1).padStart(8),
      String(samples).padStart(7),
    ];
    return `${what.padEnd(width)}  ${columns.join("  ")}\n`;
  });
  return head + lines.join("");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
