import fc from "fast-check";
import { createIssue } from "../../model/create-issue";
import type { TreeNode } from "../../model/dependency-tree";
import type { Issue } from "../../model/issue";
import type { GraphEdge } from "../../model/issue-graph";
import { parseIssue } from "../../model/issue-json";
import { drawDot, drawMermaid } from "../../output/dependency-tree";
import type { DrawnGraph } from "../../output/drawn-graph";
import { escapeText } from "../../output/escape";
import { graphDot, graphMermaid } from "../../output/graph-diagram";
import { graphHtml } from "../../output/graph-html";
import type { LayOut } from "../../output/graph-layout";
import { graphSvg } from "../../output/graph-svg";
import { hostileText } from "./form-targets";
import { claim, claimEqual, dangerous, type Target } from "./target";

const nowMs = Date.UTC(2026, 0, 15, 12);
interface Drawn {
  readonly graph: DrawnGraph;
  readonly issues: readonly Issue[];
  readonly edges: readonly GraphEdge[];
}

/** Two issues and an edge of a type; ids and types as another tool could have written them into the face. */
const drawings = fc
  .tuple(hostileText, hostileText, hostileText, hostileText)
  .map((texts) => JSON.stringify(texts));

function drawnOf(text: string): Drawn {
  const [title = "", id = "", type = "", assignee = ""]: string[] = JSON.parse(text);
  return drawn(title, id, type, assignee);
}

function drawn(title: string, id: string, type: string, assignee: string): Drawn {
  const issues = [`x${id}`, `y${id}`].map((one) => issueOf(one, title, assignee));
  const [from = "", to = ""] = issues.map((issue) => issue.id);
  const edges = [{ from, to, type: `t${type}` }];
  const nodes = issues.map((issue, layer) => ({ issue, layer }));
  const graph = { parts: [{ nodes, edges }], nowMs, rootId: from, standing: () => "ready" as const };
  return { graph, issues, edges };
}

function issueOf(id: string, title: string, assignee: string): Issue {
  const { line } = createIssue({ title: "T" }, { id: "bd-1", nowMs, actor: "ann" });
  return { ...parseIssue(line), id, title, assignee };
}

/** In a row: where boxes stand is nothing that a text decides. */
const layOut: LayOut = (parts) => {
  const nodes = parts.flatMap((part) => part.nodes);
  const points = [
    { x: 0, y: 0 },
    { x: 9, y: 9 },
  ];
  return {
    width: 500,
    height: 100,
    boxes: new Map(nodes.map(({ issue }, at) => [issue.id, { x: at * 250, y: 0 }])),
    edges: parts.flatMap((part) => part.edges.map((edge) => ({ edge, points }))),
  };
};

function mermaidLabels(diagram: string): string[] {
  claim(!dangerous.test(diagram), "a terminal would obey");
  return diagram
    .trimEnd()
    .split("\n")
    .slice(1)
    .filter((one) => !one.startsWith("  classDef ready fill:#"))
    .map((one) => {
      const label = /^ {2}n\d+(?:\["([^"]*)"\](?::::ready)?| -[-.]+>(?:\|"([^"]*)"\|)? n\d+)$/.exec(one);
      if (label === null) throw new Error(`no line of a Mermaid diagram: ${one}`);
      const raw = label[1] ?? label[2] ?? "";
      claim(/^(?:[\p{L}\p{N} .,:;!?()/+_-]|#\d+;)*$/u.test(raw), `Mermaid would read ${raw}`);
      return raw.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    });
}

/** The quoted labels of a diagram whose other words are known. */
function dotLabels(diagram: string): string[] {
  claim(!dangerous.test(diagram), "a terminal would obey");
  const labels: string[] = [];
  const rest = diagram.replace(/label="((?:[^"\\]|\\.)*)"/g, (_, label: string) => {
    claim(!/&(?!amp;)/.test(label), `Graphviz would read ${label}`);
    labels.push(label.replaceAll("&amp;", "&").replace(/\\(.)/g, (_pair, one) => (one === "n" ? " " : one)));
    return "label";
  });
  claim(
    /^[A-Za-z0-9_ \n=;,."#>{}[\]-]*$/.test(rest) && (rest.match(/"/g)?.length ?? 0) % 2 === 0,
    `a label has broken out: ${rest}`,
  );
  claimEqual(rest.split("\n").length, diagram.split("\n").length, "a label has several lines");
  return labels;
}

const entityTexts: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

interface Markup {
  /** The names of the tags with their attributes' names. */
  readonly shape: readonly string[];
  readonly texts: readonly string[];
}

/** A strict reader of the XML that bz writes: no other entity, every quote closed, every tag closed by its own. */
function readXml(text: string): Markup {
  const token = /<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z:-]+="[^"<>]*")*)\s*(\/?)>|([^<>]+)/gy;
  const [shape, texts, open]: [string[], string[], string[]] = [[], [], []];
  let end = 0;
  for (const [whole, closing, name = "", attributes = "", single, content] of text.matchAll(token)) {
    end += whole.length;
    claim(
      !/&(?!(?:amp|lt|gt|quot|#39);)/.test(content ?? attributes),
      `an entity that nobody wrote: ${whole}`,
    );
    if (content !== undefined)
      texts.push(content.replace(/&([a-z#0-9]+);/g, (_, one) => entityTexts[one] ?? ""));
    else if (closing === "/") claimEqual(open.pop(), name, "a tag is closed by another");
    else {
      shape.push(
        `${name}(${[...attributes.matchAll(/\s([a-zA-Z:-]+)="[^"]*"/g)].map(([, one]) => one).join()})`,
      );
      if (single !== "/") open.push(name);
    }
  }
  claimEqual([end, open], [text.length, []], "it is no XML");
  return { shape, texts };
}

async function htmlShape(page: string): Promise<string[]> {
  const shape: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      shape.push(`${element.tagName}(${[...element.attributes].map(([name]) => name).join()})`);
    },
    comments() {
      throw new Error("there is a comment");
    },
  });
  await rewriter.transform(new Response(page)).text();
  return shape;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}

const tame = drawn("Title", "-1", "blocks", "ann");

export const drawingTargets: readonly Target[] = [
  {
    name: "Mermaid and DOT",
    inputs: drawings,
    check(text) {
      const { graph, issues, edges } = drawnOf(text);
      const type = escapeText(edges[0]?.type ?? "");
      const titles = issues.map(({ id, title }) => escapeText(`${id}: ${title} (P2)`));
      claimEqual(
        mermaidLabels(graphMermaid(graph)),
        [...titles, type],
        "a label of Mermaid says something else",
      );
      const boxes = issues.map(({ id, title }) => escapeText(`${id}P2${title}`));
      claimEqual(
        dotLabels(graphDot(graph)).map(withoutSpace),
        [...boxes, type].map(withoutSpace),
        "a label of Graphviz says something else",
      );
      const [from, to] = issues;
      if (from === undefined || to === undefined) throw new Error("there are two");
      const edgeType = edges[0]?.type ?? "";
      const nodes: TreeNode[] = [
        { id: from.id, issue: from, depth: 0, isLast: true },
        { id: to.id, issue: to, depth: 1, above: from.id, type: edgeType, isLast: true },
      ];
      mermaidLabels(drawMermaid(nodes, "down"));
      dotLabels(drawDot(nodes, "down"));
    },
  },
  {
    name: "SVG and HTML",
    inputs: drawings,
    async check(text) {
      const { graph, issues, edges } = drawnOf(text);
      const heading = issues[0]?.title ?? "";
      const svg = graphSvg(graph, layOut, heading);
      claim(!dangerous.test(svg), "a terminal would obey");
      const { shape, texts } = readXml(svg);
      const tameShape = readXml(graphSvg({ ...tame.graph }, layOut, "Heading")).shape;
      claimEqual([...new Set(shape)].sort(), [...new Set(tameShape)].sort(), "a text has made tags");
      claim(
        shape.filter((one) => one.startsWith("g(")).length ===
          tameShape.filter((one) => one.startsWith("g(")).length,
        "there are more boxes than issues",
      );
      for (const { id, title } of issues)
        claim(
          texts.some((one) => one.startsWith(escapeXml(`${id}: ${title} (`))),
          `the title of ${id} is shown otherwise`,
        );
      claim(
        texts.some((one) => one.includes(escapeXml(edges[0]?.type ?? ""))),
        "the type of an edge is shown otherwise",
      );
      const page = graphHtml(graph, layOut, heading);
      claim(!dangerous.test(page), "a terminal would obey");
      const [pageShape, tamePage] = [
        await htmlShape(page),
        await htmlShape(graphHtml(tame.graph, layOut, "Heading")),
      ];
      const rest = (names: string[]) => names.filter((one) => !one.startsWith("path("));
      claimEqual(rest(pageShape), rest(tamePage), "a text has made tags in the page");
    },
  },
];

/** What SVG may not hold at all is shown by its number. */
function escapeXml(text: string): string {
  return escapeText(text).replace(/[\ufffe\uffff]/g, (one) => `\\u{${one.charCodeAt(0).toString(16)}}`);
}
