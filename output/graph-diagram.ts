import type { Issue } from "../model/issue";
import type { GraphEdge } from "../model/issue-graph";
import { boxNames, dotText, mermaidText } from "./diagram-text";
import { type DrawnGraph, kindOf, standingsIn } from "./drawn-graph";
import { paletteOf } from "./graph-colours";

/** For Graphviz. Arrows lead from an issue to what it depends on; what is to be done first stands to the left. */
export function graphDot(graph: DrawnGraph): string {
  const nameOf = boxNames();
  const lines = [
    "digraph bz {",
    "  rankdir=RL;",
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, margin="0.15,0.08"];',
    '  edge [color="#6b7280", arrowsize=0.7];',
  ];
  for (const { nodes, edges } of graph.parts) {
    for (const { issue } of nodes) lines.push(`  ${nameOf(issue.id)} [${dotBox(issue, graph)}];`);
    for (const edge of edges) lines.push(`  ${dotEdge(edge, nameOf)};`);
  }
  return `${lines.join("\n")}\n}\n`;
}

/** For Mermaid, with the same arrows. */
export function graphMermaid(graph: DrawnGraph): string {
  const nameOf = boxNames();
  const lines = ["flowchart RL"];
  for (const { nodes, edges } of graph.parts) {
    for (const { issue } of nodes) {
      const label = mermaidText(`${issue.id}: ${issue.title} (P${issue.priority})`);
      lines.push(`  ${nameOf(issue.id)}["${label}"]:::${graph.standing(issue)}`);
    }
    for (const edge of edges) lines.push(`  ${mermaidEdge(edge, nameOf)}`);
  }
  for (const standing of standingsIn(graph)) {
    const { fill, line, text } = paletteOf[standing].light;
    lines.push(`  classDef ${standing} fill:${fill},stroke:${line},color:${text}`);
  }
  return `${lines.join("\n")}\n`;
}

function dotBox(issue: Issue, graph: DrawnGraph): string {
  const { fill, line, text } = paletteOf[graph.standing(issue)].light;
  const width = issue.id === graph.rootId ? ", penwidth=3" : "";
  const [id, title] = [dotText(issue.id), dotText(issue.title)];
  return `label="${id}  P${issue.priority}\\n${folded(title)}", fillcolor="${fill}", color="${line}", fontcolor="${text}"${width}`;
}

/** A containment is turned round, so that an epic stands behind its parts; its diamond stays at the epic. */
function dotEdge(edge: GraphEdge, nameOf: (id: string) => string): string {
  const [from, to] = [nameOf(edge.from), nameOf(edge.to)];
  const kind = kindOf(edge);
  if (kind === "contains") return `${to} -> ${from} [dir=back, arrowtail=odiamond, style=dashed]`;
  if (kind === "blocks") return `${from} -> ${to}`;
  return `${from} -> ${to} [style=dotted, constraint=false, label="${dotText(edge.type)}", fontsize=9]`;
}

function mermaidEdge(edge: GraphEdge, nameOf: (id: string) => string): string {
  const [from, to] = [nameOf(edge.from), nameOf(edge.to)];
  const kind = kindOf(edge);
  if (kind === "blocks") return `${from} --> ${to}`;
  return `${from} -.->|"${mermaidText(kind === "contains" ? "part of" : edge.type)}"| ${to}`;
}

/** Graphviz makes a box as wide as its longest line. */
function folded(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length >= lineLength) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\\n");
}

const lineLength = 32;
