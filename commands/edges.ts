import type { MadeCycle } from "../model/cycles";
import { parentChild } from "../model/dependency";
import { BzError } from "../model/errors";
import { resolveId, validateIssueId } from "../model/issue-id";
import { filterIn } from "../model/list";
import type { Operation } from "../model/operation";
import { nearestSpellings } from "../model/spelling";
import type { State } from "../model/state";
import type { View } from "../storage/store";
import type { BatchItem } from "./issue-batch";

/**
 * The other end of an edge. A whole id that nobody knows here is kept, since its issue may stand in a clone that has not been
 * merged yet; the edge holds nobody up until it comes. A parent has to be known: what is part of nothing cannot be found.
 * @throws BzError NOT_FOUND, AMBIGUOUS_ID
 */
export function resolveTarget({ state, prefix }: View, text: string, type: string): string {
  try {
    return resolveId(state, text, prefix);
  } catch (error) {
    if (!(error instanceof BzError) || error.code !== "NOT_FOUND") throw error;
    if (type === parentChild || !text.includes("-")) throw error;
    return validateIssueId(text);
  }
}

export function targetsOf(edges: readonly { readonly depends_on_id: string }[]): string[] {
  return edges.map((edge) => edge.depends_on_id);
}

/** A sentence for each of the first targets that will hold nobody up, and the count of the others: a plan may name thousands. */
export function warningsAbout({ state }: View, targets: Iterable<string>): string[] {
  const idle = filterIn(
    [...new Set(targets)],
    (id) => (state.issue(id)?.status ?? "tombstone") === "tombstone",
  );
  const told = idle
    .slice(0, mostWarnings)
    .map((id) => (state.has(id) ? `${id} is deleted and holds nothing up` : unknownTarget(state, id)));
  const others = idle.length - told.length;
  return others === 0
    ? told
    : [...told, `${others} more of the dependencies are on issues that are deleted or not here`];
}

const mostWarnings = 10;

function unknownTarget(state: State, id: string): string {
  const nearest = nearestSpellings(id, state.ids());
  const meant = nearest.length > 0 ? ` (did you mean ${nearest.join(" or ")}?)` : "";
  return `there is no issue ${id} here${meant}; the dependency is kept, and holds nothing up until there is`;
}

/**
 * Refuses a change of edges or of the parent after which issues would wait for each other.
 * @throws BzError CYCLE printing the way around
 */
export function refuseNewCycles(
  { issue, state }: Pick<BatchItem, "issue" | "state">,
  change: Operation,
  sequence: number,
): void {
  if (change.op !== "change" || (change.edges === undefined && change.parent === undefined)) return;
  const after = state.fork();
  after.apply(change, sequence);
  const cycle = cycles().findCycleOfChange(state, after, change);
  if (cycle === undefined) return;
  // Of something around it, which had it inside.
  const isOfWhole = cycle.fromId !== issue.id;
  throw refusal(
    cycle,
    isOfWhole
      ? `as long as ${issue.id} is part of ${issue.parent} they do not; first remove a dependency on the way`
      : newEdgeHint,
  );
}

/**
 * Refuses one edge of an issue.
 * @throws BzError CYCLE printing the way around
 */
export function refuseCycle(state: State, fromId: string, toId: string, type: string): void {
  const path = cycles().findCycle(state, fromId, toId, type);
  if (path !== undefined) throw refusal({ fromId, toId, type, path }, newEdgeHint);
}

function refusal({ fromId, toId, type, path }: MadeCycle, hint: string): BzError {
  return new BzError("CYCLE", `${fromId} and ${toId} would wait for each other: ${path.join(" -> ")}`, {
    hint,
    context: { path: [...path], type },
  });
}

const newEdgeHint = "leave out this dependency, or first remove another one on the way";

/** Only a new edge needs it, and answers about issues load this file. */
function cycles(): typeof import("../model/cycles") {
  return require("../model/cycles") as typeof import("../model/cycles");
}
