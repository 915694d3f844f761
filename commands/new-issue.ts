import { createIssue, type EdgeInput, type NewIssue } from "../model/create-issue";
import { parentChild } from "../model/dependency";
import { BzError } from "../model/errors";
import { newChildId, newIssueId, resolveId, validateIssueId } from "../model/issue-id";
import { filterIn, givenIn } from "../model/list";
import type { State } from "../model/state";
import type { Decision, TransactionInfo, View } from "../storage/store";
import { refuseCycle, resolveTarget } from "./edges";
import type { NamedEdge } from "./issue-arguments";

/** What the user said, ids as they were written. */
export interface NewIssueRequest {
  readonly fields: Omit<NewIssue, "parent" | "edges">;
  /** The id to take, instead of a random one. */
  readonly id?: string | undefined;
  readonly parent?: string | undefined;
  readonly edges?: readonly NamedEdge[] | undefined;
}

/**
 * Decides a new issue: its id, its edges, and that nothing will wait for itself.
 * @throws BzError NOT_FOUND, AMBIGUOUS_ID, ALREADY_EXISTS, CYCLE, INVALID
 */
export function decideNewIssue(
  view: View,
  info: TransactionInfo,
  request: NewIssueRequest,
  random: (length: number) => Uint8Array,
): Decision<string> {
  const { state } = view;
  const named = request.edges ?? [];
  const parent = resolveParent(view, request.parent, named);
  const edges = named
    .filter((edge) => edge.type !== parentChild)
    .map(({ type, target, metadata }): EdgeInput => {
      return { type, depends_on_id: resolveTarget(view, target, type), metadata };
    });
  const id = request.id === undefined ? freshId(view, parent, random) : chosenId(state, request.id);
  const put = createIssue(
    { ...request.fields, parent, edges },
    { id, nowMs: info.timeMs, actor: info.actor },
  );
  if (edges.length > 0 || parent !== undefined) {
    const after = state.fork();
    after.apply(put, view.sequence + 1);
    for (const edge of edges) refuseCycle(after, id, edge.depends_on_id, edge.type);
    if (parent !== undefined) refuseCycle(after, id, parent, parentChild);
  }
  return { operations: [put], result: id };
}

/** `--dep parent-child:ID` says the same as `--parent ID`. */
function resolveParent(
  view: View,
  parent: string | undefined,
  edges: readonly NamedEdge[],
): string | undefined {
  if (parent === undefined && edges.length === 0) return undefined;
  const given = [parent, ...filterIn(edges, (edge) => edge.type === parentChild).map((edge) => edge.target)];
  const ids = new Set(filterIn(givenIn(given), (text) => text !== "").map((text) => resolve(view, text)));
  if (ids.size > 1) throw new BzError("INVALID", `an issue has one parent, not ${[...ids].join(" and ")}`);
  const [only] = ids;
  return only;
}

function resolve(view: View, text: string): string {
  return resolveId(view.state, text, view.prefix);
}

function freshId(
  { state, prefix }: View,
  parent: string | undefined,
  random: (length: number) => Uint8Array,
): string {
  const taken = (id: string) => state.has(id);
  if (parent === undefined) return newIssueId(prefix, state.roughCount, random, taken);
  return newChildId(parent, state.roughCount, random, taken);
}

function chosenId(state: State, id: string): string {
  validateIssueId(id);
  if (!state.has(id)) return id;
  throw new BzError("ALREADY_EXISTS", `there is an issue ${id} already`, {
    hint: `choose another id, or leave --id out; \`bz show ${id}\` shows it`,
    context: { id },
  });
}
