/** What an issue cannot be done without, as `Readiness.waitsFor` says it. */
export type WaitsFor = (id: string) => readonly string[];

/** The shortest way from an issue back to itself, both ends named. Undefined when it does not wait for itself. */
export function cycleThrough(id: string, waitsFor: WaitsFor): string[] | undefined {
  const cameFrom = new Map<string, string>();
  let layer = [id];
  while (layer.length > 0) {
    const next: string[] = [];
    for (const from of layer) {
      for (const to of waitsFor(from)) {
        if (to === id) return [...pathTo(from, cameFrom), id];
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, from);
        next.push(to);
      }
    }
    layer = next;
  }
  return undefined;
}

/**
 * Cycles among these issues and what they wait for. Of those that share an issue only the first is named: once somebody has
 * opened that one, another look shows what is left. Without recursion, since a chain may be as long as the store.
 */
export function findWaitCycles(ids: Iterable<string>, waitsFor: WaitsFor): string[][] {
  const cycles: string[][] = [];
  const named = new Set<string>();
  const left = new Set<string>();
  const path: { readonly id: string; readonly next: Iterator<string> }[] = [];
  const onPath = new Set<string>();
  const enter = (id: string): void => {
    const next = waitsFor(id);
    // Most issues wait for nothing.
    if (next.length === 0) return;
    path.push({ id, next: next.values() });
    onPath.add(id);
  };
  for (const start of ids) {
    if (!left.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { value, done } = top.next.next();
      if (done === true) {
        left.add(top.id);
        onPath.delete(top.id);
        path.pop();
      } else if (onPath.has(value)) {
        const around = path.map(({ id }) => id);
        const cycle = around.slice(around.indexOf(value));
        if (!cycle.some((id) => named.has(id))) cycles.push([...cycle, value]);
        for (const id of cycle) named.add(id);
      } else if (!left.has(value)) enter(value);
    }
  }
  return cycles;
}

function pathTo(id: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  for (let at: string | undefined = id; at !== undefined; at = cameFrom.get(at)) path.push(at);
  return path.reverse();
}
