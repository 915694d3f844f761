import { dependencyTree, type TreeNode } from "../../model/dependency-tree";
import { BzError } from "../../model/errors";
import { resolveId } from "../../model/issue-id";
import type { JsonObject } from "../../model/json";
import { briefRow } from "../../model/row";
import { drawDot, drawMermaid, drawTree } from "../../output/dependency-tree";
import { defineBz } from "../command";
import { parseWholeNumber } from "../issue-arguments";

const usualDepth = 50;

export const command = defineBz({
  meta: {
    name: "dep tree",
    description:
      "Shows what an issue depends on, what that depends on, and so on; with --reverse what depends on it. What several issues depend on is unfolded once.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue at the root" },
    "max-depth": {
      type: "string",
      alias: "d",
      valueHint: "N",
      description: `How many steps to go, ${usualDepth} unless told otherwise`,
    },
    reverse: { type: "boolean", alias: "r", description: "What depends on it" },
    direction: {
      type: "enum",
      options: ["down", "up"],
      description: "The same in words: down is the default, up is --reverse",
    },
    format: {
      type: "enum",
      alias: "f",
      options: ["text", "mermaid", "dot", "json"],
      description: "As a tree, or as a diagram for Mermaid or Graphviz",
    },
  }),
  answer: "dependency-tree",
  examples: [
    "bz dep tree bd-x1y2",
    "bz dep tree bd-x1y2 --reverse --max-depth 2",
    "bz dep tree bd-x1y2 --format dot > tree.dot",
  ],
  run(context, args) {
    const given = args["max-depth"];
    const maxDepth = given === undefined ? usualDepth : parseWholeNumber("--max-depth", given, 1);
    const direction = args.direction ?? (args.reverse === true ? "up" : "down");
    if (args.reverse === true && direction === "down") {
      throw new BzError("USAGE", "--reverse and --direction down contradict each other", {
        hint: "leave one of the two out",
      });
    }
    return context.read((view) => {
      const root = resolveId(view.state, args.id, view.prefix);
      const nodes = dependencyTree(view.state, root, { direction, maxDepth });
      const document = () => ({
        tree: nodes.map((node) => nodeDocument(node, context.nowMs)),
        total: nodes.length,
        returned: nodes.length,
        truncated: nodes.some((node) => node.end === "depth"),
      });
      return {
        data: document,
        text: (screen) => {
          if (args.format === "mermaid") return drawMermaid(nodes, direction);
          if (args.format === "dot") return drawDot(nodes, direction);
          return drawTree(nodes, context.nowMs, screen);
        },
        ids: [...new Set(nodes.map((node) => node.id))],
      };
    });
  },
});

function nodeDocument(node: TreeNode, nowMs: number): JsonObject {
  const { id, issue, depth, above, type, end } = node;
  return {
    ...briefRow(issue, id, nowMs),
    depth,
    parent_id: above ?? id,
    ...(type === undefined ? {} : { edge_from_parent: type }),
    truncated: end === "depth",
    ...(end === "repeated" ? { repeated: true } : {}),
    ...(end === "cycle" ? { cycle: true } : {}),
  };
}
