import { editIssue } from "../../model/change";
import { parentChild } from "../../model/dependency";
import { resolveId } from "../../model/issue-id";
import type { Operation } from "../../model/operation";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { changeContext, currentOf } from "../current-issue";
import { refuseNewCycles, resolveTarget } from "../edges";

/** Ids as they were written. */
export interface EdgeRequest {
  readonly issue: string;
  readonly on: string;
  readonly type: string;
  readonly metadata: string | undefined;
}

export interface AddedEdge {
  readonly id: string;
  readonly target: string;
  /** The parent that was replaced. */
  readonly before: string | undefined;
  /** `updated`: the edge stood there with other metadata. */
  readonly status: "added" | "updated" | "unchanged";
}

/**
 * Lets one issue depend on another.
 * @throws BzError NOT_FOUND, AMBIGUOUS_ID, CYCLE, INVALID
 */
export function decideAddedEdge(
  view: View,
  info: TransactionInfo,
  request: EdgeRequest,
): Decision<AddedEdge> {
  const { state, prefix, sequence } = view;
  const { type, metadata } = request;
  const { issue, line } = currentOf(state, resolveId(state, request.issue, prefix));
  const target = resolveTarget(view, request.on, type);
  const change = editIssue(
    issue,
    { add_edges: [{ depends_on_id: target, type, metadata }] },
    changeContext(line, info),
  );
  const operations: Operation[] = [];
  if (change !== undefined) {
    refuseNewCycles({ issue, state }, change, sequence + 1);
    operations.push(change);
  }
  const stood =
    type !== parentChild &&
    issue.dependencies.some((edge) => edge.depends_on_id === target && edge.type === type);
  const status = change === undefined ? "unchanged" : stood ? "updated" : "added";
  const before = status === "added" && type === parentChild ? issue.parent : undefined;
  return { operations, result: { id: issue.id, target, before, status } };
}
