import type { TreeNode } from "../model/dependency-tree";
import { shownStatus } from "../model/status";
import { boxNames, dotText, mermaidText } from "./diagram-text";
import { escapeText } from "./escape";
import { paintPriority, paintStatus } from "./issue-list";
import type { Screen, Style } from "./style";
import { cut } from "./table";

type Direction = "down" | "up";

/** One line a node, with branches in front; on a terminal titles give way, so that no branch is torn. */
export function drawTree(nodes: readonly TreeNode[], nowMs: number, screen: Screen): string {
  const { style, isTerminal } = screen;
  /** By depth: what a node there draws beside everything below it. */
  const bars: string[] = [];
  const lines = nodes.map((node) => {
    const { depth, isLast } = node;
    const branch = depth === 0 ? "" : bars.slice(1, depth).join("") + (isLast ? "└─ " : "├─ ");
    const room = isTerminal ? screen.width - branch.length : Infinity;
    const line = `${style.dim(branch)}${nodeText(node, nowMs, style, room)}\n`;
    bars[depth] = isLast ? "   " : "│  ";
    return line;
  });
  return lines.join("");
}

/** A diagram for Mermaid; arrows lead from an issue to what it depends on. */
export function drawMermaid(nodes: readonly TreeNode[], direction: Direction): string {
  const { boxes, arrows } = diagramOf(nodes, direction);
  return [
    "flowchart TD\n",
    ...boxes.map(({ name, id, title }) => `  ${name}["${mermaidText(`${id}: ${title}`)}"]\n`),
    ...arrows.map(({ from, to, type }) => `  ${from} -->|"${mermaidText(type)}"| ${to}\n`),
  ].join("");
}

/** The same for Graphviz. */
export function drawDot(nodes: readonly TreeNode[], direction: Direction): string {
  const { boxes, arrows } = diagramOf(nodes, direction);
  return [
    "digraph dependencies {\n  node [shape=box];\n",
    ...boxes.map(({ name, id, title }) => `  ${name} [label="${dotText(id)}\\n${dotText(title)}"];\n`),
    ...arrows.map(({ from, to, type }) => `  ${from} -> ${to} [label="${dotText(type)}"];\n`),
    "}\n",
  ].join("");
}

const endings = { depth: "...", repeated: "(see above)", cycle: "(cycle)" } as const;
const unknownTitle = "(unknown issue)";

function nodeText({ id, issue, type, end }: TreeNode, nowMs: number, style: Style, room: number): string {
  const status = issue === undefined ? undefined : shownStatus(issue, nowMs);
  const before = [
    style.bold(escapeText(id)),
    status === undefined ? unknownTitle : paintStatus(escapeText(status), status, style),
    issue === undefined ? "" : paintPriority(`P${issue.priority}`, issue.priority, style),
  ];
  const after = [
    type === undefined || type === "blocks" ? "" : style.dim(`[${escapeText(type)}]`),
    end === undefined ? "" : style.dim(endings[end]),
  ];
  const left = room - Bun.stringWidth(words([...before, ...after])) - gap.length;
  const title = cut(escapeText(issue?.title ?? ""), Math.max(narrowestTitle, left));
  return words([...before, title, ...after]);
}

function words(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(gap);
}

const gap = "  ";
const narrowestTitle = 10;

interface Diagram {
  /** Every issue once. */
  readonly boxes: readonly { readonly name: string; readonly id: string; readonly title: string }[];
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly type: string }[];
}

function diagramOf(nodes: readonly TreeNode[], direction: Direction): Diagram {
  const nameOf = boxNames();
  const drawn = new Set<string>();
  const boxes: Diagram["boxes"][number][] = [];
  const arrows: Diagram["arrows"][number][] = [];
  for (const { id, issue, above, type } of nodes) {
    if (!drawn.has(id)) boxes.push({ name: nameOf(id), id, title: issue?.title ?? unknownTitle });
    drawn.add(id);
    if (above === undefined || type === undefined) continue;
    const [from, to] = direction === "down" ? [above, id] : [id, above];
    arrows.push({ from: nameOf(from), to: nameOf(to), type });
  }
  return { boxes, arrows };
}
