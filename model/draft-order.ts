/** What the drafts of a plan wait for, by their places. What is there already is one thing, `outside`. */
export interface DraftLinks {
  readonly count: number;
  /** The parent among the drafts, `outside`, or none. */
  readonly parents: readonly (number | undefined)[];
  /** From the one that depends to the other; an end outside of the plan is `outside`. */
  readonly edges: readonly (readonly [number, number])[];
}

export const outside = -1;

/**
 * Whether the drafts certainly do not wait for each other in a circle. It takes more for a wait than is one, and all that is there already for one
 * issue, so a plan that it doubts may still be free of circles; one that it clears is. It costs a small part of looking at every issue.
 *
 * Each draft has two moments, as in `Waits`: it starts after its parent may start and its blockers are closed, and closes after it started and
 * after its parts.
 */
export function isClearlyOrdered({ count, parents, edges }: DraftLinks): boolean {
  if (edges.length === 0 && parents.every((parent) => parent === undefined)) return true;
  const startOf = (at: number) => (at === outside ? 2 * count : at);
  const closeOf = (at: number) => (at === outside ? 2 * count : at + count);
  const waits: [number, number][] = [];
  for (let at = 0; at < count; at++) {
    waits.push([closeOf(at), startOf(at)]);
    const parent = parents[at];
    if (parent !== undefined) waits.push([startOf(at), startOf(parent)], [closeOf(parent), closeOf(at)]);
  }
  for (const [from, to] of edges) waits.push([startOf(from), closeOf(to)]);
  return isFreeOfCircles(2 * count + 1, waits);
}

/** Takes away what waits for nothing, until nothing is left, or a circle. */
function isFreeOfCircles(size: number, waits: readonly (readonly [number, number])[]): boolean {
  const open = new Uint32Array(size);
  const first = new Uint32Array(size + 1);
  for (const [from, to] of waits) {
    open[from] = (open[from] ?? 0) + 1;
    first[to + 1] = (first[to + 1] ?? 0) + 1;
  }
  for (let at = 0; at < size; at++) first[at + 1] = (first[at + 1] ?? 0) + (first[at] ?? 0);
  const next = first.slice();
  const waiters = new Uint32Array(waits.length);
  for (const [from, to] of waits) {
    const place = next[to] ?? 0;
    waiters[place] = from;
    next[to] = place + 1;
  }
  const free: number[] = [];
  for (let at = 0; at < size; at++) if (open[at] === 0) free.push(at);
  let taken = 0;
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    taken++;
    for (let place = first[at] ?? 0; place < (first[at + 1] ?? 0); place++) {
      const waiter = waiters[place] ?? 0;
      const left = (open[waiter] ?? 0) - 1;
      open[waiter] = left;
      if (left === 0) free.push(waiter);
    }
  }
  return taken === size;
}
