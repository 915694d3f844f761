import type { Taken } from "./call";
import { type Spread, spreadOf } from "./statistics";

export interface PairLimits {
  readonly pairs: number;
  /** Past this, no pair is begun, unless there are fewer than `fewest`; past eight times of it, one has to do. */
  readonly budgetMs: number;
  readonly fewest: number;
  /** The first pair counts: what is measured takes so long that it hardly matters what is cold. */
  readonly isCold?: boolean;
}

const wayTooMuch = 8;

/**
 * Measures something and its base in turn, so that whatever else the machine does meets both. `ratio` and `cpuRatio` are those of the pairs; a first
 * pair, which finds everything cold, does not count.
 */
export async function comparePairs(
  { pairs, budgetMs, fewest, isCold = false }: PairLimits,
  measure: () => Taken | Promise<Taken>,
  base: () => Taken | Promise<Taken>,
): Promise<Record<string, Spread>> {
  const samples: { taken: Taken; base: Taken }[] = [];
  const startMs = performance.now();
  for (let pair = isCold ? 0 : -1; pair < pairs; pair += 1) {
    const spentMs = performance.now() - startMs;
    if (samples.length >= fewest && spentMs > budgetMs) break;
    if (samples.length >= 1 && spentMs > wayTooMuch * budgetMs) break;
    // Who comes first changes, as the first of two may find the machine warmer or colder.
    const first = pair % 2 === 0 ? await base() : undefined;
    const taken = await measure();
    const sample = { taken, base: first ?? (await base()) };
    if (pair >= 0) samples.push(sample);
  }
  return {
    ratio: spreadOf(samples.map((sample) => sample.taken.ms / sample.base.ms)),
    cpuRatio: spreadOf(samples.map((sample) => sample.taken.cpuMs / sample.base.cpuMs)),
    ms: spreadOf(samples.map((sample) => sample.taken.ms)),
    baseMs: spreadOf(samples.map((sample) => sample.base.ms)),
    cpuMs: spreadOf(samples.map((sample) => sample.taken.cpuMs)),
    baseCpuMs: spreadOf(samples.map((sample) => sample.base.cpuMs)),
  };
}
