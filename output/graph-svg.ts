import type { Issue } from "../model/issue";
import { shownStatus } from "../model/status";
import { type DrawnGraph, kindOf, type Standing, standingNames, standings, standingsIn } from "./drawn-graph";
import { type Colours, paletteOf } from "./graph-colours";
import type { LayOut, PlacedEdge, Point } from "./graph-layout";
import { xmlText } from "./xml-text";

const box = { width: 240, height: 62 };
const margin = 24;
const legendHeight = 56;
/** Columns of a title's line; fonts differ, so there is some room left. */
const titleWidth = 31;

/** The whole picture: a file of its own, or what stands in a page. Nothing in it is loaded from anywhere. */
export function graphSvg(graph: DrawnGraph, layOut: LayOut, heading: string): string {
  const { boxes, edges, ...size } = layOut(graph.parts, box);
  const width = Math.ceil(Math.max(size.width, legendWidth) + 2 * margin);
  const height = Math.ceil(size.height + 2 * margin + legendHeight);
  const issues = graph.parts.flatMap(({ nodes }) => nodes.map(({ issue }) => issue));
  const lines = edges.map(edgeSvg);
  const drawn = issues.map((issue) => boxSvg(issue, boxes.get(issue.id) ?? origin, graph));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xmlText(heading)}">
<title>${xmlText(heading)}</title>
<style>${pictureStyle()}</style>
<defs>
<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 1 L9 5 L0 9 z"/></marker>
<marker id="diamond" viewBox="0 0 14 10" refX="1" refY="5" markerWidth="11" markerHeight="8" orient="auto"><path class="whole" d="M1 5 L7 1 L13 5 L7 9 z"/></marker>
</defs>
<rect class="page" width="${width}" height="${height}"/>
${legendSvg(graph, heading)}
<g transform="translate(${margin} ${margin + legendHeight})">
${[...lines, ...drawn].join("\n")}
</g>
</svg>
`;
}

function boxSvg(issue: Issue, { x, y }: Point, graph: DrawnGraph): string {
  const standing = graph.standing(issue);
  const [first = "", second = ""] = titleLines(issue.title, titleWidth);
  const priority = Math.min(4, Math.max(0, issue.priority));
  const root = issue.id === graph.rootId ? " root" : "";
  const facts = [shownStatus(issue, graph.nowMs), issue.issue_type, `P${issue.priority}`];
  if (issue.assignee !== undefined) facts.push(`@${issue.assignee}`);
  const hover = `${issue.id}: ${issue.title} (${facts.join(", ")})`;
  return `<g class="box ${standing}${root}" transform="translate(${round(x)} ${round(y)})"><title>${xmlText(hover)}</title><rect width="${box.width}" height="${box.height}" rx="8"/><text class="id" x="12" y="20">${xmlText(cutTo(issue.id, 26))}</text><text class="pri p${priority}" x="${box.width - 12}" y="20">P${issue.priority}</text><text x="12" y="38">${xmlText(first)}</text><text x="12" y="53">${xmlText(second)}</text></g>`;
}

function edgeSvg({ edge, points, isBow }: PlacedEdge): string {
  const kind = kindOf(edge);
  const path = isBow === true ? bowPath(points) : levelPath(points);
  const words = { blocks: "waits for", contains: "is part of", link: "is linked to" }[kind];
  const end = kind === "contains" ? 'marker-start="url(#diamond)"' : 'marker-end="url(#arrow)"';
  return `<path class="edge ${kind}" d="${path}" ${end}><title>${xmlText(`${edge.from} ${words} ${edge.to} (${edge.type})`)}</title></path>`;
}

/** The lines leave and enter boxes level, whatever is between. */
function levelPath([start = origin, ...rest]: readonly Point[]): string {
  let path = `M${round(start.x)} ${round(start.y)}`;
  let last = start;
  for (const point of rest) {
    const middle = round((last.x + point.x) / 2);
    path += ` C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}

function bowPath([start = origin, side = origin, end = origin]: readonly Point[]): string {
  const [x, startY, endY] = [round(side.x), round(start.y), round(end.y)];
  return `M${round(start.x)} ${startY} C${x} ${startY} ${x} ${endY} ${round(end.x)} ${endY}`;
}

const origin: Point = { x: 0, y: 0 };

const legendWidth = 860;

function legendSvg(graph: DrawnGraph, heading: string): string {
  let x = margin;
  const swatches = standingsIn(graph).map((standing) => {
    const name = standingNames[standing];
    const swatch = `<g class="box ${standing}" transform="translate(${x} 40)"><rect width="16" height="12" rx="3"/></g><text class="legend" x="${x + 22}" y="50">${name}</text>`;
    x += 40 + 6.4 * name.length;
    return swatch;
  });
  x += 16;
  const kinds = new Set(graph.parts.flatMap(({ edges }) => edges.map(kindOf)));
  const samples = legendLines
    .filter(([kind]) => kinds.has(kind))
    .map(([kind, words, end]) => {
      const sample = `<path class="edge ${kind}" d="M${round(x)} 46 L${round(x + 34)} 46" ${end}/><text class="legend" x="${round(x + 42)}" y="50">${words}</text>`;
      x += 64 + 6.2 * words.length;
      return sample;
    });
  return `<text class="heading" x="${margin}" y="26">${xmlText(cutTo(heading, 90))}</text>\n${[...swatches, ...samples].join("\n")}`;
}

const legendLines = [
  ["blocks", "points to what it waits for", 'marker-end="url(#arrow)"'],
  ["contains", "from the whole to its part", 'marker-start="url(#diamond)"'],
  ["link", "link", 'marker-end="url(#arrow)"'],
] as const;

function pictureStyle(): string {
  return [
    "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
    ".id{font-weight:600}.pri{text-anchor:end;font-weight:600}.heading{font-size:15px;font-weight:600}",
    ".box rect{stroke-width:1.25}.root rect{stroke-width:3}.closed .id,.deleted .id{text-decoration:line-through}",
    ".edge{fill:none;stroke-width:1.4}.contains{stroke-dasharray:5 4;stroke-opacity:.65}.link{stroke-dasharray:1.5 4}",
    themeStyle("light"),
    `@media (prefers-color-scheme:dark){${themeStyle("dark")}}`,
  ].join("");
}

const themes = {
  light: { page: "#ffffff", ink: "#1f2937", line: "#64748b", urgent: "#b91c1c", high: "#b45309" },
  dark: { page: "#0f1218", ink: "#e5e7eb", line: "#8391a7", urgent: "#fca5a5", high: "#fcd34d" },
} as const;

function themeStyle(theme: "light" | "dark"): string {
  const { page, ink, line, urgent, high } = themes[theme];
  const boxes = standings.map((standing) => boxStyle(standing, paletteOf[standing][theme]));
  return [
    `.page{fill:${page}}.heading,.legend{fill:${ink}}.edge{stroke:${line}}.tip{fill:${line}}.whole{fill:${page};stroke:${line}}`,
    ...boxes,
    `.box .p0{fill:${urgent}}.box .p1{fill:${high}}`,
  ].join("");
}

function boxStyle(standing: Standing, { fill, line, text }: Colours): string {
  return `.${standing} rect{fill:${fill};stroke:${line}}.${standing} text{fill:${text}}`;
}

/** At most two lines, the second one cut where there is more. */
function titleLines(title: string, width: number): [string, string] {
  const words = title.split(/\s+/).filter((word) => word !== "");
  let first = "";
  while (words.length > 0) {
    const longer = first === "" ? (words[0] ?? "") : `${first} ${words[0]}`;
    if (first !== "" && Bun.stringWidth(longer) > width) break;
    first = longer;
    words.shift();
  }
  if (Bun.stringWidth(first) > width) {
    const kept = Bun.sliceAnsi(first, 0, width);
    words.unshift(first.slice(kept.length));
    first = kept;
  }
  return [first, cutTo(words.join(" "), width)];
}

function cutTo(text: string, width: number): string {
  return Bun.stringWidth(text) <= width ? text : `${Bun.sliceAnsi(text, 0, width - 1)}…`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
