import { normaliseDependencyType, parseDependencyType } from "../../model/dependency";
import { dependentsOf } from "../../model/graph";
import type { Issue } from "../../model/issue";
import { resolveId } from "../../model/issue-id";
import type { JsonObject } from "../../model/json";
import { briefRow } from "../../model/row";
import { escapeText } from "../../output/escape";
import { type DirectedLink, formatLinks } from "../../output/link-list";
import type { View } from "../../storage/store";
import { defineBz } from "../command";
import { currentOf } from "../current-issue";

export const command = defineBz({
  meta: {
    name: "dep list",
    description:
      "Shows what an issue depends on (down, the default), what depends on it (up), or both; parents and children are among them.",
  },
  args: () => ({
    id: { type: "positional", required: true, description: "The issue" },
    direction: {
      type: "enum",
      alias: "d",
      options: ["down", "up", "both"],
      description: "What it depends on, what depends on it, or both",
    },
    type: { type: "string", alias: "t", description: "Only edges of this type" },
  }),
  answer: "dependencies",
  examples: [
    "bz dep list bd-x1y2",
    "bz dep list bd-x1y2 --direction up",
    "bz dep list bd-x1y2 -d both --json",
  ],
  run(context, args) {
    const direction = args.direction ?? "down";
    const type = args.type === undefined ? undefined : normaliseDependencyType(args.type);
    return context.read((view) => {
      const { issue } = currentOf(view.state, resolveId(view.state, args.id, view.prefix));
      const edges = [
        ...(direction === "up" ? [] : edgesDown(view, issue)),
        ...(direction === "down" ? [] : edgesUp(view, issue)),
      ].filter((edge) => type === undefined || edge.type === type);
      // Lines may hold types that nobody here may write, so that only one that finds nothing can be a mistake.
      if (edges.length === 0 && type !== undefined) parseDependencyType(type);
      return {
        data: () => ({
          dependencies: edges.map((edge) => edgeDocument(edge, issue.id, context.nowMs)),
          total: edges.length,
          returned: edges.length,
          truncated: false,
        }),
        text: (screen) => formatLinks(edges, context.nowMs, screen),
        ids: [...new Set(edges.map((edge) => edge.id))],
        notes: edges.length > 0 ? [] : [nothingFound(issue.id, direction)],
      };
    });
  },
});

function edgesDown({ state }: View, issue: Issue): DirectedLink[] {
  return issue.dependencies.map(({ depends_on_id, type }) => ({
    direction: "down",
    id: depends_on_id,
    type,
    issue: state.issue(depends_on_id),
  }));
}

function edgesUp({ state }: View, issue: Issue): DirectedLink[] {
  return dependentsOf(state, issue.id).map(({ issue: other, dependency }) => ({
    direction: "up",
    id: other.id,
    type: dependency.type,
    issue: other,
  }));
}

/** The issue at the other end, and the edge as its dependent holds it. */
function edgeDocument(
  { id, type, direction, issue }: DirectedLink,
  ownId: string,
  nowMs: number,
): JsonObject {
  const [from, to] = direction === "down" ? [ownId, id] : [id, ownId];
  return {
    ...briefRow(issue, id, nowMs),
    dependency_type: type,
    direction,
    issue_id: from,
    depends_on_id: to,
    type,
  };
}

function nothingFound(id: string, direction: "down" | "up" | "both"): string {
  const shown = escapeText(id);
  if (direction === "both") return `${shown} has no dependencies, and nothing depends on it`;
  return direction === "down" ? `${shown} depends on nothing` : `nothing depends on ${shown}`;
}
