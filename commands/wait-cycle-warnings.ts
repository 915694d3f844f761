import type { Readiness } from "../model/readiness";
import { readyOrder } from "../model/ready-order";
import type { State } from "../model/state";
import { findWaitCycles } from "../model/wait-cycles";

/** Inserting an edge never closes a cycle, but merging two clones can. Then nothing in it ever becomes ready by itself. */
export function cycleWarnings(state: State, readiness: Readiness): string[] {
  const heads = state.headsOfBase();
  // Where there is an order of `ready` without looking at all issues, there is no cycle.
  if (heads !== undefined && readyOrder(state, heads, readiness.nowMs) !== undefined) return [];
  readiness.readAll();
  return findWaitCycles(state.ids(), (id) => readiness.waitsFor(id)).map(
    (cycle) => `${cycle.join(" -> ")} wait for each other for ever; \`bz why ${cycle[0]}\` says how`,
  );
}
