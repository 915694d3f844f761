import type { Issue } from "../model/issue";
import type { IssueFilter } from "../model/issue-filter";
import { edgesAmong, graphParts, orderOf, stepsFrom } from "../model/issue-graph";
import { resolveId } from "../model/issue-id";
import { selectIssues } from "../model/query";
import { Readiness } from "../model/readiness";
import type { DrawnGraph, Standing } from "../output/drawn-graph";
import type { TimedView } from "./context";

/** What of the tracker is to be drawn. */
export interface GraphChoice {
  /** As the user wrote it: only what has to do with this issue. */
  readonly id: string | undefined;
  /** Everything that hangs together with it. */
  readonly isWhole: boolean;
  /** Steps away from it. */
  readonly most: number;
  /** Issues without edges, too. */
  readonly withLonely: boolean;
  readonly withClosed: boolean;
  /** Edges that hold nobody up. */
  readonly withLinks: boolean;
}

export interface ChosenGraph extends DrawnGraph {
  /** The issue that was named, and how many steps each issue is away from it. */
  readonly root: { readonly id: string; readonly steps: ReadonlyMap<string, number> } | undefined;
}

/** @throws BzError NOT_FOUND, AMBIGUOUS_ID */
export function chooseGraph(view: TimedView, filter: IssueFilter, choice: GraphChoice): ChosenGraph {
  const { state, prefix, nowMs } = view;
  const rootId = choice.id === undefined ? undefined : resolveId(state, choice.id, prefix);
  const { issues } = selectIssues(state, { ...filter, all: choice.withClosed, nowMs });
  const ids = new Set(issues.map(({ id }) => id));
  // Whoever is asked for by name is shown, whatever it is.
  if (rootId !== undefined) ids.add(rootId);
  // Parts hang together by what they are parts of.
  if (filter.parent !== undefined) ids.add(filter.parent);
  const all = edgesAmong(state, ids, (id) => ids.has(id));
  const edges = choice.withLinks ? all : all.filter((edge) => orderOf(edge) !== undefined);
  const steps = rootId === undefined ? undefined : stepsFrom(rootId, edges, choice);
  const withEdges = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const chosen = [...ids].filter((id) =>
    steps === undefined ? choice.withLonely || withEdges.has(id) : steps.has(id),
  );
  const isChosen = new Set(chosen);
  const drawn = edges.filter(({ from, to }) => isChosen.has(from) && isChosen.has(to));
  const readiness = new Readiness(state, nowMs);
  readiness.readAll();
  return {
    parts: graphParts(state, chosen, drawn),
    nowMs,
    rootId,
    root: rootId === undefined || steps === undefined ? undefined : { id: rootId, steps },
    standing: (issue) => standingOf(readiness, issue),
  };
}

function standingOf(readiness: Readiness, { id, status }: Issue): Standing {
  return readiness.verdict(id)?.class ?? (status === "tombstone" ? "deleted" : "closed");
}
