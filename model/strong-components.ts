/** A directed graph over the whole numbers below `size`: `next(point)` is where its edges lead. */
export interface PointGraph {
  readonly size: number;
  next(point: number): readonly number[];
}

/**
 * Tarjan's strongly connected components, without recursion: a chain may be longer than the stack is deep.
 * @returns the points of each component; one comes after all those that its edges lead to
 */
export function strongComponents({ size, next }: PointGraph): number[][] {
  const numbers = new Int32Array(size).fill(-1);
  const lowest = new Int32Array(size);
  const isOpen = new Uint8Array(size);
  const taken = new Int32Array(size);
  const open: number[] = [];
  const found: number[][] = [];
  let count = 0;
  const enter = (point: number): number => {
    numbers[point] = lowest[point] = count++;
    isOpen[point] = 1;
    open.push(point);
    return point;
  };
  const at = (array: Int32Array, point: number): number => array[point] ?? 0;
  for (let root = 0; root < size; root++) {
    if (numbers[root] !== -1) continue;
    const way = [enter(root)];
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const place = at(taken, top);
      const target = next(top)[place];
      taken[top] = place + 1;
      if (target === undefined) {
        way.pop();
        const before = way.at(-1);
        if (before !== undefined) lowest[before] = Math.min(at(lowest, before), at(lowest, top));
        if (lowest[top] !== numbers[top]) continue;
        const members = open.splice(open.lastIndexOf(top));
        for (const member of members) isOpen[member] = 0;
        found.push(members);
      } else if (numbers[target] === -1) way.push(enter(target));
      else if (isOpen[target] === 1) lowest[top] = Math.min(at(lowest, top), at(numbers, target));
    }
  }
  return found;
}
