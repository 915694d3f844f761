import type { GraphLabel, graphlib, NodeLabel } from "@dagrejs/dagre";
import { type GraphEdge, type GraphPart, orderOf } from "../model/issue-graph";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A line of a picture, from the end that is done later to the one that is done before it; of a link, along it. */
export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** At least two. */
  readonly points: readonly Point[];
  /** Three points: out to the side and back again, as between boxes above each other. */
  readonly isBow?: true;
}

export interface Layout extends Size {
  /** The upper left corners of the boxes, by id. */
  readonly boxes: ReadonlyMap<string, Point>;
  readonly edges: readonly PlacedEdge[];
}

export type LayOut = (parts: readonly GraphPart[], box: Size) => Layout;

/** Dagre costs a few milliseconds to load, which only a picture is worth. */
export async function loadLayout(): Promise<LayOut> {
  const dagre = await import("@dagrejs/dagre");
  return (parts, box) => {
    const laidOut = parts.map((part) => layOutPart(dagre, part, box));
    return pack(laidOut);
  };
}

type Dagre = typeof import("@dagrejs/dagre");

/** Between boxes of one layer, and between layers. */
const gap = { between: 16, layers: 72 };

/**
 * One part: what is to be done first in the leftmost column, everything else as near to it as its order allows. Each long edge
 * costs Dagre a point in every layer that it crosses, so the longest ones are left out where that gets too much, and drawn
 * straight across.
 */
function layOutPart(dagre: Dagre, part: GraphPart, box: Size): Layout {
  const graph: graphlib.Graph<GraphLabel, NodeLabel> = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "RL",
    ranker: "longest-path",
    acyclicer: "greedy",
    nodesep: gap.between,
    ranksep: gap.layers,
  });
  for (const { issue } of part.nodes) graph.setNode(issue.id, { ...box });
  const routed = routedEdges(part);
  routed.forEach(({ from, to }, at) => {
    graph.setEdge(from, to, {}, String(at));
  });
  dagre.layout(graph);
  const boxes = new Map(
    part.nodes.map(({ issue }) => {
      const { x = 0, y = 0 } = graph.node(issue.id);
      return [issue.id, { x: x - box.width / 2, y: y - box.height / 2 }] as const;
    }),
  );
  const edges = routed.map(({ edge, from, to }, at): PlacedEdge => {
    const { points = [] } = graph.edge(from, to, String(at)) ?? {};
    const straight = across(boxes, from, to, box);
    if (straight.isBow) return { edge, ...straight };
    return { edge, points: betweenSides(points, straight.points) };
  });
  const known = new Set(routed.map(({ edge }) => edge));
  for (const edge of part.edges) {
    if (known.has(edge)) continue;
    const { from, to } = endsOf(edge);
    edges.push({ edge, ...across(boxes, from, to, box) });
  }
  return fitted(boxes, edges, box);
}

/** Dagre's way between two boxes, but from the middle of one side to that of the other: lines that meet look like one. */
function betweenSides(way: readonly Point[], ends: readonly Point[]): readonly Point[] {
  const [start, end] = [ends[0], ends.at(-1)];
  if (start === undefined || end === undefined) return ends;
  const isLeftwards = end.x < start.x;
  const inner = way
    .slice(1, -1)
    .filter(({ x }) => (isLeftwards ? x > end.x && x < start.x : x < end.x && x > start.x));
  return [start, ...inner, end];
}

/** Moved so that the picture begins at zero: lines may lead around all boxes. */
function fitted(boxes: ReadonlyMap<string, Point>, edges: readonly PlacedEdge[], box: Size): Layout {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = ({ x, y }: Point, { width, height }: Size) => {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + width), Math.max(bottom, y + height)];
  };
  for (const corner of boxes.values()) take(corner, box);
  for (const { points } of edges) for (const point of points) take(point, { width: 0, height: 0 });
  const move = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  return {
    width: right - left,
    height: bottom - top,
    boxes: new Map([...boxes].map(([id, corner]) => [id, move(corner)])),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map(move) })),
  };
}

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Mere links tell nothing about the order, so they have no say in it. */
function routedEdges(part: GraphPart): (Ends & { readonly edge: GraphEdge })[] {
  const layers = new Map(part.nodes.map(({ issue, layer }) => [issue.id, layer]));
  const spanOf = ({ from, to }: Ends) => Math.abs((layers.get(from) ?? 0) - (layers.get(to) ?? 0));
  let left = mostCrossings;
  return part.edges
    .filter((edge) => orderOf(edge) !== undefined)
    .map((edge) => ({ edge, ...endsOf(edge) }))
    .sort((one, other) => spanOf(one) - spanOf(other))
    .filter((ends) => {
      left -= Math.max(0, spanOf(ends) - 1);
      return left >= 0;
    });
}

/** Layers that lines may cross altogether: 2,000 issues then take a few seconds, and what people can read is far below. */
const mostCrossings = 1500;

function endsOf(edge: GraphEdge): Ends {
  const order = orderOf(edge);
  return order === undefined ? edge : { from: order.later, to: order.earlier };
}

/** From the side of one box to that of the other which is nearer. */
function across(
  boxes: ReadonlyMap<string, Point>,
  from: string,
  to: string,
  box: Size,
): Omit<PlacedEdge, "edge"> {
  const [one, other] = [boxes.get(from) ?? origin, boxes.get(to) ?? origin];
  const [startY, endY] = [one.y + box.height / 2, other.y + box.height / 2];
  const [start, end] = [
    { x: one.x, y: startY },
    { x: other.x, y: endY },
  ];
  if (other.x + box.width <= one.x) return { points: [start, { x: other.x + box.width, y: endY }] };
  if (one.x + box.width <= other.x) return { points: [{ x: one.x + box.width, y: startY }, end] };
  const side = { x: Math.min(one.x, other.x) - bowDepth, y: (startY + endY) / 2 };
  return { points: [start, side, end], isBow: true };
}

const bowDepth = 40;

const origin: Point = { x: 0, y: 0 };

/** Parts in rows like words on a page, the largest first, on a page about as wide as screens are. */
function pack(parts: readonly Layout[]): Layout {
  const area = parts.reduce((sum, { width, height }) => sum + (width + partGap) * (height + partGap), 0);
  const pageWidth = Math.max(Math.sqrt(area * screenRatio), ...parts.map(({ width }) => width));
  const boxes = new Map<string, Point>();
  const edges: PlacedEdge[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const part of parts.toSorted((one, other) => other.height - one.height)) {
    if (x > 0 && x + part.width > pageWidth) {
      [x, y] = [0, y + rowHeight + partGap];
      rowHeight = 0;
    }
    const move = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
    for (const [id, corner] of part.boxes) boxes.set(id, move(corner));
    for (const edge of part.edges) edges.push({ ...edge, points: edge.points.map(move) });
    x += part.width + partGap;
    rowHeight = Math.max(rowHeight, part.height);
    width = Math.max(width, x - partGap);
  }
  return { width, height: y + rowHeight, boxes, edges };
}

const partGap = 40;
const screenRatio = 1.6;
