import type { Issue } from "../model/issue";
import type { GraphEdge, GraphPart } from "../model/issue-graph";
import { shownStatus } from "../model/status";
import { type DrawnGraph, type EdgeKind, kindOf } from "./drawn-graph";
import { escapeText } from "./escape";
import { paintPriority, paintStatus } from "./issue-list";
import type { Screen } from "./style";
import { cut } from "./table";

/** Part by part, each issue deeper than what is to be done before it, and below it what it depends on. */
export function formatGraph(graph: DrawnGraph, screen: Screen): string {
  const { parts } = graph;
  return parts
    .map((part, at) => {
      const heading = screen.style.bold(headingOf(part, at, parts.length));
      const edgesOf = edgesByDependent(part);
      const lines = part.nodes.flatMap(({ issue, layer }) => {
        const indent = "  ".repeat(Math.min(layer, deepestIndent));
        const needs = edgesOf.get(issue.id) ?? [];
        return [
          issueLine(issue, indent, graph, screen),
          ...(needs.length === 0 ? [] : [needsLine(needs, `${indent}    `, screen)]),
        ];
      });
      return `${heading}\n${lines.map((line) => `${line}\n`).join("")}`;
    })
    .join("\n");
}

/** One line an issue: its id, and the ids that it depends on. */
export function formatCompactGraph({ parts }: DrawnGraph, { style }: Screen): string {
  return parts
    .flatMap((part) => {
      const edgesOf = edgesByDependent(part);
      return part.nodes.map(({ issue }) => {
        const ids = [...new Set((edgesOf.get(issue.id) ?? []).map(({ to }) => escapeText(to)))];
        return `${style.bold(escapeText(issue.id))}${ids.length === 0 ? "" : ` -> ${ids.join(", ")}`}\n`;
      });
    })
    .join("");
}

/** Further to the right nothing would be left for the title. */
const deepestIndent = 8;
const mostNamed = 5;

function headingOf({ nodes, edges }: GraphPart, at: number, count: number): string {
  const issues = `${nodes.length} ${nodes.length === 1 ? "issue" : "issues"}`;
  const lines = `${edges.length} ${edges.length === 1 ? "edge" : "edges"}`;
  return count === 1 ? `${issues}, ${lines}` : `Part ${at + 1} of ${count}: ${issues}, ${lines}`;
}

function edgesByDependent({ edges }: GraphPart): ReadonlyMap<string, GraphEdge[]> {
  const found = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const known = found.get(edge.from);
    if (known === undefined) found.set(edge.from, [edge]);
    else known.push(edge);
  }
  return found;
}

function issueLine(issue: Issue, indent: string, { nowMs, rootId }: DrawnGraph, screen: Screen): string {
  const { style, isTerminal, width } = screen;
  const status = shownStatus(issue, nowMs);
  const [id, shown] = [escapeText(issue.id), escapeText(status)];
  const before = `${indent}${id}  P${issue.priority}  ${shown}  `;
  const mark = issue.id === rootId ? "  *" : "";
  const room = width - Bun.stringWidth(before) - mark.length;
  const title = escapeText(issue.title);
  return [
    `${indent}${style.bold(id)}`,
    paintPriority(`P${issue.priority}`, issue.priority, style),
    paintStatus(shown, status, style),
    `${isTerminal ? cut(title, Math.max(room, 10)) : title}${style.bold(mark)}`,
  ].join("  ");
}

function needsLine(
  edges: readonly GraphEdge[],
  indent: string,
  { style, isTerminal, width }: Screen,
): string {
  const phrases = kinds.flatMap(([kind, verb]) => {
    const ids = edges.filter((edge) => kindOf(edge) === kind).map(({ to }) => escapeText(to));
    if (ids.length === 0) return [];
    const shown = isTerminal ? ids.slice(0, mostNamed) : ids;
    const left = ids.length - shown.length;
    return [`${verb} ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`];
  });
  const line = `${indent}${phrases.join("; ")}`;
  return style.dim(isTerminal ? cut(line, width) : line);
}

const kinds: readonly (readonly [EdgeKind, string])[] = [
  ["blocks", "waits for"],
  ["contains", "part of"],
  ["link", "linked to"],
];
