import type { FastRest } from "./write";

/**
 * Of a fold of some hundred frames nothing is run so often that compiled code pays, whatever the engine is told at the start. Nothing else of weight follows in the process, so that it is told
 * for good; a Bun that has no word for it goes on as before.
 */
export function prepareFold(rest: Folded): void {
  if (!rest.isCompactionDue || !isShortFold(rest)) return;
  const unsafe: { setJITPolicy?: (scale: number) => void } = Bun.unsafe;
  unsafe.setJITPolicy?.(seldom);
}

export function isShortFold({ log }: Pick<Folded, "log">): boolean {
  return log.pendingBytes + log.deltaBytes <= longestShort;
}

type Folded = Pick<FastRest, "isCompactionDue" | "log">;

/** In bytes of log and delta: so little makes no large snapshot either. */
const longestShort = 1 << 20;
/** So many times as often as usual is something run before it is compiled. A fold of 500 frames takes a tenth less of the processors than at 16, and no less beyond. */
const seldom = 100;
