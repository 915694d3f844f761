import type { PointGraph } from "./strong-components";

/**
 * How many of the points below `counted` can be reached from each of them, itself not among them. One bit for each pair, a
 * thousand columns at a time, so that memory grows with the graph and not with its square.
 * @param components in the order of `strongComponents` over the edges turned round: what can be reached comes last
 */
export function countReached(
  graph: PointGraph,
  components: readonly (readonly number[])[],
  counted: number,
  hasEdgeIn: (point: number) => boolean,
): Uint32Array {
  const componentOf = new Uint32Array(graph.size);
  components.forEach((points, number) => {
    for (const point of points) componentOf[point] = number;
  });
  const next = components.map((points) => [
    ...new Set(points.flatMap((point) => graph.next(point).map((target) => componentOf[target] ?? 0))),
  ]);
  const columns = Array.from({ length: counted }, (_, point) => point).filter(hasEdgeIn);
  const totals = new Uint32Array(components.length);
  const bits = new Uint32Array(components.length * wordsPerRow);
  for (let first = 0; first < columns.length; first += columnsAtOnce) {
    bits.fill(0);
    columns.slice(first, first + columnsAtOnce).forEach((point, column) => {
      const word = (componentOf[point] ?? 0) * wordsPerRow + (column >>> 5);
      bits[word] = (bits[word] ?? 0) | (1 << (column & 31));
    });
    for (let row = components.length - 1; row >= 0; row--) {
      for (const other of next[row] ?? []) if (other !== row) addRow(bits, row, other);
      totals[row] = (totals[row] ?? 0) + countBits(bits, row);
    }
  }
  const reached = new Uint32Array(counted);
  for (let point = 0; point < counted; point++) {
    const total = totals[componentOf[point] ?? 0] ?? 0;
    reached[point] = total - (hasEdgeIn(point) ? 1 : 0);
  }
  return reached;
}

const columnsAtOnce = 1024;
const wordsPerRow = columnsAtOnce / 32;

function addRow(bits: Uint32Array, row: number, other: number): void {
  const [to, from] = [row * wordsPerRow, other * wordsPerRow];
  for (let word = 0; word < wordsPerRow; word++)
    bits[to + word] = (bits[to + word] ?? 0) | (bits[from + word] ?? 0);
}

function countBits(bits: Uint32Array, row: number): number {
  let count = 0;
  for (let word = row * wordsPerRow; word < (row + 1) * wordsPerRow; word++) {
    let left = bits[word] ?? 0;
    if (left === 0) continue;
    left -= (left >>> 1) & 0x55555555;
    left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
    count += (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return count;
}
