import type { Comment } from "./comment";
import { editTimesOf } from "./comment-edit";
import { childrenOf, dependentsOf } from "./graph";
import type { Issue } from "./issue";
import type { JsonObject } from "./json";
import { briefRow, type EdgeCounts, plainRow, type RowOptions, rowCounts } from "./row";
import type { State } from "./state";

/**
 * All about one issue: the row with both directions of its edges as embedded issues, its comments, and for an epic how far its
 * children are. An edge to an unknown id is shown with `missing`.
 */
export function issueDetail(
  state: State,
  id: string,
  counts: EdgeCounts,
  options: Omit<RowOptions, "withDependencies"> = {},
): JsonObject | undefined {
  const issue = state.issue(id);
  if (issue === undefined) return undefined;
  const embed = (other: Issue | undefined, otherId: string, type: string) =>
    embeddedIssue(other, otherId, type, options.nowMs);
  return {
    ...plainRow(issue, options.nowMs),
    dependencies: issue.dependencies.map((edge) =>
      embed(state.issue(edge.depends_on_id), edge.depends_on_id, edge.type),
    ),
    dependents: dependentsOf(state, id).map(({ issue: other, dependency }) =>
      embed(other, other.id, dependency.type),
    ),
    comments: commentRows(issue, state.line(id) ?? ""),
    ...(issue.issue_type === "epic" ? epicProgress(state, issue) : {}),
    ...rowCounts(state, issue, counts),
  };
}

/** A comment as every answer holds it. */
export function commentRow(
  { id, issue_id, author, text, created_at }: Comment,
  editedAt?: string,
): JsonObject {
  const edit = editedAt === undefined ? {} : { edited_at: editedAt };
  return { id, issue_id, author, text, created_at, ...edit };
}

/** @param line that of the issue */
export function commentRows({ comments }: Issue, line: string): JsonObject[] {
  const editedAt = editTimesOf(line);
  return comments.map((comment) => commentRow(comment, editedAt(comment)));
}

function embeddedIssue(
  issue: Issue | undefined,
  id: string,
  type: string,
  nowMs: number | undefined,
): JsonObject {
  return { ...briefRow(issue, id, nowMs), dependency_type: type };
}

function epicProgress(state: State, epic: Issue): JsonObject {
  const children = childrenOf(state, epic.id);
  const closed = children.filter((child) => child.status === "closed").length;
  const isFinished = children.length > 0 && closed === children.length;
  return {
    total_children: children.length,
    closed_children: closed,
    eligible_for_close: isFinished && epic.status !== "closed",
  };
}
