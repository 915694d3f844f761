import { expect, test } from "bun:test";
import { dependencyTree } from "../../model/dependency-tree";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { drawDot, drawMermaid, drawTree } from "../../output/dependency-tree";
import { blankScreen } from "../../output/style";
import { plainLine } from "../model/samples";

function state(titles: Record<string, string>, edges: Record<string, readonly string[]>): State {
  const made = new State(emptySource);
  for (const [id, title] of Object.entries(titles)) {
    const own = (edges[id] ?? []).map((target) => ({ depends_on_id: target, type: "blocks" }));
    const line = plainLine(id, `,"dependencies":${JSON.stringify(own)}`);
    made.apply({ op: "put", id, line: line.replace('"T"', () => JSON.stringify(title)) }, 1);
  }
  return made;
}

const down = { direction: "down", maxDepth: 9 } as const;

test("branches show what belongs to what", () => {
  const titles = { a: "A", b: "B", c: "C", d: "D" };
  const nodes = dependencyTree(state(titles, { a: ["b", "d"], b: ["c"], d: ["b"] }), "a", down);
  expect(drawTree(nodes, 0, blankScreen)).toBe(
    [
      "a  open  P2  A",
      "├─ b  open  P2  B",
      "│  └─ c  open  P2  C",
      "└─ d  open  P2  D",
      "   └─ b  open  P2  B  (see above)",
      "",
    ].join("\n"),
  );
});

test("on a terminal a title gives way, and what stands behind it stays", () => {
  const titles = { a: "A title of many words", b: "漢字漢字漢字漢字漢字漢字", c: "C", d: "D" };
  const nodes = dependencyTree(state(titles, { a: ["b", "c"], b: ["d"], c: ["b"] }), "a", down);
  const lines = drawTree(nodes, 0, { ...blankScreen, isTerminal: true, width: 42 }).split("\n");
  expect(lines).toEqual([
    "a  open  P2  A title of many words",
    "├─ b  open  P2  漢字漢字漢字漢字漢字漢字",
    "│  └─ d  open  P2  D",
    "└─ c  open  P2  C",
    "   └─ b  open  P2  漢字漢字…  (see above)",
    "",
  ]);
});

test("diagrams have every issue once, and arrows towards what is depended on in both directions", () => {
  const made = state({ a: "A", b: "B" }, { a: ["b", "x"] });
  const nodes = dependencyTree(made, "a", down);
  expect(drawMermaid(nodes, "down")).toBe(
    'flowchart TD\n  n0["a: A"]\n  n1["b: B"]\n  n2["x: (unknown issue)"]\n  n0 -->|"blocks"| n1\n  n0 -->|"blocks"| n2\n',
  );
  expect(drawDot(dependencyTree(made, "b", { ...down, direction: "up" }), "up")).toBe(
    'digraph dependencies {\n  node [shape=box];\n  n0 [label="b\\nB"];\n  n1 [label="a\\nA"];\n  n1 -> n0 [label="blocks"];\n}\n',
  );
});

test("nothing in a title ends its label or speaks the language of the diagram", () => {
  const nodes = dependencyTree(state({ a: '"]; x --> y\n<b> `c` \\" #34; \u001b[31m' }, {}), "a", down);
  const mermaid = drawMermaid(nodes, "down").split("\n");
  expect(mermaid.length).toBe(3);
  expect(mermaid[1]).toMatch(/^ {2}n0\["[^"`<>[\]]*"\]$/);
  expect(mermaid[1]).not.toContain("\u001b");
  const dot = drawDot(nodes, "down").split("\n");
  expect(dot.length).toBe(5);
  expect(dot[2]).toMatch(/^ {2}n0 \[label="(?:[^"\\]|\\.)*"\];$/);
});
