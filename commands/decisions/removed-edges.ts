import { editIssue } from "../../model/change";
import { BzError } from "../../model/errors";
import type { Issue } from "../../model/issue";
import { resolveId } from "../../model/issue-id";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { changeContext, currentOf } from "../current-issue";
import { refuseNewCycles } from "../edges";

/** Ids as they were written. */
export interface RemovalRequest {
  readonly issue: string;
  readonly on: string;
  readonly type: string | undefined;
}

export interface RemovedEdges {
  readonly id: string;
  readonly target: string;
  readonly types: readonly string[];
}

/**
 * Takes the dependency of one issue on another away.
 * @throws BzError NOT_FOUND, also where there is none; CYCLE where issues would wait for each other without it
 */
export function decideRemovedEdges(
  view: View,
  info: TransactionInfo,
  request: RemovalRequest,
): Decision<RemovedEdges> {
  const { state, prefix } = view;
  const { issue, line } = currentOf(state, resolveId(state, request.issue, prefix));
  const target = findTarget(view, issue, request.on);
  const edges = issue.dependencies.filter(
    ({ depends_on_id, type }) =>
      depends_on_id === target && (type === request.type || request.type === undefined),
  );
  if (edges.length === 0) throw noSuchEdge(issue, target, request.type);
  const types = [...new Set(edges.map((edge) => edge.type))];
  const change = editIssue(
    issue,
    { remove_edges: types.map((type) => ({ depends_on_id: target, type })) },
    changeContext(line, info),
  );
  if (change === undefined) throw surplusParent(issue, target);
  refuseNewCycles({ issue, state }, change, view.sequence + 1);
  return { operations: [change], result: { id: issue.id, target, types } };
}

/** The other end may be unknown here, so the issue's own edges are asked first. */
function findTarget({ state, prefix }: View, issue: Issue, text: string): string {
  const own = issue.dependencies.find((edge) => edge.depends_on_id === text);
  return own?.depends_on_id ?? resolveId(state, text, prefix);
}

function noSuchEdge(issue: Issue, target: string, type: string | undefined): BzError {
  const kind = type === undefined ? "" : ` by an edge of type ${type}`;
  const edges = issue.dependencies.map((edge) => `${edge.depends_on_id} (${edge.type})`);
  return new BzError("NOT_FOUND", `${issue.id} does not depend on ${target}${kind}`, {
    hint: edges.length === 0 ? "it depends on nothing" : `it depends on ${edges.join(", ")}`,
    context: { id: issue.id, depends_on_id: target, ...(type === undefined ? {} : { type }) },
  });
}

/** A line from elsewhere may name several parents, of which one counts; taking that one away takes all of them. */
function surplusParent(issue: Issue, target: string): BzError {
  return new BzError(
    "INVALID",
    `${issue.id} is part of ${issue.parent}; ${target} is a second parent that does not count`,
    {
      hint: `\`bz dep remove ${issue.id} ${issue.parent}\` takes all its parents away; then set the one that is meant`,
      context: { id: issue.id, parent: issue.parent ?? null },
    },
  );
}
