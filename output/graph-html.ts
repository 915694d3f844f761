import type { Issue } from "../model/issue";
import { shownStatus } from "../model/status";
import { type DrawnGraph, kindOf, standingNames } from "./drawn-graph";
import type { LayOut } from "./graph-layout";
import { graphSvg } from "./graph-svg";
import { xmlText } from "./xml-text";

/** A page with the picture, which can be dragged and zoomed, and a table of its issues. Everything is in it; its policy forbids all else. */
export function graphHtml(graph: DrawnGraph, layOut: LayOut, heading: string): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash()}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${xmlText(heading)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<div id="picture" tabindex="0">
${graphSvg(graph, layOut, heading)}</div>
<p class="hint">Drag to move, Ctrl and the wheel (or + and -) to zoom, 0 to see all of it.</p>
${tableHtml(graph)}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function tableHtml(graph: DrawnGraph): string {
  const rows = graph.parts.flatMap(({ nodes, edges }) => {
    const needs = new Map<string, string[]>();
    for (const edge of edges) {
      const kind = kindOf(edge);
      const word = kind === "blocks" ? edge.to : `${edge.to} (${edge.type})`;
      needs.set(edge.from, [...(needs.get(edge.from) ?? []), word]);
    }
    return nodes.map(({ issue }) => rowHtml(issue, needs.get(issue.id) ?? [], graph));
  });
  return `<table>
<thead><tr><th>Issue</th><th>Priority</th><th>Status</th><th>Stands</th><th>Type</th><th>Title</th><th>Assignee</th><th>Depends on</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`;
}

function rowHtml(issue: Issue, needs: readonly string[], graph: DrawnGraph): string {
  const cells = [
    issue.id,
    `P${issue.priority}`,
    shownStatus(issue, graph.nowMs),
    standingNames[graph.standing(issue)],
    issue.issue_type,
    issue.title,
    issue.assignee ?? "",
    needs.join(", "),
  ];
  return `<tr>${cells.map((cell) => `<td>${xmlText(cell)}</td>`).join("")}</tr>`;
}

const pageStyle = [
  ":root{color-scheme:light dark;--page:#fff;--ink:#1f2937;--line:#d7dce3}",
  "@media (prefers-color-scheme:dark){:root{--page:#0f1218;--ink:#e5e7eb;--line:#303746}}",
  "body{margin:0;background:var(--page);color:var(--ink);font:14px system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}",
  "main{padding:16px}",
  "#picture{height:75vh;overflow:hidden;border:1px solid var(--line);border-radius:8px;cursor:grab;touch-action:none}",
  "#picture:active{cursor:grabbing}",
  "#picture svg{width:100%;height:100%;display:block}",
  ".hint{opacity:.7;margin:8px 0 20px}",
  "table{border-collapse:collapse;width:100%}",
  "th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid var(--line)}",
  "th{position:sticky;top:0;background:var(--page)}td:first-child{font-weight:600}td:nth-child(-n+5){white-space:nowrap}",
].join("");

/** Moves and scales the view box of the picture. It reads nothing of what issues say. */
const script = `
const holder = document.getElementById("picture");
const svg = holder.querySelector("svg");
const whole = svg.viewBox.baseVal;
const full = { x: 0, y: 0, width: whole.width, height: whole.height };
const view = { ...full };
const show = () => svg.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
const perPixel = () => Math.max(view.width / holder.clientWidth, view.height / holder.clientHeight);
const zoom = (factor, atX, atY) => {
  const width = Math.min(full.width * 2, Math.max(200, view.width * factor));
  const ratio = width / view.width;
  view.x += (view.width - width) * atX;
  view.y += view.height * (1 - ratio) * atY;
  view.width = width;
  view.height *= ratio;
  show();
};
const start = () => {
  Object.assign(view, full);
  const scale = Math.min(1, holder.clientWidth / full.width);
  if (holder.clientHeight < full.height * scale && full.height / full.width > 1) {
    view.width = Math.max(full.width, holder.clientWidth);
    view.height = view.width * holder.clientHeight / holder.clientWidth;
  }
  svg.setAttribute("preserveAspectRatio", "xMidYMin meet");
  show();
};
holder.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const place = holder.getBoundingClientRect();
  const x = (event.clientX - place.left) / place.width;
  const y = (event.clientY - place.top) / place.height;
  zoom(Math.exp(event.deltaY * 0.004), x, y);
}, { passive: false });
holder.addEventListener("pointerdown", (event) => holder.setPointerCapture(event.pointerId));
holder.addEventListener("pointermove", (event) => {
  if (!holder.hasPointerCapture(event.pointerId)) return;
  view.x -= event.movementX * perPixel();
  view.y -= event.movementY * perPixel();
  show();
});
holder.addEventListener("keydown", (event) => {
  if (event.key === "+" || event.key === "=") zoom(0.8, 0.5, 0.5);
  else if (event.key === "-") zoom(1.25, 0.5, 0.5);
  else if (event.key === "0") { Object.assign(view, full); show(); }
});
start();
`;

function scriptHash(): string {
  return new Bun.CryptoHasher("sha256").update(script).digest("base64");
}
